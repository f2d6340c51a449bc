/**
 * A chat with incoming webhooks as Slack's: `POST /chat/hooks` makes one, what is posted to its address is checked and shown at
 * /chat, and what would call people or lead them elsewhere is told apart.
 */
import express, { type ErrorRequestHandler, type Router } from 'express';
import type { FaultAnswer, Faults } from '../faults.ts';
import { sendPage } from '../page.ts';
import { randomText } from '../random-text.ts';
import type { Store } from '../store.ts';
import { createChannels, type StoredMessage } from './channels.ts';
import { chatPage } from './chat-page.ts';
import { readMessage } from './check-message.ts';
import { parseMrkdwn } from './mrkdwn.ts';

export interface ChatSandboxOptions {
  store: Store;
  faults: Faults;
  /** Where the sandbox is reached. */
  baseUrl: string;
  /** A webhook that is there from the start, by its secret. */
  token?: string | undefined;
  nowMs?: () => number;
}

const PAGE_SIZE = 50;
const MAX_JSON = 1_000;
const SHOP_CHANNEL = 'shop';

/** An Express router to mount at `/`; faults by the provider's name `chat`. */
export function createChatSandbox({ store, faults, baseUrl, token, nowMs = Date.now }: ChatSandboxOptions): Router {
  const channels = createChannels(store);
  if (token) channels.add(token, SHOP_CHANNEL);
  const router = express.Router();

  router.post('/chat/hooks', express.json(), (req, res) => {
    const { channel = SHOP_CHANNEL } = (req.body ?? {}) as Record<string, unknown>;
    const made = randomText(24);
    channels.add(made, String(channel).slice(0, 80));
    store.afterCommit(() => void res.status(201).json({ url: `${baseUrl}/chat/hooks/${made}` }));
  });
  router.delete('/chat/hooks/:token', (req, res) => {
    channels.remove(req.params.token);
    store.afterCommit(() => res.sendStatus(204));
  });

  const body = express.json({ limit: '1mb', strict: false });
  router.post('/chat/hooks/:token', body, faults.middleware('chat', answerFault), (req, res) => {
    const channel = channels.find(String(req.params.token));
    if (channel === undefined) return void res.status(404).type('text').send('no_service');
    const message = readMessage(req.body);
    if (typeof message === 'string') return void res.status(400).type('text').send(message);
    channels.receive({ channel, body: JSON.stringify(message), created_ms: nowMs() });
    store.afterCommit(() => void res.type('text').send('ok'));
  });
  router.use('/chat/hooks', refuseBody);

  router.get('/chat.json', (req, res) => {
    const channel = typeof req.query.channel === 'string' ? req.query.channel : undefined;
    const messages = channels.list(channel, Math.min(MAX_JSON, Number(req.query.limit) || 100));
    res.json({ data: messages.map(toJson), total: channels.count(channel) });
  });
  router.get('/chat', (_req, res) => {
    sendPage(res, chatPage(channels.list(undefined, PAGE_SIZE), channels.count(undefined)));
  });
  return router;
}

const refuseBody: ErrorRequestHandler = (_error, _req, res, next) => {
  if (res.headersSent) return next(_error);
  res.status(400).type('text').send('invalid_payload');
};

const answerFault: FaultAnswer = (fault, res) => {
  const limited = fault.kind === 'rate_limit';
  if (limited && !res.headersSent) res.setHeader('Retry-After', '1');
  const status = fault.status ?? (limited ? 429 : 500);
  res
    .status(status)
    .type('text')
    .send(fault.body ?? (limited ? 'rate_limited' : 'rollup_error'));
};

/** `parts`: of all that people would read, so that a test finds every mention and every link. */
function toJson({ seq, channel, message, created_ms }: StoredMessage) {
  const read = [message.text, ...message.sections.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text)];
  return {
    id: seq,
    channel,
    text: message.text,
    sections: message.sections,
    parts: read.flatMap(parseMrkdwn).filter(({ kind }) => kind !== 'text'),
    created_at: new Date(created_ms).toISOString(),
  };
}
