/** A subscription's invoice as Stripe shows it, and the order that a paid one makes. Pure; amounts in minor units. */
import type { OutOfStockChoice } from './plan.ts';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'void' | 'uncollectible';

export interface InvoiceLine {
  id: string;
  description: string | null;
  /** Stripe's subscription item; null for what was put on the invoice by itself. */
  item: string | null;
  quantity: number;
  /** Negative for what is taken off. Before discounts. */
  amount: number;
  /** What coupons take off it. */
  discount: number;
  /** For a part of a period, because something was changed in between. */
  proration: boolean;
  /** Of ours, for goods that were paid and not sent: it takes their value off this invoice. */
  creditId: string | null;
}

/** As read at Stripe, whole: all lines, all payments. */
export interface ProviderInvoice {
  id: string;
  number: string | null;
  /** Null for an invoice of no subscription. */
  subscriptionId: string | null;
  status: InvoiceStatus;
  billingReason: string | null;
  currency: string;
  subtotalAmount: number;
  discountAmount: number;
  /** May be negative: it is then left on the customer's balance. */
  totalAmount: number;
  dueAmount: number;
  paidAmount: number;
  /** What was used of the customer's balance, or left there when negative. */
  balanceAmount: number;
  /** What took the money; with several, the first of them. */
  paymentIntent: string | null;
  capturedAmount: number;
  /** How many PaymentIntents took a part. */
  payments: number;
  periodStart: Date;
  periodEnd: Date;
  attemptCount: number;
  nextAttemptAt: Date | null;
  hostedUrl: string | null;
  lines: readonly InvoiceLine[];
  createdAt: Date;
  paidAt: Date | null;
}

/** A line of the subscription, which an invoice's line is found by. */
export interface BilledLine {
  id: string;
  kind: 'goods' | 'shipping' | 'tax';
  item: string | null;
  variantId: string | null;
  sku: string | null;
  name: string;
  unitAmount: number;
  weightGrams: number;
  outOfStock: OutOfStockChoice;
  substituteSku: string | null;
}

export interface OrderLine {
  lineId: string;
  variantId: string;
  sku: string;
  name: string;
  quantity: number;
  unitAmount: number;
  weightGrams: number;
  outOfStock: OutOfStockChoice;
  substituteSku: string | null;
  /** What the customer has paid for it: less its discounts, with its share of the tax. */
  value: number;
}

export interface InvoiceOrder {
  lines: OrderLine[];
  /** What the customer has paid for the delivery, with its share of the tax: theirs again when nothing is delivered. */
  shippingValue: number;
  subtotal: number;
  shipping: number;
  tax: number;
  /** Prorations, discounts and what the customer's balance paid: all that is between the lines' prices and the money. */
  adjustment: number;
  total: number;
  /** Of the total, what credits of ours pay; the rest was captured. */
  credit: number;
}

export interface Credit {
  id: string;
  amount: number;
}

/**
 * What a paid invoice is as an order. Its total is the money that was captured, with what our own credits pay; whatever stands
 * between that and the regular prices of its lines is the adjustment, so each cent is explained whatever Stripe put on the invoice.
 * @param credits those that its lines name, as far as they pay for this order
 */
export function orderOf(
  invoice: Pick<ProviderInvoice, 'lines' | 'capturedAmount'>,
  items: readonly BilledLine[],
  credits: readonly Credit[] = [],
): InvoiceOrder {
  const byItem = new Map(items.map((each) => [each.item, each]));
  const netOf = (kind: BilledLine['kind']) =>
    sum(invoice.lines.filter(({ item }) => item && byItem.get(item)?.kind === kind).map(net));
  const billed = billedGoods(invoice.lines, byItem);
  const credit = sum(credits.map(({ amount }) => amount));
  const total = invoice.capturedAmount + credit;
  // Tax and shipping are what was billed of them; where less was taken than that, goods count as paid last.
  const tax = within(netOf('tax'), total);
  const shipping = within(netOf('shipping'), total - tax);
  const subtotal = sum(billed.map(({ quantity, unitAmount }) => quantity * unitAmount));
  const paid = { tax: Math.max(0, netOf('tax')), shipping: Math.max(0, netOf('shipping')) };
  const lines = withValues(billed, paid.tax, paid.shipping);
  const shippingValue =
    paid.tax + paid.shipping + sum(billed.map((line) => line.net)) - sum(lines.map((line) => line.value));
  return {
    lines,
    shippingValue,
    subtotal,
    shipping,
    tax,
    adjustment: total - subtotal - shipping - tax,
    total,
    credit,
  };
}

const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
const net = ({ amount, discount }: InvoiceLine) => amount - discount;
const within = (amount: number, most: number) => Math.min(Math.max(0, amount), most);

type Billed = Omit<OrderLine, 'value'> & { net: number };

/** Goods of whole periods; a line that Stripe split (a tiered price, say) has the unit price that makes up its amount. */
function billedGoods(lines: readonly InvoiceLine[], byItem: ReadonlyMap<string | null, BilledLine>): Billed[] {
  return lines.flatMap((line) => {
    const item = line.item ? byItem.get(line.item) : undefined;
    if (item?.kind !== 'goods' || line.proration || line.quantity <= 0 || line.amount < 0) return [];
    const { variantId, sku, name, weightGrams, outOfStock, substituteSku } = item;
    const unitAmount = Math.floor(line.amount / line.quantity);
    const about = { lineId: item.id, variantId: variantId!, sku: sku!, name, weightGrams, outOfStock, substituteSku };
    return [{ ...about, quantity: line.quantity, unitAmount, net: net(line) }];
  });
}

/** Each line's share of the tax, in proportion to what it costs; shipping has its own share. Without a remainder. */
function withValues(lines: readonly Billed[], tax: number, shipping: number): OrderLine[] {
  const whole = sum(lines.map((line) => line.net)) + shipping;
  let past = 0;
  return lines.map(({ net: price, ...line }) => {
    const before = portion(tax, past, whole);
    past += price;
    return { ...line, value: price + portion(tax, past, whole) - before };
  });
}

const portion = (amount: number, part: number, whole: number): number =>
  whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
