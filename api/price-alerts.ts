/** /v1/price-alerts: what was told of competitors' prices, what is held and why, and what somebody decided. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { acceptAlert, dismissAlert, lockAlertToDecide, rejectAlertMatch, trustHeld } from '../db/decide-price-alert.ts';
import { reopenJobs } from '../db/outbox.ts';
import { type AlertRow, type AlertStatus, findAlert, findAlertEvents, listAlerts } from '../db/price-alerts.ts';
import { makeJob } from '../queues/define-queue.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { etagOf } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import * as views from './price-alert-schemas.ts';
import { conflict, notFound } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { text, toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export function priceAlertRoutes(context: Context): Route[] {
  const { db } = context;
  return [
    list(context),
    read(context),
    decide(db, 'dismiss', {
      summary: 'Dismiss a price alert',
      description: 'Nobody is to hear of it any more. What lasts is not told again before it has ended.',
      from: ['held', 'open', 'escalated'],
      run: dismissAlert,
    }),
    decide(db, 'accept', {
      summary: 'Accept their price',
      description: 'The alert ends, and falls and rises are measured from the price as it is.',
      from: ['open', 'escalated'],
      run: acceptAlert,
    }),
    decide(db, 'unhold', {
      summary: 'Believe what is held',
      description: 'It is told without a second look.',
      from: ['held'],
      run: believe,
    }),
    decide(db, 'wrong-match', {
      summary: 'Say that the page is of another product',
      description: 'Page and variant are untied, and never tied again by themselves; all alerts of the page end.',
      from: ['held', 'open', 'escalated'],
      run: untie,
    }),
  ];
}

const tag = 'Prices';
const PATH = '/v1/price-alerts';
const ONE = `${PATH}/{id}`;

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List price alerts',
    scope: 'prices:read',
    query: views.alertQuery,
    responses: { 200: { description: 'A page, newest first', schema: views.alertList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listAlerts(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderAlert) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a price alert',
    description:
      'With all that explains it: the page and what was kept of it, the rule as it was, the match, both prices with their times, what was held and why, and what happened to it.',
    scope: 'prices:read',
    params: uuidParams,
    responses: { 200: { description: 'The alert', schema: views.alertDetail } },
    handle: async ({ params: { id } }) => show(db, await findAlert(db, id), id),
  });

async function show(db: Executor, row: AlertRow | undefined, id: string): Promise<Answer> {
  if (!row) throw notFound('price_alert', id);
  const body = views.renderDetail(row, await findAlertEvents(db, id));
  return { status: 200, body, headers: { ETag: etagOf(row.version) } };
}

interface Decision {
  summary: string;
  description: string;
  from: readonly AlertStatus[];
  run: (tx: Executor, alert: AlertRow, decided: { actor: string; note?: string | undefined }) => Promise<unknown>;
}

const note = z.strictObject({ note: text(1_000).optional() }).meta({ id: 'PriceAlertDecision' });

const decide = (db: Database, verb: string, { summary, description, from, run }: Decision) =>
  defineRoute({
    method: 'post',
    path: `${ONE}/${verb}`,
    tag,
    summary,
    description,
    scope: 'prices:write',
    params: uuidParams,
    body: note,
    responses: { 200: { description: 'The alert', schema: views.alertDetail } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const row = await lockAlertToDecide(tx, id);
        if (!row) throw notFound('price_alert', id);
        if (!from.includes(row.status))
          throw conflict('price_alert_settled', `The alert is ${row.status}; this is for ${from.join(' or ')}.`);
        await run(tx, row, { actor: call.key.id, note: call.body.note });
        return show(tx, await findAlert(tx, id), id);
      }),
  });

async function believe(tx: Executor, alert: AlertRow, decided: { actor: string }): Promise<void> {
  if (!(await trustHeld(tx, alert, decided)))
    throw conflict('price_alert_settled', 'The page has been seen since, and says something else.');
  await judge(tx, alert);
}

async function untie(
  tx: Executor,
  alert: AlertRow,
  decided: { actor: string; note?: string | undefined },
): Promise<void> {
  if (!(await rejectAlertMatch(tx, alert, decided)))
    throw conflict('price_alert_settled', 'The page, or the variant, is gone.');
  await judge(tx, alert);
}

const judge = (tx: Executor, { listing_id }: AlertRow) =>
  reopenJobs(tx, listing_id ? [makeJob(judgePrice, { listing_id })] : []);
