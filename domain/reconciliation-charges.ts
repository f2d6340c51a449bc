/** Judges the money of a charge: whose it is, and whether payment, fee and ledger say the same. */
import type { LedgerAccount } from './ledger.ts';
import { type Finding, say } from './reconciliation.ts';
import {
  about,
  exchangeOf,
  isOfAnotherAmount,
  type Judged,
  judgeLedger,
  type Movement,
  matched,
  ownBooking,
} from './reconciliation-movement.ts';
import { type FeeRates, isUsualFee, sayRate, usualFee } from './stripe-fees.ts';

export function judgeCharge(pair: Movement, rates: FeeRates): Judged {
  if (pair.payment_id === null || isSecondCharge(pair)) return judgeStrangeCharge(pair);
  if (isOfAnotherAmount(pair))
    return { findings: [], bookings: [ownBooking(pair, 'customer_receivable', pair.order_id)] };
  if (pair.payment_status !== 'succeeded') return { findings: [behind(pair)], bookings: [] };
  const amounts = judgeAmount(pair);
  // What a fee should be is known of the right amount alone.
  const differences = [...amounts, ...judgeFee(pair, amounts.length > 0 ? {} : rates), ...judgeNet(pair)];
  const exchange = pair.currency === pair.payment_currency ? [] : [exchangeOf(pair, pair.captured_amount ?? 0)];
  const ledger =
    differences.length > 0 || (exchange.length > 0 && !pair.own_booking) ? [] : judgeLedger(pair, pair.net);
  return { findings: [...differences, ...ledger], bookings: exchange };
}

const isSecondCharge = ({ payment_charge, source_id, captured_amount }: Movement) =>
  payment_charge !== null && payment_charge !== source_id && (captured_amount ?? 0) > 0;

/** Money on a charge that no payment of ours stands for. What was given back needs nobody any more. */
function judgeStrangeCharge(pair: Movement): Judged {
  const order = pair.order_id ?? pair.named_order;
  const paid = pair.order_id ? pair.captured_amount : pair.named_captured;
  const against: LedgerAccount = order ? 'customer_receivable' : 'suspense';
  const bookings = [ownBooking(pair, against, order)];
  if (pair.charge_returned >= pair.amount) return { findings: [], bookings };
  const code = !order ? 'charge_foreign' : (paid ?? 0) > 0 ? 'charge_doubled' : 'charge_unplaced';
  const number = pair.order_number ?? pair.named_number;
  const why = {
    charge_foreign: 'its intent is not ours and its metadata names no order of ours',
    charge_doubled: `order ${number} was paid by another charge already`,
    charge_unplaced: `it names order ${number}, which is to be paid by another intent`,
  }[code];
  const found = about(pair, {
    code,
    subject: pair.source_id ?? pair.id,
    orderId: order,
    ourAmount: 0,
    stripeAmount: pair.amount - pair.charge_returned,
    explanation: `Stripe took ${say(pair.amount, pair.currency)} with charge ${pair.source_id} (${pair.id}): ${why}.`,
  });
  return { findings: [found], bookings };
}

function behind(pair: Movement): Finding {
  const { order_id: orderId, order_number: number, payment_status: status } = pair;
  const found = about(pair, {
    code: 'order_behind_intent',
    subject: orderId!,
    ourAmount: pair.captured_amount,
    explanation: `Stripe took ${say(pair.amount, pair.currency)} on ${pair.intent_id} (${pair.id}), the payment of order ${number} with this intent is ${status}.`,
  });
  // What ended as canceled is not opened again by reading: money on it needs a person.
  return status === 'canceled' ? found : { ...found, action: { kind: 'read_payment', orderId: orderId! } };
}

function judgeAmount(pair: Movement): Finding[] {
  const { amount, currency, captured_amount: captured, payment_currency: ours } = pair;
  if (currency === ours && amount === captured) return [];
  const charged = pair.source_currency === ours && pair.source_amount === captured;
  if (currency !== ours && pair.exchange_rate !== null && charged) return [];
  const code = currency === ours || pair.exchange_rate !== null ? 'amount_differs' : 'currency_differs';
  return [
    about(pair, {
      code,
      subject: pair.source_id ?? pair.id,
      currency: ours,
      ourAmount: captured,
      stripeAmount: currency === ours ? amount : pair.source_amount,
      explanation: `${matched(pair)}: Stripe took ${say(amount, currency)}, the payment holds ${say(captured, ours!)} as captured.`,
    }),
  ];
}

function judgeFee(pair: Movement, rates: FeeRates): Finding[] {
  const { fee, currency, fee_amount: kept } = pair;
  const subject = pair.source_id ?? pair.id;
  const said = `${matched(pair)}: Stripe's fee is ${say(fee, currency)}`;
  if (kept === null) {
    const action = { kind: 'keep_fee', paymentId: pair.payment_id!, amount: fee, currency, chargeId: subject } as const;
    const explanation = `${said}, the payment holds none.`;
    const found = about(pair, {
      code: 'fee_unknown',
      subject,
      ourAmount: null,
      stripeAmount: fee,
      explanation,
      action,
    });
    return [found, ...judgeUsual(pair, rates, said)];
  }
  const keptIn = pair.fee_currency ?? pair.payment_currency!;
  if (kept !== fee || keptIn !== currency) {
    const explanation = `${said}, the payment holds ${say(kept, keptIn)}.`;
    return [about(pair, { code: 'fee_differs', subject, ourAmount: kept, stripeAmount: fee, explanation })];
  }
  return judgeUsual(pair, rates, said);
}

/** Both sides hold the same fee, and it may be wrong all the same. */
function judgeUsual(pair: Movement, rates: FeeRates, said: string): Finding[] {
  const { fee, fee_detailed: detailed, fee_kind: kind, currency } = pair;
  const found = (expected: number, why: string) => {
    const amounts = { ourAmount: expected, stripeAmount: fee };
    const subject = pair.source_id ?? pair.id;
    return [about(pair, { code: 'fee_unexpected', subject, ...amounts, explanation: `${said}, ${why}.` })];
  };
  if (detailed !== fee) return found(detailed, `its own list of the fee's parts sums to ${say(detailed, currency)}`);
  const configured = rates[currency];
  const rate = configured ?? (kind === null ? undefined : rates[kind]);
  if (!rate || isUsualFee(rate, pair)) return [];
  const expected = usualFee(rate, pair.amount);
  const source = configured ? 'the configured rate' : `the rate that other charges of its kind pay (${kind})`;
  return found(expected, `${source}, ${sayRate(rate, currency)}, gives ${say(expected, currency)}`);
}

function judgeNet(pair: Movement): Finding[] {
  const { amount, fee, net, currency } = pair;
  if (net === amount - fee) return [];
  const explanation = `${pair.id} gives ${say(net, currency)} net, its amount less its fee is ${say(amount - fee, currency)}.`;
  return [
    about(pair, {
      code: 'net_inconsistent',
      subject: pair.id,
      ourAmount: amount - fee,
      stripeAmount: net,
      explanation,
    }),
  ];
}
