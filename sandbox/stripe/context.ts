import type { Faults } from '../faults.ts';
import type { Store } from '../store.ts';
import { DEFAULT_RATES } from './currencies.ts';
import type { Objects } from './objects.ts';
import type { PaymentIntent, StripeObject } from './types.ts';

/** What can be set while the sandbox runs; times in milliseconds. */
export interface Settings {
  /** How long every answer takes before its work begins. */
  latencyMs: number;
  /** How long after an automatic_async capture its balance transaction appears. */
  settleDelayMs: number;
  /** How long a bank debit stays `processing`. */
  processingDelayMs: number;
  /** How long a pending refund takes, and a failing one to fail. */
  refundDelayMs: number;
  /** Requests per second before 429; 0 means no limit. Stripe's own sandboxes allow 25. */
  rateLimitPerSecond: number;
  /** Days until an uncaptured authorization expires. */
  authorizationDays: number;
  /** Whether a refund that exceeds the available balance waits as `pending`. */
  refundsNeedAvailableBalance: boolean;
  /** Whether a transfer is taken back only as far as the connected account has it. */
  reversalsNeedAvailableBalance: boolean;
  /** Whether what is available is paid out every midnight UTC. */
  automaticPayouts: boolean;
  /** Days until a payout is at the bank. */
  payoutArrivalDays: number;
  /** All charges settle in this currency; empty: each in its own. */
  settlementCurrency: string;
  /** What one major unit of a currency is worth in US dollars. */
  exchangeRates: Record<string, number>;
  /** How long after a charge its dispute or fraud warning comes. */
  disputeDelayMs: number;
  /** How long the bank thinks about evidence. */
  disputeReviewMs: number;
  /** Days to answer a dispute. */
  disputeDays: number;
  /** Days from each failed attempt to collect an invoice to the next; after the last there is none. */
  retryDays: number[];
  /** What becomes of a subscription whose invoice could not be collected. */
  afterLastRetry: 'cancel' | 'past_due' | 'unpaid';
  /** Days before a renewal that its invoice is told of. */
  upcomingInvoiceDays: number;
  /** How many customers a test clock may have, how many subscriptions each, and how many intervals it may go at once; 0: no limit. */
  testClockCustomers: number;
  testClockSubscriptions: number;
  testClockIntervals: number;
}

export const DEFAULT_SETTINGS: Settings = {
  latencyMs: 0,
  settleDelayMs: 500,
  processingDelayMs: 2000,
  refundDelayMs: 2000,
  rateLimitPerSecond: 0,
  authorizationDays: 7,
  refundsNeedAvailableBalance: false,
  reversalsNeedAvailableBalance: false,
  automaticPayouts: true,
  payoutArrivalDays: 1,
  settlementCurrency: '',
  exchangeRates: DEFAULT_RATES,
  disputeDelayMs: 0,
  disputeReviewMs: 1000,
  disputeDays: 14,
  retryDays: [3, 5, 7],
  afterLastRetry: 'cancel',
  upcomingInvoiceDays: 3,
  testClockCustomers: 3,
  testClockSubscriptions: 3,
  testClockIntervals: 2,
};

/** The request that causes what happens now; null when the sandbox itself does. */
export interface Cause {
  id: string;
  idempotencyKey: string | null;
}

/** What the sandbox will do by itself later. */
export type TaskKind =
  | 'settle_charge'
  | 'finish_processing'
  | 'finish_refund'
  | 'expire_authorization'
  | 'pay_out'
  | 'list_payout'
  | 'arrive_payout'
  | 'open_dispute'
  | 'decide_dispute'
  | 'end_dispute'
  | 'warn_of_fraud'
  | 'account_deadline'
  | 'run_report'
  | 'bill'
  | 'advance_clock';

/** Everything that the handlers of a request work with. */
export interface Sandbox {
  /** The connected account whose objects and balance these are; '' is the platform. */
  account: string;
  /** The platform that the account is connected with; of the platform itself. */
  platform: Sandbox;
  store: Store;
  objects: Objects;
  faults: Faults;
  settings: Settings;
  baseUrl: string;
  /** Seconds since 1970 on the sandbox's clock, which can be advanced. */
  now(): number;
  nowMs(): number;
  /** The test clock whose time this is; undefined on the sandbox's own. */
  clock?: string;
  cause: Cause | null;
  /** Records an event and its deliveries in the open transaction; a connected account's goes to endpoints with `connect`. */
  emit(type: string, object: object, previous?: Record<string, unknown>, account?: string): void;
  /** Does `kind` to the object `ref` after `delayMs`, also across a restart. */
  schedule(kind: TaskKind, ref: string, delayMs: number): void;
  /** A payment moved on: whoever waits for it follows. */
  followPayment(sandbox: Sandbox, intent: PaymentIntent): void;
  /** A card was saved: whoever waits for it takes it. */
  followSetup(sandbox: Sandbox, intent: StripeObject): void;
  /** Does at once what is due, for readers that come right after. */
  catchUp(): void;
  log(message: string, facts?: object): void;
}
