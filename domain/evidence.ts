/** The evidence pack of a dispute: what speaks for the shop, as Stripe's texts and as a page that a person can read. */
import { escapeHtml } from './messages/escape.ts';
import { formatMoney } from './money.ts';

type Address = Readonly<Record<string, string>> | null;

export interface EvidencePack {
  dispute: {
    id: string;
    provider_id: string;
    status: string;
    reason: string;
    amount: number;
    currency: string;
    opened_at: string;
    evidence_due_by: string | null;
  };
  order: {
    id: string;
    number: string;
    placed_at: string;
    status: string;
    currency: string;
    subtotal_amount: number;
    shipping_amount: number;
    tax_amount: number;
    total_amount: number;
    shipping_method: string;
    shipping_address: Address;
    billing_address: Address;
  };
  customer: { name: string | null; email: string; phone: string | null; ip: string | null };
  payment: {
    payment_intent: string | null;
    charge: string | null;
    captured_amount: number;
    refunded_amount: number;
    currency: string;
  };
  lines: { sku: string; name: string; quantity: number; unit_amount: number; total_amount: number }[];
  parcels: {
    status: string;
    carrier: string | null;
    tracking_number: string | null;
    tracking_url: string | null;
    shipped_at: string | null;
    delivered_at: string | null;
    scans: { at: string; status: string; description: string }[];
  }[];
  messages: {
    at: string;
    channel: string;
    template: string;
    subject: string | null;
    recipient: string;
    status: string;
    settled_at: string;
    provider: string | null;
    provider_message_id: string | null;
    /** What was sent, with the secrets of its links masked; null when it was not sent or is not kept any more. */
    text: string | null;
  }[];
  refunds: { at: string; amount: number; currency: string; status: string; provider_id: string | null }[];
  history: { at: string; what: string }[];
}

/** Stripe's text fields (https://docs.stripe.com/api/disputes/update#update_dispute-evidence). */
export const EVIDENCE_TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;

export type EvidenceTexts = Partial<Record<(typeof EVIDENCE_TEXTS)[number], string>>;

/** Stripe takes 20,000 characters in one field and 150,000 in all. */
export const MAX_TEXT = 20_000;
export const MAX_TEXTS = 150_000;

const writeAddress = (address: Address) =>
  address
    ? ['name', 'line1', 'line2', 'city', 'state', 'postal_code', 'country']
        .map((part) => address[part])
        .filter(Boolean)
        .join(', ')
    : undefined;

/** Times as somebody at a bank reads them; the pack has them in UTC. */
const when = (at: string | null) => at && `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
const words = (code: string) => code.replaceAll(/[._-]/g, ' ');

/** What can be told to the bank out of what we know; what is not known is left out. */
export function evidenceTexts(pack: EvidencePack): EvidenceTexts {
  const { order, customer, parcels } = pack;
  const sent = parcels.filter((parcel) => parcel.tracking_number);
  const all = (values: (string | null | undefined)[]) => [...new Set(values.filter(Boolean))].join(', ') || undefined;
  const texts: Record<string, string | undefined> = {
    billing_address: writeAddress(order.billing_address) ?? writeAddress(order.shipping_address),
    customer_email_address: customer.email,
    customer_name: customer.name ?? order.shipping_address?.name,
    customer_purchase_ip: customer.ip ?? undefined,
    product_description: pack.lines.map((line) => `${line.quantity} × ${line.name} (${line.sku})`).join('; '),
    shipping_address: writeAddress(order.shipping_address),
    shipping_carrier: all(sent.map((parcel) => parcel.carrier)),
    shipping_date: all(sent.map((parcel) => parcel.shipped_at?.slice(0, 10))),
    shipping_tracking_number: all(sent.map((parcel) => parcel.tracking_number)),
    access_activity_log: pack.history.map((entry) => `${when(entry.at)}  ${words(entry.what)}`).join('\n'),
    uncategorized_text: narrate(pack),
  };
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text ? [[name, text.slice(0, MAX_TEXT)]] : [])),
  );
}

function narrate({ order, parcels, messages, refunds }: EvidencePack): string {
  const money = (amount: number) => formatMoney({ amount, currency: order.currency });
  return [
    `Order ${order.number} of ${money(order.total_amount)} was placed on ${when(order.placed_at)}.`,
    ...parcels.flatMap((parcel) => [
      ...(parcel.shipped_at
        ? [`Shipped ${when(parcel.shipped_at)} with ${parcel.carrier}, ${parcel.tracking_number}.`]
        : []),
      ...(parcel.delivered_at ? [`Delivered ${when(parcel.delivered_at)} by the carrier's scan.`] : []),
      ...parcel.scans.map((scan) => `Scan ${when(scan.at)}: ${words(scan.status)} ${scan.description}`.trim()),
    ]),
    ...messages.map(
      (message) =>
        `${CHANNEL_NAMES[message.channel] ?? 'Message'} ${when(message.at)}: ${message.subject ?? words(message.template)} (${message.status}).`,
    ),
    ...refunds.map((refund) => `Refund ${when(refund.at)}: ${money(refund.amount)} (${refund.status}).`),
    // Last, since they are long and the field is not.
    ...messages.filter(({ text }) => text).map((message) => quote(message)),
  ].join('\n');
}

const CHANNEL_NAMES: Readonly<Record<string, string>> = {
  email: 'E-mail',
  sms: 'Text message',
  web_push: 'Push message',
};

const quote = ({ subject, template, text }: EvidencePack['messages'][number]) =>
  `\nText of the message “${subject ?? words(template)}”:\n${(text ?? '').trim()}`;

/** The pack as one HTML page that needs nothing from elsewhere. */
export function renderEvidencePage(pack: EvidencePack): string {
  const { dispute, order } = pack;
  const money = (amount: number, currency = order.currency) => formatMoney({ amount, currency });
  const title = `Evidence for dispute ${dispute.provider_id}, order ${order.number}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c1f23}h2{margin-top:2rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #e5e7eb}pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid #e5e7eb;padding-left:1rem}</style></head>
<body><h1>${escapeHtml(title)}</h1>
${summary(pack)}
${table(
  'What was bought',
  ['Article', 'Units', 'Amount'],
  pack.lines.map((line) => [`${line.name} (${line.sku})`, String(line.quantity), money(line.total_amount)]),
)}
${table(
  'Parcels',
  ['Carrier', 'Tracking', 'Shipped', 'Delivered'],
  pack.parcels.map((parcel) => [
    parcel.carrier,
    parcel.tracking_number,
    when(parcel.shipped_at),
    when(parcel.delivered_at),
  ]),
)}
${table(
  'Scans',
  ['At', 'Status', 'Description'],
  pack.parcels.flatMap((parcel) => parcel.scans.map((scan) => [when(scan.at), words(scan.status), scan.description])),
)}
${table(
  'Messages to the customer',
  ['At', 'Subject', 'To', 'Status', 'Id at the provider'],
  pack.messages.map((message) => [
    when(message.at),
    message.subject ?? words(message.template),
    message.recipient,
    `${message.status}, ${when(message.settled_at)}`,
    [message.provider, message.provider_message_id].filter(Boolean).join(' '),
  ]),
)}
${pack.messages.map(renderText).join('')}
${table(
  'Refunds',
  ['At', 'Amount', 'Status'],
  pack.refunds.map((refund) => [when(refund.at), money(refund.amount, refund.currency), refund.status]),
)}
${table(
  'Events',
  ['At', 'What'],
  pack.history.map((entry) => [when(entry.at), words(entry.what)]),
)}
</body></html>`;
}

function renderText({ subject, template, text }: EvidencePack['messages'][number]): string {
  if (text === null) return '';
  return `<h3>${escapeHtml(subject ?? words(template))}</h3><pre>${escapeHtml(text.trim())}</pre>`;
}

function summary({ dispute, order, customer, payment }: EvidencePack): string {
  const money = (amount: number, currency = order.currency) => formatMoney({ amount, currency });
  return facts([
    ['Disputed', money(dispute.amount, dispute.currency)],
    ['Reason', words(dispute.reason)],
    ['Status', words(dispute.status)],
    ['Opened', when(dispute.opened_at)],
    ['Evidence due by', when(dispute.evidence_due_by)],
    ['Order placed', when(order.placed_at)],
    ['Total', money(order.total_amount)],
    ['Captured, refunded', `${money(payment.captured_amount)}, ${money(payment.refunded_amount)}`],
    ['Payment', [payment.payment_intent, payment.charge].filter(Boolean).join(', ')],
    ['Customer', [customer.name, customer.email, customer.phone].filter(Boolean).join(', ')],
    ['IP address of the purchase', customer.ip],
    ['Shipped to', writeAddress(order.shipping_address)],
    ['Billed to', writeAddress(order.billing_address)],
  ]);
}

type Cell = string | null | undefined;
const cell = (text: Cell) => escapeHtml(text || '–');
const facts = (rows: [string, Cell][]) =>
  `<table>${rows.map(([name, value]) => `<tr><th>${cell(name)}</th><td>${cell(value)}</td></tr>`).join('')}</table>`;

function table(title: string, heads: string[], rows: Cell[][]): string {
  if (rows.length === 0) return `<h2>${escapeHtml(title)}</h2><p>None.</p>`;
  const body = rows.map((row) => `<tr>${row.map((each) => `<td>${cell(each)}</td>`).join('')}</tr>`).join('');
  return `<h2>${escapeHtml(title)}</h2><table><tr>${heads.map((head) => `<th>${escapeHtml(head)}</th>`).join('')}</tr>${body}</table>`;
}
