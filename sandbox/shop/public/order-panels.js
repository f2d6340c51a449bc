/** An order as the customer sees it. */
import { h, safeUrl } from './dom.js';
import { formatMoney } from './money.js';

const badges = {
  pending: ['Being checked', ''],
  awaiting_payment: ['Awaiting payment', ''],
  authorized: ['Payment authorized', 'good'],
  paid: ['Paid', 'good'],
  shipped: ['Shipped', 'good'],
  delivered: ['Delivered', 'good'],
  rejected: ['Out of stock', 'bad'],
  canceled: ['Canceled', 'bad'],
  expired: ['Expired', 'bad'],
};

/** @param {{order: object, timeline: Node, live: Node, action: Node | null, push: Node}} parts */
export function orderPanels({ order, timeline, live, action, push }) {
  const [text, tone] = badges[order.status] ?? [order.status, ''];
  return h(
    'div',
    { className: 'order', 'data-status': order.status, 'data-payment-status': order.payment_status },
    h(
      'div',
      { className: 'order-head' },
      h('h1', { id: 'order-title' }, `Order ${order.number}`),
      h('span', { className: `badge ${tone}`, role: 'status', id: 'order-status' }, text),
      h('a', { className: 'quiet', href: '/', 'data-go': 'shop' }, 'Back to the shop'),
    ),
    h(
      'div',
      {},
      action,
      shortagePanel(order),
      h('div', { className: 'panel' }, h('h2', {}, 'What happened ', live), timeline),
    ),
    h('div', {}, goodsPanel(order), parcelPanel(order), addressPanel(order), push),
  );
}

function shortagePanel({ shortages, lines }) {
  if (!shortages?.length) return null;
  const nameOf = (sku) => lines.find((line) => line.sku === sku)?.name ?? sku;
  return h(
    'div',
    { className: 'panel alert', id: 'shortage-panel', role: 'alert' },
    h('h2', {}, 'There is not enough in stock'),
    h('p', {}, 'You were not charged. This is what we are short of:'),
    h(
      'ul',
      { className: 'short' },
      ...shortages.map(({ sku, requested, available }) =>
        h(
          'li',
          { 'data-sku': sku },
          h('b', {}, nameOf(sku)),
          ` (${sku}): you asked for ${requested}, ${left(available)}.`,
        ),
      ),
    ),
    h('button', { className: 'primary', type: 'button', 'data-go': 'refill' }, 'Change my basket'),
  );
}

const left = (available) => {
  if (available === 0) return 'none is left';
  return available === 1 ? '1 is left' : `${available} are left`;
};

function goodsPanel({ lines, totals, currency }) {
  const sum = (name, amount, className = '') => [
    h('dt', { className }, name),
    h('dd', { className }, formatMoney(amount, currency)),
  ];
  return h(
    'div',
    { className: 'panel' },
    h('h2', {}, 'Your things'),
    ...lines.map((line) =>
      h(
        'p',
        { className: 'bought' },
        h('span', {}, `${line.quantity} × ${line.name || line.sku}`),
        h('span', {}, formatMoney(line.total_amount, currency)),
      ),
    ),
    h(
      'dl',
      { className: 'sums' },
      ...sum('Goods', totals.subtotal.amount),
      ...sum('Shipping', totals.shipping.amount),
      ...sum('Tax', totals.tax.amount),
      ...sum('Total', totals.total.amount, 'total'),
    ),
  );
}

function parcelPanel({ shipments }) {
  if (!shipments?.length) return null;
  const parcel = (shipment) => {
    const url = shipment.tracking_url && safeUrl(shipment.tracking_url);
    const number = shipment.tracking_number ?? 'not numbered yet';
    const label = url ? h('a', { href: url, target: '_blank', rel: 'noopener' }, number) : number;
    return h('p', { className: 'bought' }, h('span', {}, shipment.status.replaceAll('_', ' ')), h('span', {}, label));
  };
  return h(
    'div',
    { className: 'panel' },
    h('h2', {}, shipments.length > 1 ? 'Parcels' : 'Parcel'),
    ...shipments.map(parcel),
  );
}

function addressPanel({ shipping_address: to, customer }) {
  const lines = [to.name, to.line1, to.line2, [to.postal_code, to.city].filter(Boolean).join(' '), to.country];
  const text = lines.filter(Boolean).flatMap((line) => [line, h('br')]);
  return h(
    'div',
    { className: 'panel' },
    h('h2', {}, 'Going to'),
    h('address', { className: 'address' }, ...text, customer?.email ?? ''),
  );
}
