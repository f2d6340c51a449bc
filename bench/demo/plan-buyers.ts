/** Who buys what, and what goes wrong for whom: the same for the same seed. */
import { createRandom, shuffle } from '../statistics.ts';

export interface Buyer {
  email: string;
  key: string;
  sku: string;
  quantity: number;
  /** The test card that is charged with the order; none: the order waits for its payment. */
  card: string | undefined;
  /** What a buyer does whose card is declined, or who fails 3-D Secure. */
  paysAgainWith: string | undefined;
  /** How 3-D Secure ends when the bank asks for it. */
  authenticates: 'success' | 'fail';
  cancels: 'never' | 'unpaid' | 'paid';
  /** Sends the same order twice at once, as an impatient finger does. */
  clicksTwice: boolean;
  /** Runs for the last units with the others. */
  races: boolean;
}

export interface Plan {
  buyers: Buyer[];
  /** Units of the SKU that is raced for. */
  lastUnits: number;
  skus: { usual: string[]; last: string };
}

export interface PlanOptions {
  orders: number;
  seed: number;
  /** Sets this run's SKUs, keys and addresses apart. */
  run: string;
}

const GOOD = 'pm_card_visa';
const DECLINED = [
  'pm_card_visa_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_chargeDeclinedExpiredCard',
];
const SECURE = 'pm_card_authenticationRequired';

/** Shares of the buyers that do not simply pay. */
const SHARES = { races: 0.1, declined: 0.08, secure: 0.08, cancels: 0.05, clicksTwice: 0.05 };

export function planBuyers({ orders, seed, run }: PlanOptions): Plan {
  const random = createRandom(seed);
  const skus = { usual: ['MUG', 'TEE', 'PEN'].map((name) => `DEMO-${run}-${name}`), last: `DEMO-${run}-LAST` };
  const count = (share: number) => Math.round(orders * share);
  const racers = count(SHARES.races);
  const characters = [
    ...times(racers, () => ({ sku: skus.last, quantity: 1, races: true })),
    ...times(count(SHARES.declined), (n) => ({
      card: DECLINED[n % DECLINED.length],
      paysAgainWith: n % 2 === 0 ? GOOD : undefined,
    })),
    ...times(count(SHARES.secure), (n) => ({
      card: SECURE,
      ...(n % 4 === 3 ? { authenticates: 'fail' as const, paysAgainWith: GOOD } : {}),
    })),
    ...times(count(SHARES.cancels), (n) =>
      n % 2 === 0 ? { card: undefined, cancels: 'unpaid' as const } : { cancels: 'paid' as const },
    ),
  ];
  const usual = (n: number): Buyer => ({
    email: `buyer-${n}.${run}@example.com`,
    key: `demo-${run}-${n}`,
    sku: skus.usual[Math.floor(random() * skus.usual.length)] as string,
    quantity: 1 + Math.floor(random() * 3),
    card: GOOD,
    paysAgainWith: undefined,
    authenticates: 'success',
    cancels: 'never',
    clicksTwice: random() < SHARES.clicksTwice,
    races: false,
  });
  const buyers = times(orders, (n) => ({ ...usual(n), ...characters[n] }));
  return { buyers: shuffle(buyers, random), lastUnits: racers === 0 ? 0 : Math.ceil(racers / 10), skus };
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
