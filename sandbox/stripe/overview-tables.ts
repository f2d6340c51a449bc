import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { escapeHtml } from './html.ts';
import { button, table } from './overview-layout.ts';
import type { StripeObject } from './types.ts';

/** The newest objects of each kind, with what can be done to each. */

interface Section {
  title: string;
  kind: string;
  heads: string[];
  row(object: StripeObject): string[];
}

export const time = (seconds: unknown): string =>
  new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').slice(0, 19);
const link = (id: unknown): string =>
  id ? `<a href="/sandbox/stripe/objects/${escapeHtml(String(id))}">${escapeHtml(String(id))}</a>` : '';
const money = (object: StripeObject, field = 'amount') =>
  escapeHtml(formatAmount(Number(object[field]), String(object.currency)));
const text = (value: unknown) => escapeHtml(typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** Whose it is, at a glance; the rest on the object's own page. */
function metadata({ metadata: all }: StripeObject): string {
  const { order_number: order, ...rest } = (all ?? {}) as Record<string, string>;
  const said = order ?? (Object.keys(rest).length > 0 ? JSON.stringify(rest) : '');
  return `<span title="${text(JSON.stringify(all))}">${escapeHtml(said.length > 24 ? `${said.slice(0, 23)}…` : said)}</span>`;
}

function intentStatus(intent: StripeObject): string {
  return intent.status === 'requires_action'
    ? `<a href="/sandbox/stripe/3ds/${intent.id}">requires_action</a>`
    : text(intent.status);
}

function intentButtons({ id, status }: StripeObject): string {
  if (status !== 'succeeded') return '';
  return [
    button('Refund', `charges/${id}/refund`, { ask: 'amount' }),
    button('Dispute', `charges/${id}/dispute`),
    button('Inquire', `charges/${id}/dispute`, { body: { inquiry: true } }),
    button('Warn of fraud', `charges/${id}/fraud_warning`),
    button('Charge again', `charges/${id}/again`),
    button('Change fee', `balance_transactions/${id}/fee`, { ask: 'fee' }),
  ].join(' ');
}

function disputeButtons({ id, status }: StripeObject): string {
  const ends = String(status).startsWith('warning_') ? ['warning_closed'] : ['won', 'lost'];
  if (!String(status).endsWith('needs_response') && !String(status).endsWith('under_review')) return '';
  const escalate = ends.length === 1 ? [button('Escalate', `disputes/${id}/escalate`)] : [];
  return [...ends.map((end) => button(end, `disputes/${id}/close`, { body: { status: end } })), ...escalate].join(' ');
}

function payoutButtons({ id, status }: StripeObject): string {
  const fail = ['failed', 'canceled'].includes(String(status)) ? [] : [button('Fail', `payouts/${id}/fail`)];
  const arrive = ['pending', 'in_transit'].includes(String(status)) ? [button('Arrive', `payouts/${id}/arrive`)] : [];
  return [...arrive, ...fail].join(' ');
}

export const SECTIONS: Section[] = [
  {
    title: 'Payments',
    kind: 'payment_intent',
    heads: ['Intent', 'Amount', 'Status', 'Metadata', 'Created', ''],
    row: (o) => [link(o.id), money(o), intentStatus(o), metadata(o), time(o.created), intentButtons(o)],
  },
  {
    title: 'Refunds',
    kind: 'refund',
    heads: ['Refund', 'Amount', 'Status', 'Charge', 'Created'],
    row: (o) => [link(o.id), money(o), text(o.status), link(o.charge), time(o.created)],
  },
  {
    title: 'Disputes',
    kind: 'dispute',
    heads: ['Dispute', 'Amount', 'Status', 'Reason', 'Charge', 'Due', ''],
    row: (o) => {
      const { due_by: due } = o.evidence_details as { due_by: number };
      return [link(o.id), money(o), text(o.status), text(o.reason), link(o.charge), time(due), disputeButtons(o)];
    },
  },
  {
    title: 'Early fraud warnings',
    kind: 'radar.early_fraud_warning',
    heads: ['Warning', 'Charge', 'Type', 'Actionable', 'Created'],
    row: (o) => [link(o.id), link(o.charge), text(o.fraud_type), text(o.actionable), time(o.created)],
  },
  {
    title: 'Payouts',
    kind: 'payout',
    heads: ['Payout', 'Amount', 'Status', 'Parts', 'Arrives', ''],
    row: (o) => [
      link(o.id),
      money(o),
      text(o.status),
      text(o.reconciliation_status),
      time(o.arrival_date),
      payoutButtons(o),
    ],
  },
  {
    title: 'Balance transactions',
    kind: 'balance_transaction',
    heads: ['Transaction', 'Amount', 'Fee', 'Net', 'Category', 'Source', 'Available'],
    row: (o) => [
      link(o.id),
      money(o),
      money(o, 'fee'),
      money(o, 'net'),
      text(o.reporting_category),
      link(o.source),
      time(o.available_on),
    ],
  },
  {
    title: 'Customers',
    kind: 'customer',
    heads: ['Customer', 'E-mail', 'Created'],
    row: (o) => [link(o.id), text(o.email ?? ''), time(o.created)],
  },
  {
    title: 'Events',
    kind: 'event',
    heads: ['Event', 'Type', 'About', 'Created', ''],
    row: (o) => {
      const { object } = o.data as { object: StripeObject };
      return [
        link(o.id),
        text(o.type),
        link(object.id),
        time(o.created),
        button('Send again', `events/${o.id}/resend`),
      ];
    },
  },
];

/** One section: the newest `limit` objects of its kind. */
export function renderSection(sandbox: Sandbox, section: Section, limit: number): string {
  const { title, kind, heads, row } = section;
  const rows = sandbox.objects.page({ kind, where: {}, order: 'DESC', limit });
  const cells = rows.map(({ body }) => row(JSON.parse(body)));
  return `<h2 id="${kind}">${title}</h2>${table(heads, cells)}`;
}
