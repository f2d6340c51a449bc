/** What a return is asked by and settled under. */
export const RETURN_RESOLUTIONS = ['refund', 'exchange'] as const;
export type ReturnResolution = (typeof RETURN_RESOLUTIONS)[number];

export const RETURN_REASONS = [
  'unwanted',
  'does_not_fit',
  'ordered_by_mistake',
  'arrived_late',
  'defective',
  'damaged',
  'wrong_item',
  'not_as_described',
  'other',
] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

const OUR_FAULT: ReadonlySet<ReturnReason> = new Set(['defective', 'damaged', 'wrong_item', 'not_as_described']);

/** Whether the shop has to answer for it: then it pays the way back and takes no fee. */
export const isOurFault = (reason: ReturnReason): boolean => OUR_FAULT.has(reason);

export type Payer = 'shop' | 'customer';
export type ShippingRule = 'never' | 'our_fault' | 'all_returned';

/** The policy that held for a line when its return was asked for; kept with the line, so that later changes leave it alone. */
export interface ReturnTerms {
  /** Null: the shop has no policy of its own, and the built-in one holds. */
  policyId: string | null;
  name: string;
  windowDays: number;
  finalSale: boolean;
  autoApprove: boolean;
  /** Null: all. */
  reasons: readonly ReturnReason[] | null;
  feeBps: number;
  /** Minor units by currency, as are labelAmounts. */
  feeAmounts: Readonly<Record<string, number>>;
  goodPercent: number;
  damagedPercent: number;
  wayBack: Payer;
  labelAmounts: Readonly<Record<string, number>>;
  shippingRefund: ShippingRule;
  sendDays: number;
  address: Readonly<Record<string, unknown>> | null;
}

/** What holds where the shop has said nothing. */
export const BUILT_IN_TERMS: ReturnTerms = {
  policyId: null,
  name: 'built-in',
  windowDays: 30,
  finalSale: false,
  autoApprove: false,
  reasons: null,
  feeBps: 0,
  feeAmounts: {},
  goodPercent: 100,
  damagedPercent: 0,
  wayBack: 'customer',
  labelAmounts: {},
  shippingRefund: 'all_returned',
  sendDays: 14,
  address: null,
};

/** What a return comes to, in minor units of the order's currency, tax included. */
export interface ReturnValue {
  /** The price of the units that came back, good and damaged. */
  goods: number;
  /** What is kept: for their condition, as fees and for our label. */
  kept: number;
  /** Of the delivery. */
  shipping: number;
  /** goods − kept + shipping. */
  amount: number;
  /** Units that count as given back; their amounts and the shipping sum up to `amount`. */
  lines: { lineId: string; quantity: number; amount: number }[];
}
