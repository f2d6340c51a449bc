import { describe, expect, it } from '@jest/globals';
import { judgeMovement } from './reconciliation-balance.ts';
import type { Movement } from './reconciliation-movement.ts';
import { judgePayout, type PayoutPair, payoutBookings } from './reconciliation-payouts.ts';
import { type FeeRate, isUsualFee, learnFeeRates, parseFeeRates, usualFee } from './stripe-fees.ts';

const at = new Date('2026-03-01T10:00:00Z');
const ORDER = '01900000-0000-7000-8000-00000000000a';

/** A charge of 2000 jpy that agrees in all. */
const charge = (changes: Partial<Movement> = {}): Movement => ({
  id: 'txn_1',
  type: 'charge',
  amount: 2_000,
  fee: 72,
  fee_detailed: changes.fee ?? 72,
  fee_kind: null,
  net: 1_928,
  currency: 'jpy',
  exchange_rate: null,
  source_id: 'ch_1',
  created_at: at,
  source_type: 'charge',
  source_status: 'succeeded',
  source_amount: 2_000,
  source_currency: 'jpy',
  automatic: null,
  charge_id: 'ch_1',
  charge_amount: 2_000,
  charge_currency: 'jpy',
  intent_id: 'pi_1',
  charge_returned: 0,
  source_net: 0,
  source_fee: 0,
  source_moves: 0,
  known_net: 0,
  known_fee: 0,
  known_moves: 0,
  payment_id: 'p1',
  payment_status: 'succeeded',
  payment_charge: 'ch_1',
  payment_amount: 2_000,
  payment_currency: 'jpy',
  captured_amount: 2_000,
  fee_amount: 72,
  fee_currency: null,
  order_id: ORDER,
  order_number: 'ORD-1',
  named_order: null,
  named_number: null,
  named_captured: null,
  refund_id: null,
  refund_status: null,
  refund_amount: null,
  refund_currency: null,
  booked: 1_928,
  due: false,
  own_booking: false,
  corrected: [],
  settled_account: null,
  doubled_transfer: null,
  ...changes,
});
const foreign = { payment_id: null, payment_status: null, order_id: null, order_number: null, captured_amount: null };
const refund = {
  type: 'refund',
  amount: -500,
  fee: 0,
  net: -500,
  source_id: 're_1',
  source_type: 'refund',
  source_amount: 500,
  refund_id: 'r1',
  refund_status: 'succeeded',
  refund_amount: 500,
  refund_currency: 'jpy',
  booked: -500,
};
const corrected = (code: string, stripeAmount: number) => [{ code, stripe_amount: stripeAmount, settles: false }];
const codes = (changes: Partial<Movement>) => judgeMovement(charge(changes)).findings.map(({ code }) => code);
const sumsToZero = (changes: Partial<Movement>) => {
  for (const { entries = [] } of judgeMovement(charge(changes)).bookings)
    for (const currency of new Set(entries.map((entry) => entry.currency)))
      expect(entries.filter((entry) => entry.currency === currency).reduce((sum, { amount }) => sum + amount, 0)).toBe(
        0,
      );
};

describe('a movement of a charge', () => {
  it('that agrees is no finding and books nothing', () => {
    expect(judgeMovement(charge())).toEqual({ findings: [], bookings: [] });
  });

  it.each<[string, Partial<Movement>]>([
    ['fee_differs', { fee: 73, net: 1_927 }],
    ['fee_differs', { fee_currency: 'usd' }],
    ['fee_unknown', { fee_amount: null, booked: 2_000 }],
    ['amount_differs', { amount: 2_001, net: 1_929 }],
    ['net_inconsistent', { net: 1_900 }],
    ['currency_differs', { currency: 'usd', fee_currency: 'usd' }],
    ['order_behind_intent', { payment_status: 'processing', captured_amount: 0 }],
    ['charge_doubled', { payment_charge: 'ch_0' }],
    ['charge_foreign', foreign],
    ['charge_doubled', { ...foreign, named_order: ORDER, named_captured: 2_000 }],
    ['charge_unplaced', { ...foreign, named_order: ORDER, named_captured: 0 }],
    ['ledger_missing', { booked: null }],
    ['ledger_differs', { booked: 2_000 }],
  ])('is %s', (code, changes) => {
    expect(codes(changes)).toEqual([code]);
    sumsToZero(changes);
  });

  it('is not compared with a ledger that has yet to post it', () => {
    expect(codes({ booked: null, due: true })).toEqual([]);
  });

  it('needs nobody when the charge was given back', () => {
    expect(codes({ ...foreign, charge_returned: 2_000 })).toEqual([]);
  });

  it('of another amount than the order costs is owed to the customer, and so is its refund', () => {
    const unpaid = {
      payment_status: 'requires_payment_method',
      captured_amount: 0,
      fee_amount: null,
      payment_charge: null,
    };
    const aside = { ...unpaid, charge_amount: 1_500, amount: 1_500, net: 1_428, booked: null };
    const causes = (changes: Partial<Movement>) =>
      judgeMovement(charge(changes)).bookings.map(({ cause, orderId, entries = [] }) => [
        cause.kind,
        orderId,
        entries.map(({ account, amount }) => `${account} ${amount}`).sort(),
      ]);
    expect(codes(aside)).toEqual([]);
    expect(causes(aside)).toEqual([
      ['balance_transaction', ORDER, ['customer_receivable -1500', 'stripe_balance 1428', 'stripe_fees 72']],
    ]);
    const back = { ...aside, ...refund, refund_id: null, refund_status: null };
    expect(codes(back)).toEqual([]);
    expect(causes(back)).toEqual([['balance_transaction', ORDER, ['customer_receivable 500', 'stripe_balance -500']]]);
    sumsToZero(aside);
    expect(codes({ ...unpaid, amount: 1_500, net: 1_428 })).toEqual(['order_behind_intent']);
  });

  it('says both amounts in the currency’s own decimals', () => {
    const kwd = {
      currency: 'kwd',
      payment_currency: 'kwd',
      amount: 20_010,
      fee: 72,
      net: 19_938,
      captured_amount: 20_000,
    };
    const [found] = judgeMovement(charge(kwd)).findings;
    expect(found?.explanation.replaceAll('\u00a0', ' ')).toMatch(
      /KWD 20\.010 \(20010 kwd\).*KWD 20\.000 \(20000 kwd\)/,
    );
    expect(judgeMovement(charge({ fee: 80, net: 1_920 })).findings[0]?.explanation).toContain('¥80 (80 jpy)');
  });

  it('that was settled in another currency is booked as an exchange, and is no finding', () => {
    const settled = {
      currency: 'usd',
      amount: 1_300,
      fee: 70,
      net: 1_230,
      exchange_rate: '0.65',
      fee_currency: 'usd',
      fee_amount: 70,
    };
    const { findings, bookings } = judgeMovement(charge(settled));
    expect(findings).toEqual([]);
    expect(bookings).toMatchObject([{ cause: { kind: 'exchange', id: 'txn_1' }, orderId: ORDER }]);
    sumsToZero(settled);
    expect(codes({ ...settled, own_booking: true, booked: 1_230 })).toEqual([]);
    expect(codes({ ...settled, own_booking: true, booked: 1_300 })).toEqual(['ledger_differs']);
  });
});

describe('a movement of a refund', () => {
  it.each<[string[], Partial<Movement>]>([
    [[], {}],
    [['refund_not_recorded'], { refund_id: null }],
    [['refund_behind'], { refund_status: 'requested' }],
    [['refund_amount_differs'], { refund_amount: 400 }],
    [['ledger_missing'], { booked: null }],
    [['refund_behind'], { type: 'refund_failure', amount: 500, net: 500 }],
    [[], { type: 'refund_failure', amount: 500, net: 500, refund_status: 'failed', booked: 500 }],
  ])('is %j', (expected, changes) => {
    expect(codes({ ...refund, ...changes })).toEqual(expected);
  });
});

describe('a movement of a dispute', () => {
  const dispute = {
    type: 'adjustment',
    amount: -2_000,
    fee: 1_500,
    net: -3_500,
    source_id: 'du_1',
    source_type: 'dispute',
    source_net: -3_500,
    source_fee: 1_500,
    source_moves: 1,
    known_net: -3_500,
    known_fee: 1_500,
    known_moves: 1,
    booked: -3_500,
  };
  it.each<[string[], Partial<Movement>]>([
    [[], {}],
    [['dispute_not_booked'], { booked: null, known_moves: 0, known_net: 0, known_fee: 0 }],
    [['dispute_fee_differs'], { fee: 2_000, source_fee: 2_000, source_net: -4_000 }],
    [['dispute_amount_differs'], { booked: -3_400 }],
    [
      [],
      {
        fee: 2_000,
        source_fee: 2_000,
        source_net: -4_000,
        booked: -4_000,
        corrected: corrected('dispute_fee_differs', 2_000),
      },
    ],
  ])('is %j', (expected, changes) => {
    expect(codes({ ...dispute, ...changes })).toEqual(expected);
  });

  it('is read again only where a movement is not known, and else left to a person', () => {
    const actions = (changes: Partial<Movement>) =>
      judgeMovement(charge({ ...dispute, ...changes })).findings.map(({ action }) => action?.kind);
    expect(actions({ booked: null, known_moves: 0 })).toEqual(['read_dispute']);
    expect(actions({ source_net: -4_000, source_fee: 2_000 })).toEqual([undefined]);
  });
});

it('what was corrected is settled as long as the ledger holds what Stripe moved, and for no longer', () => {
  const fixed = { amount: 2_001, net: 1_929, corrected: corrected('amount_differs', 2_001) };
  expect(codes({ ...fixed, booked: 1_929 })).toEqual([]);
  expect(codes({ ...fixed, booked: 1_928 })).toEqual(['amount_differs']);
  expect(codes({ ...fixed, corrected: corrected('amount_differs', 2_002), booked: 1_929 })).toEqual(['amount_differs']);
  expect(codes({ ...fixed, corrected: corrected('fee_differs', 2_001), booked: 1_929 })).toEqual(['amount_differs']);
});

it('what goes back of a charge that was explained is booked against what explained it', () => {
  const back = { ...foreign, ...refund, refund_id: null, settled_account: 'revenue' as const };
  const accounts = judgeMovement(charge(back)).bookings[0]!.entries!.map(({ account }) => account);
  expect(accounts).toEqual(['stripe_balance', 'revenue']);
});

describe('any other movement', () => {
  it('is a fee of Stripe’s, or stands on the suspense account until somebody explains it', () => {
    const other = { ...foreign, source_id: null, source_type: null, fee: 0, amount: -250, net: -250 };
    const fee = judgeMovement(charge({ ...other, type: 'stripe_fee' }));
    expect([fee.findings, fee.bookings[0]?.entries?.map(({ account }) => account)]).toEqual([
      [],
      ['stripe_balance', 'stripe_fees'],
    ]);
    const adjustment = judgeMovement(charge({ ...other, type: 'adjustment' }));
    expect(adjustment.findings.map(({ code }) => code)).toEqual(['movement_unexplained']);
    expect(adjustment.bookings[0]?.entries?.map(({ account }) => account)).toEqual(['stripe_balance', 'suspense']);
  });
});

describe('a payout', () => {
  const payout = (changes: Partial<PayoutPair> = {}): PayoutPair => ({
    id: 'po_1',
    status: 'paid',
    amount: 900,
    currency: 'usd',
    createdAt: at,
    balance: { amount: 900, fee: 0, currency: 'usd' },
    automatic: true,
    listed: true,
    failureCode: null,
    lines: 2,
    linesNet: 900,
    checkedNet: 900,
    linesBooked: 900,
    ...changes,
  });

  it.each<[string[], Partial<PayoutPair>]>([
    [[], {}],
    [['payout_sum_differs'], { amount: 901, balance: { amount: 901, fee: 0, currency: 'usd' } }],
    [['payout_ledger_differs'], { linesBooked: 899 }],
    [['payout_ledger_differs'], { linesBooked: null }],
    [['payout_failed'], { status: 'failed', linesNet: 0 }],
    [['payout_manual'], { automatic: false, listed: false, lines: 0, linesNet: 0 }],
    [['payout_exchanged'], { amount: 830, currency: 'eur' }],
    [[], { listed: false, lines: 0, linesNet: 0 }],
  ])('is %j', (expected, changes) => {
    expect(judgePayout(payout(changes)).map(({ code }) => code)).toEqual(expected);
  });

  it('in another currency leaves one balance and reaches the bank in the other', () => {
    const [booking] = payoutBookings({
      ...payout({ amount: 830, currency: 'eur' }),
      balance: { amount: 900, fee: 9, currency: 'usd' },
    });
    const on = (account: string, currency: string) =>
      booking!
        .entries!.filter((each) => each.account === account && each.currency === currency)
        .reduce((sum, { amount }) => sum + amount, 0);
    expect([
      on('bank', 'eur'),
      on('stripe_balance', 'eur'),
      on('stripe_balance', 'usd'),
      on('stripe_fees', 'usd'),
    ]).toEqual([830, 0, -909, 9]);
  });

  it('that failed is booked and taken back', () => {
    const bookings = payoutBookings(payout({ status: 'failed' }));
    expect(bookings.map(({ cause, reverses }) => [cause.kind, reverses?.kind])).toEqual([
      ['payout', undefined],
      ['payout_failure', 'payout'],
    ]);
  });
});

describe('the rates of the contract', () => {
  it('are read, and anything else is refused', () => {
    expect(parseFeeRates('usd:290+30, GBP:150+20')).toEqual({
      usd: { basisPoints: 290, fixed: 30 },
      gbp: { basisPoints: 150, fixed: 20 },
    });
    for (const text of ['', 'usd', 'usd:2.9+30', 'usd:290+30;gbp:1+1']) expect(parseFeeRates(text)).toBeUndefined();
  });

  it('tell a usual fee from another, to one minor unit of rounding', () => {
    const rate = parseFeeRates('usd:290+30')!.usd!;
    const usual = (fee: number) => isUsualFee(rate, { amount: 1_999, fee });
    expect([usual(88), usual(87), usual(86), usual(89)]).toEqual([true, true, false, false]);
    const judged = judgeMovement(charge(), { jpy: { basisPoints: 100, fixed: 0 }, usd: rate });
    expect(judged.findings).toMatchObject([{ code: 'fee_unexpected', ourAmount: 20, stripeAmount: 72 }]);
    expect(judgeMovement(charge(), { usd: rate }).findings).toEqual([]);
  });

  it('are learnt from what nearly all charges of a kind paid, whatever a few of them paid', () => {
    const sample = (rate: FeeRate, count: number, wrong: number) =>
      Array.from({ length: count }, (_, n) => {
        const amount = 700 + ((n * 977) % 40_000);
        return { kind: 'k', amount, fee: usualFee(rate, amount) + (n < wrong ? 25 : 0) };
      });
    const rates = [
      { basisPoints: 290, fixed: 30 },
      { basisPoints: 360, fixed: 0 },
      { basisPoints: 0, fixed: 20 },
      { basisPoints: 145, fixed: 250 },
    ];
    for (const rate of rates) {
      expect(learnFeeRates(sample(rate, 20, 1))).toEqual({ k: rate });
      expect(learnFeeRates(sample(rate, 400, 30))).toEqual({ k: rate });
    }
    const [first, second] = rates as [FeeRate, FeeRate];
    expect(learnFeeRates(sample(first, 19, 0))).toEqual({});
    expect(learnFeeRates([...sample(first, 50, 0), ...sample(second, 50, 0)])).toEqual({});
    expect(learnFeeRates(Array.from({ length: 50 }, () => ({ kind: 'k', amount: 1_000, fee: 59 })))).toEqual({});
  });

  it('that were learnt tell a fee that was wrong from the start, unless the contract’s are configured', () => {
    const learnt = { 'jpy/jpy/card/visa/JP': { basisPoints: 290, fixed: 0 } };
    const kind = { fee_kind: 'jpy/jpy/card/visa/JP' };
    const [found] = judgeMovement(charge(kind), learnt).findings;
    expect(found).toMatchObject({ code: 'fee_unexpected', ourAmount: 58, stripeAmount: 72 });
    expect(found!.explanation).toContain('2.9 %');
    expect(judgeMovement(charge(kind), { ...learnt, jpy: { basisPoints: 360, fixed: 0 } }).findings).toEqual([]);
    expect(judgeMovement(charge({ fee_kind: 'jpy/jpy/card/amex/JP' }), learnt).findings).toEqual([]);
    expect(judgeMovement(charge({ fee_detailed: 70 })).findings).toMatchObject([
      { code: 'fee_unexpected', ourAmount: 70, stripeAmount: 72 },
    ]);
  });
});
