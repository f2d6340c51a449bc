/**
 * Other goods for those that came back: an order of kind `exchange`, paid by a credit of what came back. What it costs beyond that is its own
 * payment's; what is left over goes back by a refund. All of it in the transaction that settles the return.
 */
import { balanceExchange, type ExchangeQuote } from '../domain/exchanges/settle-exchange.ts';
import { type PricingHooks, priceOrder } from '../domain/pricing.ts';
import type { ReturnValue } from '../domain/returns/terms.ts';
import { type Executor, statement } from './database.ts';
import { placeFollowOnOrder } from './follow-on-order.ts';
import { giveBack, grantCredit } from './order-credits.ts';
import { findSellable } from './plan-prices.ts';
import type { ReturnView } from './returns.ts';
import { tell } from './tell.ts';

/** How long an exchange waits for what the customer still has to pay; then its credit goes back. */
const EXPIRY_SECONDS = 7 * 86_400;

export interface ExchangeWish {
  lines: readonly { sku: string; quantity: number }[];
  currency: string;
  country: string;
  shippingMethod: string;
}

export type QuoteRefusal = { index: number; code: 'sku_unknown' | 'price_missing'; sku: string };

/** Prices the goods that are wanted instead. Refuses what is not sold in the order's currency. */
export async function quoteExchange(
  tx: Executor,
  { lines: wanted, currency, country, shippingMethod }: ExchangeWish,
  { tax }: Pick<PricingHooks, 'tax'>,
): Promise<ExchangeQuote | QuoteRefusal[]> {
  const skus = wanted.map((line) => line.sku);
  const sellable = await findSellable(tx, skus, currency);
  const refusals: QuoteRefusal[] = [];
  const lines = wanted.map(({ sku, quantity }, index) => {
    const variant = sellable.get(sku);
    if (!variant) refusals.push({ index, code: 'sku_unknown', sku });
    else if (variant.amount === null) refusals.push({ index, code: 'price_missing', sku });
    return {
      variantId: variant?.id ?? '',
      sku,
      name: variant?.name ?? '',
      quantity,
      unitAmount: variant?.amount ?? 0,
      weightGrams: variant?.weight_grams ?? 0,
    };
  });
  if (refusals.length > 0) return refusals;
  return { lines, totals: priceOrder({ lines, currency, country, shippingMethod }, { shipping: () => 0, tax }) };
}

const take = statement(
  'take_exchanged_units',
  `update order_lines l set refunded_quantity = l.refunded_quantity + i.quantity
   from jsonb_to_recordset($1::jsonb) as i ("lineId" uuid, quantity integer) where l.id = i."lineId"`,
);

export interface Exchange {
  orderId: string;
  number: string;
  /** What the customer has to pay for it beside what came back. */
  due: number;
  refundId?: string;
}

/**
 * Makes the order that goes out for a return. The caller holds the locks of the order and the return. Undefined, and the caller undoes
 * its transaction, when the money that came back with the goods is not there any more.
 */
export async function openExchange(tx: Executor, ret: ReturnView, value: ReturnValue): Promise<Exchange | undefined> {
  const quote = ret.exchange_quote;
  if (!quote) throw new Error(`return ${ret.number} is an exchange for nothing`);
  const { credit, due, refund } = balanceExchange(value.amount, quote.totals.total);
  const order = await placeFollowOnOrder(tx, {
    parentId: ret.order_id,
    kind: 'exchange',
    lines: quote.lines,
    totals: quote.totals,
    expirySeconds: EXPIRY_SECONDS,
    metadata: { return: ret.number },
  });
  await tx.rows(take, [JSON.stringify(value.lines)]);
  const cause = `exchange/${ret.id}`;
  const about = { fromOrderId: ret.order_id, toOrderId: order.id, kind: 'exchange', cause } as const;
  if (credit > 0 && !(await grantCredit(tx, { ...about, amount: credit }))) return undefined;
  const made = { orderId: order.id, number: order.number, due };
  const of = (amount: number) => ({ amount, currency: ret.currency });
  await tell(tx, {
    event: 'exchange.made',
    orderId: order.id,
    cause: `exchange.made/${ret.id}`,
    email: ret.customer_email,
    data: {
      returnNumber: ret.number,
      items: quote.lines.map(({ sku, name, quantity }) => ({ sku, name: name || sku, quantity })),
      ...(due > 0 ? { due: of(due) } : {}),
      ...(refund > 0 ? { refund: of(refund) } : {}),
    },
  });
  if (refund === 0) return made;
  const back = await giveBack(tx, {
    orderId: ret.order_id,
    cause: `return/${ret.id}`,
    amount: refund,
    reason: 'requested_by_customer',
    note: ret.number,
  });
  return back && { ...made, refundId: back[0] };
}
