/** A message of each template as it could be, for previews and tests. The people and shops are made up. */
import type { MessageTemplate, OrderView } from './order-view.ts';
import { claimed, missing, returned, vendorOrder } from './sample-goods.ts';
import type { MessageView } from './templates/message.ts';

const order: OrderView<object> = {
  id: '0190b1d2-0000-7000-8000-000000000001',
  number: 'ORD-100042',
  currency: 'eur',
  customerName: 'Ada Lovelace',
  subtotalAmount: 7_790,
  shippingAmount: 490,
  taxAmount: 1_572,
  totalAmount: 9_852,
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Lindenstraße 12',
    line2: 'Hinterhaus',
    city: 'Berlin',
    postal_code: '10969',
    country: 'DE',
  },
  billingAddress: {
    name: 'Ada Lovelace',
    company: 'Analytical Engines Ltd',
    line1: '5 Orchard Road',
    city: 'Leeds',
    postal_code: 'LS1 4AP',
    country: 'GB',
  },
  statusReason: null,
  shortages: [],
  placedAt: '2026-03-14T10:24:00Z',
  lines: [
    { sku: 'MUG-STONE-1', name: 'Stoneware mug, speckled white', quantity: 2, unitAmount: 1_900, totalAmount: 3_800 },
    { sku: 'BOWL-ASH-3', name: 'Serving bowl, ash glaze', quantity: 1, unitAmount: 2_990, totalAmount: 2_990 },
    { sku: 'TOWEL-LIN-2', name: 'Linen kitchen towel', quantity: 1, unitAmount: 1_000, totalAmount: 1_000 },
  ],
  shipment: null,
  refund: null,
  payment: null,
  data: {},
};

const subscription = {
  customerName: 'Ada Lovelace',
  plan: 'Coffee of the month',
  price: { amount: 1_490, currency: 'eur' },
  interval: 'month',
  intervalCount: 1,
  manageUrl: 'https://shop.example/account/subscriptions/1',
} as const;

/** About no order: only the data is known. */
const ofShop = <Data extends object>(data: Data) =>
  ({
    shopName: 'Corner & Co',
    orderUrl: '',
    order: { ...order, ...NO_ORDER, data },
    unsubscribeUrl: 'https://shop.example/unsubscribe?token=t0k3n',
  }) as const;

/** What belongs to something that was bought cannot be switched off. */
const ofCustomer = <Data extends object>(data: Data) => ({ ...ofShop(data), unsubscribeUrl: undefined });

const NO_ORDER = {
  ...{ id: '', number: '', customerName: null, shippingAddress: {}, billingAddress: null, placedAt: '', lines: [] },
  ...{ subtotalAmount: 0, shippingAmount: 0, taxAmount: 0, totalAmount: 0 },
};

const ofOrder = <Data extends object>(data: Data, changes: Partial<OrderView<object>> = {}) =>
  ({
    shopName: 'Corner & Co',
    orderUrl: 'https://shop.example/orders/ORD-100042?token=t0k3n',
    order: { ...order, ...changes, data },
  }) as const;

const alert = {
  alertId: '0190b1d2-0000-7000-8000-000000000002',
  listingId: '0190b1d2-0000-7000-8000-000000000003',
  observationId: '0190b1d2-0000-7000-8000-000000000004',
  product: 'Stoneware mug, speckled white',
  sku: 'MUG-STONE-1',
  competitor: 'Kettle & Clay',
  ours: { amount: 1_900, currency: 'eur' },
  theirs: { amount: 1_650, currency: 'gbp' },
  previous: { amount: 1_850, currency: 'gbp' },
  previousAt: '2026-03-13T06:04:00Z',
  comparable: { amount: 1_616, currency: 'eur' },
  notes: [
    { kind: 'shipping_unknown' },
    { kind: 'tax', percent: 19 },
    { kind: 'currency', from: 'gbp', rate: 1.1655, as_of: '2026-03-14T00:00:00Z' },
  ],
  incomparable: null,
  inStock: true,
  lowest30Days: { amount: 1_650, currency: 'gbp' },
  median30Days: { amount: 1_820, currency: 'gbp' },
  observedAt: '2026-03-14T06:05:00Z',
  listingUrl: 'https://kettle.example/stone-mug',
  pageTitle: 'Stone mug, white speckle, 350 ml',
  snippet: '£16.50',
  rule: 'undercut',
  ruleName: 'Cheaper by 5 %',
  limitPercent: 5,
  limitAmount: { amount: 100, currency: 'eur' },
  limitRank: null,
  also: [{ rule: 'price_drop', ruleName: 'Cut by a tenth', limitPercent: 10, limitAmount: null, limitRank: null }],
  matchedBy: 'gtin',
  matchConfidence: 1,
  confidence: 0.98,
  marginPercent: 42.1,
  marginAfterPercent: 31.9,
  rank: 3,
  competitors: 4,
  minimumAdvertised: null,
  hasEvidence: true,
  pictureUrl: 'https://shop.example/media/mug.jpg',
} as const;

/** Where the links of an alert lead. */
const alertLinks = {
  reprice: 'https://shop.example/price-alerts/act?token=r3pr1ce',
  mute: 'https://shop.example/price-alerts/act?token=mut3',
  wrongMatch: 'https://shop.example/price-alerts/act?token=wr0ng',
  evidence: 'https://shop.example/price-alerts/evidence?token=3v1dence',
  chart: 'https://shop.example/price-charts/ch4rt.png',
};

export const SAMPLES: { readonly [Name in MessageTemplate]: MessageView<Name> } = {
  'order-confirmation': ofOrder({}),
  'payment-failed': ofOrder({}, { payment: { error: 'Your card was declined.', actionUrl: null } }),
  'payment-action-required': ofOrder({}, { payment: { error: null, actionUrl: 'https://bank.example/confirm/1' } }),
  shipped: ofOrder(
    {},
    {
      shipment: { carrier: 'DHL', trackingNumber: '00340434161094042557', trackingUrl: 'https://dhl.example/00340434' },
    },
  ),
  delivered: ofOrder(
    {},
    {
      shipment: { carrier: 'DHL', trackingNumber: '00340434161094042557', trackingUrl: 'https://dhl.example/00340434' },
    },
  ),
  canceled: ofOrder({ reason: 'expired' }),
  'order-edited': ofOrder({ refund: { amount: 500, currency: 'usd' } }),
  'balance-due': ofOrder({ parentNumber: 'ORD-100041' }),
  refunded: ofOrder(
    {},
    {
      refund: {
        ...{ amount: 3_480, currency: 'eur', shippingAmount: 490 },
        lines: [{ sku: 'BOWL-ASH-3', name: 'Serving bowl, ash glaze', quantity: 1, amount: 2_990 }],
      },
    },
  ),
  'out-of-stock': ofOrder({}, { shortages: [{ sku: 'BOWL-ASH-3', requested: 1, available: 0 }] }),
  'return-requested': ofOrder(returned),
  'return-approved': ofOrder({
    ...returned,
    returnAddress: {
      company: 'Corner & Co',
      line1: 'Lagerweg 3',
      city: 'Leipzig',
      postal_code: '04109',
      country: 'DE',
    },
    labelUrl: 'https://shop.example/labels/1.pdf',
    sendBy: '2026-03-28T12:00:00Z',
  }),
  'return-refused': ofOrder({ ...returned, reason: 'too_late' }),
  'return-received': ofOrder({ ...returned, refund: { amount: 2_990, currency: 'eur' } }),
  'return-reminder': ofOrder({
    ...returned,
    labelUrl: 'https://shop.example/labels/1.pdf',
    sendBy: '2026-03-28T12:00:00Z',
  }),
  'return-closed': ofOrder({ ...returned, reason: 'lapsed' }),
  'exchange-made': ofOrder({ ...returned, due: { amount: 1_500, currency: 'eur' } }),
  'claim-requested': ofOrder(claimed),
  'claim-decided': ofOrder({ ...claimed, outcome: 'reshipped', replacementNumber: 'ORD-100043' }),
  'subscription-started': ofCustomer({ ...subscription, nextPaymentAt: '2026-04-14T00:00:00Z' }),
  'subscription-renewed': ofCustomer({ ...subscription, nextPaymentAt: '2026-05-14T00:00:00Z' }),
  'subscription-payment-failed': ofCustomer({
    ...subscription,
    error: 'Your card has expired.',
    retryAt: '2026-04-17T00:00:00Z',
  }),
  'subscription-payment-action': ofCustomer(subscription),
  'subscription-goods-missing': ofCustomer({ ...subscription, items: missing }),
  'subscription-ending': ofCustomer({ ...subscription, endsAt: '2026-05-14T00:00:00Z' }),
  'subscription-canceled': ofCustomer({ ...subscription, endsAt: '2026-05-14T00:00:00Z' }),
  'operations-notice': ofOrder({
    ...{ kind: 'dispute_opened', dispute: 'dp_1PxQ2e', status: 'needs_response', reason: 'product_not_received' },
    ...{ amount: 9_852, currency: 'eur', evidence_due_by: '2026-03-24T23:59:00Z' },
  } as const),
  'low-stock': ofShop({
    items: [
      { sku: 'MUG-STONE-1', name: 'Stoneware mug, speckled white', location: 'Leipzig', available: 3, threshold: 10 },
      { sku: 'TOWEL-LIN-2', name: 'Linen kitchen towel', location: 'Leeds', available: 0, threshold: 25 },
    ],
  }),
  'daily-close': ofShop({
    day: '2026-03-14',
    currencies: [
      {
        ...{ currency: 'eur', orders: 1_204, sold: 8_412_350, refunded: 212_000, tax: 1_598_346, fees: 164_120 },
        ...{ disputed: 9_852, net: 9_624_724 },
      },
    ],
    journalUrl: 'https://shop.example/v1/ledger/days/2026-03-14',
  }),
  'reconciliation-summary': ofShop({
    day: '2026-03-14',
    open: 3,
    amounts: [{ currency: 'eur', amount: 12_490 }],
    codes: [
      { code: 'missing_in_ledger', findings: 2 },
      { code: 'fee_differs', findings: 1 },
    ],
    greatest: [
      {
        ...{ code: 'missing_in_ledger', subject: 'ch_3PxQ2e', amount: 9_852, currency: 'eur' },
        explanation: 'Stripe took this charge; no order names it.',
      },
      {
        ...{ code: 'fee_differs', subject: 'txn_1PxQ2e', amount: 38, currency: 'eur' },
        explanation: "The fee is not what the account's rates say.",
      },
    ],
  }),
  'price-alert': { ...ofShop(alert), alertLinks },
  'vendor-order': ofShop(vendorOrder),
  digest: ofShop({
    topic: 'price_alert',
    count: 23,
    since: '2026-03-13T07:00:00Z',
    until: '2026-03-14T07:00:00Z',
    items: [
      {
        template: 'price-alert',
        cause: 'price_alert.opened/1',
        at: '2026-03-14T06:05:00Z',
        order_number: null,
        data: alert,
      },
      {
        ...{ template: 'price-alert', cause: 'price_alert.opened/2', at: '2026-03-14T06:07:00Z', order_number: null },
        data: { ...alert, product: 'Linen kitchen towel', sku: 'TOWEL-LIN-2', rule: 'out_of_stock' },
      },
      {
        ...{ template: 'low-stock', cause: 'stock.low/3', at: '2026-03-14T06:31:00Z', order_number: null },
        data: {
          items: [{ sku: 'BOWL-ASH-3', name: 'Serving bowl, ash glaze', location: null, available: 2, threshold: 5 }],
        },
      },
    ],
  }),
};
