/**
 * /unsubscribe: the link in messages that somebody may do without. GET only asks, since mail scanners follow links; one POST, without
 * cookies and whatever it holds, does it at once (RFC 8058), as mail programs send it.
 */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findRecipient } from '../db/recipients.ts';
import { findSuppressions, liftUnsubscribe, suppress } from '../db/suppressions.ts';
import { preferredLocale } from '../domain/accept-language.ts';
import { type Language, resolveLocale } from '../domain/messages/locales.ts';
import { isTransactional } from '../domain/messages/topics.ts';
import type { UnsubscribeTarget, UnsubscribeTokens } from '../unsubscribe-token.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { type PageState, refusalPage, unsubscribePage } from './unsubscribe-page.ts';

interface Context {
  db: Database;
  tokens: UnsubscribeTokens;
  /** Of the shop, for whoever asks for none of the languages that there are. */
  locale: string;
}

const tag = 'Unsubscribing';
const PATH = '/unsubscribe';
const token = z.string().optional().meta({ description: 'From the link' });
const html = (description: string) => ({ description, schema: z.string(), mediaType: 'text/html' });
const refusals = {
  400: html('The link is not one of ours, or was changed'),
  422: html('Messages of this topic belong to what was bought, and cannot be switched off'),
};

type PageOf = (state: PageState) => string;
type Asked = Call<unknown, { token?: string | undefined; action?: string | undefined }, unknown>;

export function unsubscribeRoutes(context: Context): Route[] {
  return [ask(context), act(context)];
}

const ask = (context: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'Ask whether to unsubscribe',
    description: 'Changes nothing, however often it is followed.',
    scope: 'open',
    query: z.object({ token }),
    responses: { 200: html('A page with one button'), ...refusals },
    handle: (call) =>
      withTarget(context, call, async (target, pageOf) => {
        const found = await findSuppressions(context.db, target.channel, target.address);
        const isOut = found.some(({ reason, topic }) => reason === 'unsubscribe' && (!topic || topic === target.topic));
        show(call, 200, pageOf(isOut ? 'unsubscribed' : 'ask'));
      }),
  });

const act = (context: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Unsubscribe, or subscribe again',
    description:
      'By RFC 8058: no cookie, no redirect, and the body (`List-Unsubscribe=One-Click`) says nothing more. A second call changes nothing.',
    scope: 'open',
    rawBody: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    query: z.object({ token, action: z.enum(['unsubscribe', 'subscribe']).default('unsubscribe') }),
    requestHeaders: z.object({}),
    responses: { 200: html('Done'), ...refusals },
    handle: (call) =>
      withTarget(context, call, async (target, pageOf) => {
        const { channel, address, topic } = target;
        const back = call.query.action === 'subscribe';
        if (back) await liftUnsubscribe(context.db, { channel, address, topic });
        else await suppress(context.db, { channel, address, topic, reason: 'unsubscribe' });
        show(call, 200, pageOf(back ? 'subscribed' : 'unsubscribed'));
      }),
  });

/** Answers what is no link of ours by itself. */
async function withTarget(
  context: Context,
  call: Asked,
  work: (target: UnsubscribeTarget, pageOf: PageOf) => Promise<void>,
): Promise<undefined> {
  const given = call.query.token ?? '';
  const target = context.tokens.read(given);
  const language = await languageOf(context, call, target);
  if (!target) show(call, 400, refusalPage('link_invalid', language));
  else if (isTransactional(target.topic)) show(call, 422, refusalPage('topic_transactional', language, target.topic));
  else await work(target, (state) => unsubscribePage(state, { ...target, language }, given));
  return undefined;
}

/** Their own, when they said one; else their browser's, else the shop's. */
async function languageOf({ db, locale }: Context, { headers }: Asked, target?: UnsubscribeTarget): Promise<Language> {
  const known = target?.recipientId ? await findRecipient(db, target.recipientId) : undefined;
  return resolveLocale(known?.locale, preferredLocale(headers['accept-language']), locale).language;
}

function show({ res }: Asked, status: number, page: string): void {
  res
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' })
    .type('html')
    .send(page);
}
