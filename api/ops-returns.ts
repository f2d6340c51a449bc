/** /ops/returns: what waits for somebody, what comes back and why, with approving and refusing at hand. */
import { type Request, Router, urlencoded } from 'express';
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { countOpenReturns, countReturnReasons, countReturnsByDay, type ReturnDay } from '../db/return-figures.ts';
import { findReturn, listReturnEvents, listReturns, type ReturnView } from '../db/returns.ts';
import { valueOfReturn } from '../db/settle-return.ts';
import { formatMoney } from '../domain/money.ts';
import { OPEN_RETURNS } from '../domain/returns/return-status.ts';
import { approveReturn, lockReturnForChange, refuseReturn } from './change-return.ts';
import { type Html, html, opsFacts, opsPage, opsTable, opsTime } from './ops-page.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';
import { invalid, notFound } from './problem.ts';

const PATH = '/ops/returns';
const LIMIT = 100;
const DAYS = 28;

export function createOpsReturns({ db, ...credentials }: OpsCredentials & { db: Database }): Router {
  const router = Router();
  router.use(PATH, opsSignIn(credentials));
  router.get(PATH, async (_req, res) => {
    res.type('html').send(opsPage('Returns', await showAll(db)));
  });
  router.get(`${PATH}/:id`, async (req, res) => {
    const ret = await findReturn(db, idOf(req));
    if (!ret) throw notFound('return', idOf(req));
    res.type('html').send(opsPage(`${ret.number}: ${ret.status}`, await showOne(db, ret)));
  });
  const act = (verb: string, work: (tx: Executor, id: string, req: Request) => Promise<void>) =>
    router.post(`${PATH}/:id/${verb}`, urlencoded({ extended: false, limit: '8kb' }), async (req, res) => {
      const id = idOf(req);
      await db.transaction(async (tx) => {
        await lockReturnForChange(tx, id, undefined);
        await work(tx, id, req);
      });
      res.redirect(303, `${PATH}/${id}`);
    });
  act('approve', (tx, id) => approveReturn(tx, id, {}, credentials.user));
  act('refuse', (tx, id, req) => refuseReturn(tx, id, reasonOf(req), credentials.user));
  return router;
}

function idOf(req: Request): string {
  const id = z.uuid().safeParse(req.params.id);
  if (!id.success) throw notFound('return', String(req.params.id));
  return id.data;
}

const REASONS = ['too_late', 'worn', 'not_returnable', 'not_ours'] as const;

function reasonOf(req: Request): string {
  const given = z.object({ reason: z.enum(REASONS) }).safeParse(req.body);
  if (given.success) return given.data.reason;
  throw invalid([
    { pointer: '/reason', code: 'invalid_value', message: `The reason is one of: ${REASONS.join(', ')}.` },
  ]);
}

async function showAll(db: Database): Promise<Html> {
  const waiting = await countOpenReturns(db);
  const rows = (await listReturns(db, { open: true }, { limit: LIMIT })).slice(0, LIMIT);
  const count = new Map(waiting.map((each) => [each.status as string, each.returns]));
  return html`<h2>Where they stand</h2>${bars(OPEN_RETURNS.map((status) => [status, count.get(status) ?? 0]))}
<h2>Asked for and settled, by day</h2>${dayChart(await countReturnsByDay(db, DAYS))}
<h2>Why, in ${DAYS} days, by units</h2>${bars((await countReturnReasons(db, DAYS)).map(({ reason, units }) => [reason.replaceAll('_', ' '), units]))}
<h2>Not settled</h2>${opsTable(['Return', 'Order', 'Status', 'Asked', 'Send by', 'Goods'], rows.map(listRow))}`;
}

const listRow = (ret: ReturnView) => [
  html`<a href="${PATH}/${ret.id}">${ret.number}</a>`,
  ret.order_number,
  ret.status,
  opsTime(ret.created_at),
  opsTime(ret.send_by),
  ret.lines.map(({ quantity, sku, reason }) => `${quantity} ${sku} (${reason})`).join(', '),
];

/** A bar for each word; its length is its share of the longest. */
function bars(rows: readonly (readonly [string, number])[]): Html {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  const drawn = rows.map(
    ([word, value], at) =>
      html`<text x="0" y="${at * 26 + 17}">${word}</text><rect x="150" y="${at * 26 + 4}" width="${Math.round((value / most) * 380)}" height="18" rx="4" fill="#2456c7"/><text x="${156 + Math.round((value / most) * 380)}" y="${at * 26 + 17}">${value}</text>`,
  );
  return picture(600, rows.length * 26, rows.map(([word, value]) => `${word}: ${value}`).join(', '), drawn);
}

function dayChart(days: readonly ReturnDay[]): Html {
  const most = Math.max(1, ...days.flatMap(({ asked, settled }) => [asked, settled]));
  const tall = (value: number) => Math.round((value / most) * 90);
  const bar = (x: number, value: number, color: string) =>
    html`<rect x="${x}" y="${100 - tall(value)}" width="8" height="${tall(value)}" fill="${color}"/>`;
  const drawn = days.map(
    ({ day, asked, settled }, at) =>
      html`<g><title>${day}: ${asked} asked for, ${settled} settled</title>${bar(at * 21, asked, '#2456c7')}${bar(at * 21 + 9, settled, '#2f9e6e')}</g>`,
  );
  const ends = html`<text x="0" y="118">${days[0]?.day}</text><text x="${days.length * 21}" y="118" text-anchor="end">${days.at(-1)?.day}</text>`;
  const said = `asked for ${days.reduce((sum, each) => sum + each.asked, 0)}, settled ${days.reduce((sum, each) => sum + each.settled, 0)}`;
  return html`${picture(600, 124, said, [...drawn, ends])}<p class="faint">Blue: asked for. Green: settled. The highest bar is ${most}.</p>`;
}

const picture = (width: number, height: number, said: string, drawn: readonly Html[]) =>
  html`<svg viewBox="0 0 ${width} ${Math.max(1, height)}" width="${width}" style="max-width:100%;height:auto;font:13px system-ui" fill="currentColor" role="img" aria-label="${said}">${drawn}</svg>`;

async function showOne(db: Database, ret: ReturnView): Promise<Html> {
  const { value, refundable } = await valueOfReturn(db, ret);
  const money = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? '' : formatMoney({ amount, currency: ret.currency });
  const worth = 'code' in value ? `refused: ${value.code}` : money(value.amount);
  const facts = [
    ['Order', ret.order_number],
    ['Asked by', ret.asked_by],
    ['Note', ret.note],
    ['Way', `${ret.way}, paid by the ${ret.way_back}`],
    ['Send by', opsTime(ret.send_by)],
    ['Worth as counted', ret.settled_at ? '' : worth],
    ['Still refundable', ret.settled_at ? '' : money(refundable)],
    ['Settled at', money(ret.amount)],
    ['Refund', ret.refund && `${money(ret.refund.amount)}, ${ret.refund.status}`],
    ['Reason', ret.reason],
  ] as const;
  const history = await listReturnEvents(db, ret.id);
  return html`${opsFacts(facts)}${ret.status === 'requested' && decision(ret.id)}
<h2>Goods</h2>${opsTable(
    ['SKU', 'Asked', 'Approved', 'Reason', 'Good', 'Damaged', 'Wrong', 'Missing', 'Worth'],
    ret.lines.map((line) => [
      line.sku,
      line.quantity,
      line.approved_quantity,
      [line.reason, line.note].filter(Boolean).join(': '),
      line.good,
      line.damaged,
      line.wrong,
      line.missing,
      money(line.amount),
    ]),
  )}
<h2>Parcels</h2>${opsTable(
    ['Kind', 'Status', 'Carrier', 'Number', 'Arrived'],
    ret.parcels.map((parcel) => [
      parcel.kind,
      parcel.status,
      parcel.carrier,
      parcel.tracking_number,
      opsTime(parcel.arrived_at),
    ]),
  )}
<h2>History</h2>${opsTable(
    ['At', 'What', 'Who', 'Facts'],
    history.map(({ created_at, type, actor, data }) => [opsTime(created_at), type, actor, JSON.stringify(data)]),
  )}`;
}

const decision = (
  id: string,
) => html`<h2>Decide</h2><form method="post" action="${PATH}/${id}/approve"><button>Approve</button></form>
<form method="post" action="${PATH}/${id}/refuse"><label>Reason<select name="reason">${REASONS.map((reason) => html`<option>${reason}</option>`)}</select></label><button>Refuse</button></form>`;
