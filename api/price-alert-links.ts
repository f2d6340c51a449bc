/**
 * /price-alerts/act: what a link in the mail of a price alert does. GET only asks, since mail scanners follow links; POST does it, once:
 * a second click finds the alert decided.
 */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import {
  lockAlertToDecide,
  muteAlert,
  proposalFor,
  rejectAlertMatch,
  repriceForAlert,
} from '../db/decide-price-alert.ts';
import { reopenJobs } from '../db/outbox.ts';
import { type AlertRow, findAlert } from '../db/price-alerts.ts';
import { preferredLocale } from '../domain/accept-language.ts';
import { formatsOf } from '../domain/messages/formats.ts';
import { type Locale, resolveLocale } from '../domain/messages/locales.ts';
import type { AlertAction, AlertTokens, ReadAlertLink } from '../price-alert-token.ts';
import { makeJob } from '../queues/define-queue.ts';
import { judgePrice } from '../queues/judge-price.ts';
import { type AlertPageState, alertPage, type PageFacts } from './price-alert-page.ts';
import { type Call, defineRoute, type Route } from './route.ts';

interface Context {
  db: Database;
  tokens: AlertTokens;
  /** Of the shop, for whoever asks for none of the languages that there are. */
  locale: string;
}

const tag = 'Prices';
const PATH = '/price-alerts/act';
const MUTED_HOURS = 7 * 24;
const html = (description: string) => ({ description, schema: z.string(), mediaType: 'text/html' });
const refusals = {
  400: html('The link is not one of ours, or was changed'),
  404: html('The alert is gone'),
  410: html('The link has expired'),
};
const amount = z.coerce
  .number()
  .int()
  .min(0)
  .max(1e12)
  .optional()
  .catch(undefined)
  .meta({ description: 'The change of our price that the page showed, in minor units' });
const token = z.string().optional().meta({ description: 'From the link' });

export function alertLinkRoutes(context: Context): Route[] {
  return [ask(context), act(context)];
}

type Asked = Call<unknown, { token?: string | undefined }, unknown>;

interface Shown {
  state: AlertPageState;
  facts?: PageFacts;
  /** The change that the button makes. */
  change?: { from: number; to: number };
}

const ask = (context: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Ask whether to act on a price alert',
    description: 'By the signed link of a mail. Decides nothing, however often it is followed.',
    scope: 'open',
    query: z.object({ token }),
    responses: { 200: html('A page with one button'), ...refusals },
    handle: (call) => withAlert(context, call, question),
  });

const act = (context: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Act on a price alert',
    description:
      'By the signed link of a mail: reprice, mute for a week, or untie page and product. A second call changes nothing.',
    scope: 'open',
    rawBody: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    query: z.object({ token, from: amount, to: amount }),
    requestHeaders: z.object({}),
    responses: { 200: html('Done, or why not'), ...refusals },
    handle: (call) =>
      withAlert(context, call, (tx, alert, link, locale) => decide(tx, alert, { ...link, ...call.query, locale })),
  });

const isOpen = ({ status }: AlertRow) => status === 'open' || status === 'escalated';

/** Answers what is no link of ours by itself. */
async function withAlert(
  { db, tokens, locale: shopLocale }: Context,
  call: Asked,
  work: (tx: Executor, alert: AlertRow, link: ReadAlertLink, locale: Locale) => Promise<Shown>,
): Promise<undefined> {
  const given = call.query.token ?? '';
  const link = tokens.read(given);
  const locale = resolveLocale(preferredLocale(call.headers['accept-language']), shopLocale);
  const refuse = (status: number, state: AlertPageState) => show(call, status, alertPage(state, locale.language));
  if (!link) return refuse(400, 'link_invalid');
  if (link.isExpired) return refuse(410, 'link_expired');
  const done = await db.transaction(async (tx) => {
    const alert =
      call.req.method === 'POST' ? await lockAlertToDecide(tx, link.alertId) : await findAlert(tx, link.alertId);
    return alert && { alert, shown: await work(tx, alert, link, locale) };
  });
  if (!done) return refuse(404, 'settled');
  const { state, facts, change } = done.shown;
  const { product, competitor } = done.alert.facts;
  return show(
    call,
    200,
    alertPage(state, locale.language, { product, competitor, ...facts }, { token: given, ...change }),
  );
}

const QUESTIONS: Record<Exclude<AlertAction, 'reprice'>, AlertPageState> = {
  mute: 'ask_mute',
  wrong_match: 'ask_wrong_match',
};

async function question(tx: Executor, alert: AlertRow, { action }: ReadAlertLink, locale: Locale): Promise<Shown> {
  if (action !== 'reprice') return { state: alert.listing_id ? QUESTIONS[action] : 'settled' };
  if (!isOpen(alert)) return { state: 'settled' };
  const proposal = await proposalFor(tx, alert);
  if (proposal.kind === 'none') return { state: 'no_reprice' };
  const { from, to, marginPercent } = proposal;
  const margin = marginPercent === null ? '' : formatsOf(locale, 'UTC').percent(marginPercent);
  return { state: 'ask_reprice', change: { from, to }, facts: { ...pricesOf(proposal, locale), margin } };
}

function pricesOf({ from, to, currency }: { from: number; to: number; currency: string }, locale: Locale): PageFacts {
  const { money } = formatsOf(locale, 'UTC');
  return { from: money({ amount: from, currency }), to: money({ amount: to, currency }) };
}

type Wish = ReadAlertLink & { from?: number | undefined; to?: number | undefined; locale: Locale };

async function decide(tx: Executor, alert: AlertRow, wish: Wish): Promise<Shown> {
  const { action, recipient: actor } = wish;
  if (action === 'mute')
    return { state: (await muteAlert(tx, alert, { actor, hours: MUTED_HOURS })) ? 'muted' : 'settled' };
  if (action === 'reprice') return applyPrice(tx, alert, wish);
  if (!(await rejectAlertMatch(tx, alert, { actor }))) return { state: 'settled' };
  if (alert.listing_id) await reopenJobs(tx, [makeJob(judgePrice, { listing_id: alert.listing_id })]);
  return { state: 'unmatched' };
}

/** Only what the page has shown is applied; who sends nothing is shown it first. */
async function applyPrice(tx: Executor, alert: AlertRow, wish: Wish): Promise<Shown> {
  const { from, to, recipient: actor, locale } = wish;
  if (!isOpen(alert) || from === undefined || to === undefined) return question(tx, alert, wish, locale);
  const end = await repriceForAlert(tx, alert, { from, to }, { actor });
  if (end.kind === 'repriced') return { state: 'repriced', facts: pricesOf(end, locale) };
  return { state: end.kind === 'price_changed' ? 'price_changed' : 'no_reprice' };
}

function show({ res }: Asked, status: number, page: string): undefined {
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' })
    .type('html')
    .send(page);
}
