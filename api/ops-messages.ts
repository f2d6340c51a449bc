/** /ops/messages: what was sent to whom, for operations and support; one message with its attempts, events and text. */
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { findOrderId } from '../db/find-order-id.ts';
import {
  listNotifications,
  NOTIFICATION_STATUSES,
  type NotificationRow,
  type NotificationTimeline,
  readNotification,
} from '../db/notification-timeline.ts';
import { CHANNELS } from '../domain/messages/channels.ts';
import { maskRecipient } from '../domain/messages/mask-links.ts';
import { type Html, html, opsFacts, opsPage, opsTable, opsTime } from './ops-page.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';
import { notFound } from './problem.ts';

const PATH = '/ops/messages';
const LIMIT = 50;

export function createOpsMessages({ db, ...credentials }: OpsCredentials & { db: Database }): Router {
  const router = Router();
  router.use(PATH, opsSignIn(credentials));
  router.get(PATH, async (req, res) => {
    const filter = readFilter(req);
    res.type('html').send(opsPage('Messages', await showList(db, filter)));
  });
  router.get(`${PATH}/:id`, async (req, res) => {
    const id = z.uuid().safeParse(req.params.id);
    const message = id.success ? await readNotification(db, id.data) : undefined;
    if (!message) throw notFound('notification', req.params.id);
    res.type('html').send(opsPage(message.subject ?? message.template, showMessage(message)));
  });
  return router;
}

/** A form sends fields that were left empty; what fits nothing is as if it were. */
const word = z.string().trim().min(1).max(320).optional().catch(undefined);
const filterFields = z.object({
  order: word,
  recipient: word,
  status: z.enum(NOTIFICATION_STATUSES).optional().catch(undefined),
  channel: z.enum(CHANNELS).optional().catch(undefined),
  topic: word,
  before: z.uuid().optional().catch(undefined),
});
type Filter = z.output<typeof filterFields>;

const readFilter = (req: Request): Filter => filterFields.parse(req.query);

async function showList(db: Database, filter: Filter): Promise<Html> {
  const { order, before, ...rest } = filter;
  const order_id = order === undefined ? undefined : await findOrderId(db, order);
  if (order !== undefined && order_id === undefined)
    return html`${form(filter)}<p class="faint">There is no order ${order}.</p>`;
  const { rows, next } = await listNotifications(db, { ...rest, order_id }, { before, limit: LIMIT });
  const older = next && html`<p><a href="${linkTo({ ...filter, before: next })}">Older messages</a></p>`;
  return html`${form(filter)}${opsTable(['Written', 'Channel', 'Status', 'To', 'Message', 'Order'], rows.map(listRow))}${older}`;
}

const listRow = (row: NotificationRow) => [
  html`<a href="${PATH}/${row.id}">${opsTime(row.created_at)}</a>`,
  row.channel,
  status(row.status),
  maskRecipient(row.channel, row.recipient),
  row.subject ?? row.template,
  row.order_number && html`<a href="${linkTo({ order: row.order_number })}">${row.order_number}</a>`,
];

const BAD = new Set(['failed', 'bounced', 'dropped', 'uncertain']);
const status = (word: string) => (BAD.has(word) ? html`<span class="bad">${word}</span>` : word);

function linkTo(filter: Filter): string {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${PATH}?${new URLSearchParams(given)}`;
}

function form({ order, recipient, status: chosen, channel, topic }: Filter): Html {
  const field = (name: string, label: string, value: string | undefined) =>
    html`<label>${label}<input name="${name}" value="${value ?? ''}"></label>`;
  const choice = (name: string, label: string, values: readonly string[], value: string | undefined) =>
    html`<label>${label}<select name="${name}"><option value="">all</option>${values.map((each) =>
      each === value ? html`<option selected>${each}</option>` : html`<option>${each}</option>`,
    )}</select></label>`;
  return html`<form method="get" action="${PATH}">${field('order', 'Order', order)}${field('recipient', 'Address', recipient)}${choice(
    'status',
    'Status',
    NOTIFICATION_STATUSES,
    chosen,
  )}${choice('channel', 'Channel', CHANNELS, channel)}${field('topic', 'Topic', topic)}<button>Look</button></form>`;
}

function showMessage(message: NotificationTimeline): Html {
  const { content, attempts, events } = message;
  return html`${opsFacts(factsOf(message))}
<h2>Attempts</h2>${opsTable(['#', 'Provider', 'Began', 'Ended', 'Outcome', 'Besides'], attempts.map(attemptRow))}
<h2>The provider’s events</h2>${opsTable(['At', 'Event', 'Provider', 'Besides'], events.map(eventRow))}
<h2>Text</h2>${
    content
      ? html`<p class="faint">Sent ${opsTime(content.rendered_at)}; what could be a secret in its links is “…”.</p><pre>${content.text}</pre>`
      : html`<p class="faint">Not kept: the message was not sent, or its time is up.</p>`
  }`;
}

const factsOf = (message: NotificationTimeline) =>
  [
    ['Status', status(message.status)],
    ['Error', message.error && [message.error.code, message.error.message].filter(Boolean).join(': ')],
    ['To', message.recipient],
    ['Channel', message.channel],
    ['Template', [message.template, message.template_version].filter((part) => part !== null).join(', version ')],
    ['Topic, urgency', `${message.topic}, ${message.urgency}`],
    ['Language', message.locale],
    ['Cause', message.cause],
    [
      'Order',
      message.order_number && html`<a href="${linkTo({ order: message.order_number })}">${message.order_number}</a>`,
    ],
    ['Told by', message.digest_id && html`<a href="${PATH}/${message.digest_id}">its digest</a>`],
    ['Provider', [message.provider, message.provider_message_id].filter(Boolean).join(' ')],
    ['To be told', opsTime(message.due_at)],
    ['Written', opsTime(message.created_at)],
    ['Last changed', opsTime(message.updated_at)],
    [
      'Job',
      html`<a href="/ops/queues/queue/send-notification/notification-${message.id}">in the queue, while it is there</a>`,
    ],
  ] as const;

type Facts = Record<string, unknown>;

const attemptRow = ({ number, provider, started_at, ended_at, outcome, ...besides }: Facts) => [
  plain(number),
  plain(provider),
  moment(started_at),
  moment(ended_at),
  plain(outcome),
  plain(besides),
];

const eventRow = ({ at, type, provider, ...besides }: Facts) => [
  moment(at),
  plain(type),
  plain(provider),
  plain(besides),
];

const moment = (at: unknown) => (typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? opsTime(at) : plain(at));

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${typeof each === 'object' ? JSON.stringify(each) : each}`)
    .join(', ');
}
