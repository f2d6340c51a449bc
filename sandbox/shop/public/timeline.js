/** What an order's events mean to the customer. */
import { h } from './dom.js';
import { formatMoney } from './money.js';

const words = {
  'order.accepted': ['Order received', ''],
  'order.rejected': ['The order could not be taken', 'bad'],
  'order.paid': ['Paid', 'good'],
  'order.shipped': ['Handed to the carrier', 'good'],
  'order.delivered': ['Delivered', 'good'],
  'order.canceled': ['Order canceled', 'bad'],
  'order.expired': ['Order expired: nobody paid in time', 'bad'],
  'stock.reserved': ['Set aside for you', ''],
  'stock.released': ['Back on the shelf', ''],
  'stock.allocated': ['Taken from the shelf', ''],
  'payment.created': ['Payment opened', ''],
  'payment.processing': ['Payment under way', ''],
  'payment.requires_action': ['Your bank asks for a confirmation', ''],
  'payment.failed': ['Card declined', 'bad'],
  'payment.authorized': ['Payment authorized', 'good'],
  'payment.succeeded': ['Payment received', 'good'],
  'payment.canceled': ['Payment closed', ''],
  'refund.requested': ['Refund on its way', ''],
  'refund.succeeded': ['Refunded', 'good'],
  'refund.failed': ['The refund failed; we are on it', 'bad'],
  'dispute.created': ['Your bank asks for the money back', 'bad'],
  'dispute.funds_withdrawn': ['Your bank took the money back for now', ''],
  'dispute.funds_reinstated': ['Your bank gave the money back to us', ''],
  'dispute.under_review': ['Your bank looks into it', ''],
  'dispute.won': ['Your bank decided for us', ''],
  'dispute.lost': ['Your bank decided for you', ''],
  'dispute.warning_closed': ['Your bank’s question is settled', ''],
  'shipment.created': ['Parcel packed', ''],
  'shipment.label_purchased': ['Label printed', ''],
  'shipment.in_transit': ['On its way', 'good'],
  'shipment.delivered': ['Parcel delivered', 'good'],
};

const mails = {
  queued: 'is waiting',
  sending: 'is being sent',
  accepted: 'sent',
  delivered: 'delivered',
  bounced: 'came back',
  dropped: 'not sent',
  failed: 'not sent',
  uncertain: 'perhaps sent',
};

/** One entry of the timeline. */
export function timelineEntry({ sequence, type, data, created_at }) {
  const [title, tone] = describe(type, data ?? {});
  const time = new Date(created_at);
  return h(
    'li',
    { className: tone, 'data-type': type, 'data-sequence': sequence },
    h('b', {}, title),
    h('small', {}, h('time', { dateTime: time.toISOString() }, time.toLocaleTimeString()), detail(type, data ?? {})),
  );
}

function describe(type, data) {
  if (words[type]) return words[type];
  const [group, what = ''] = type.split('.');
  if (group === 'notification')
    return [`E-mail “${plain(data.template ?? 'message')}” ${mails[what] ?? plain(what)}`, 'mail'];
  return [`${plain(group)} ${plain(what)}`, ''];
}

const plain = (text) => String(text).replaceAll(/[-_]/g, ' ');

function detail(type, data) {
  const isDisputed = type.startsWith('dispute.') && Number.isInteger(data.amount) && data.currency;
  const amount = isDisputed && formatMoney(Math.abs(data.amount), data.currency);
  const facts = [amount, data.message, data.tracking_number, data.location, data.reason && plain(data.reason)];
  const known = facts.filter((fact) => typeof fact === 'string' && fact !== '');
  return known.length ? ` · ${known.join(' · ')}` : '';
}
