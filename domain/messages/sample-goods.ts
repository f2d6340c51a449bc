/** Goods of the samples: what became of a subscription's that were out of stock, what a vendor has to send, and what a customer claims. */

export const missing = [
  {
    name: 'Guji, 250 g',
    sku: 'GUJI',
    quantity: 1,
    outcome: 'substituted',
    substitute: 'Yirgacheffe, 250 g',
    amount: null,
  },
  {
    name: 'Filters',
    sku: 'F-1',
    quantity: 2,
    outcome: 'skipped',
    substitute: null,
    amount: { amount: 450, currency: 'eur' },
  },
] as const;

export const vendorOrder = {
  news: 'created',
  vendorName: 'Kiln & Clay',
  number: 'ORD-100042-V1',
  revision: 1,
  shipTo: { name: 'Ada Lovelace', line1: 'Lindenstraße 12', city: 'Berlin', postal_code: '10969', country: 'DE' },
  leadTimeDays: 3,
  items: [{ name: 'Serving bowl, ash glaze', sku: 'BOWL-ASH-3', quantity: 1 }],
} as const;

export const claimed = {
  claimNumber: 'CLM-1003',
  items: [{ name: 'Serving bowl, ash glaze', sku: 'BOWL-ASH-3', quantity: 1 }],
};

export const returned = { returnNumber: 'RET-1007', items: claimed.items };
