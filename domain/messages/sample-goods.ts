/** What became of goods of a subscription that were out of stock, for the samples. */

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
