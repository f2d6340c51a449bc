/** What a reading of an invoice tells that was not known before, and why a paid one makes no order. Pure. */
import type { BilledLine, InvoiceStatus, ProviderInvoice } from './invoice.ts';

export interface KnownInvoice {
  status: InvoiceStatus;
  attempt_count: number;
}

export interface NewReading extends KnownInvoice {
  next_attempt_at: Date | null;
  hosted_invoice_url: string | null;
}

export type InvoiceNews = 'paid' | 'payment_failed' | 'invoice_voided' | 'invoice_uncollectible';

/** A try that Stripe counted and that left the invoice open has failed: each one is told once, however often it is reported. */
export function newsOf(before: KnownInvoice | undefined, now: NewReading): InvoiceNews | undefined {
  if (before?.status !== now.status) {
    if (now.status === 'paid') return 'paid';
    if (now.status === 'void') return 'invoice_voided';
    if (now.status === 'uncollectible') return 'invoice_uncollectible';
  }
  return now.status === 'open' && now.attempt_count > (before?.attempt_count ?? 0) ? 'payment_failed' : undefined;
}

export type Orderless = 'trial' | 'several_payments';

/**
 * A trial's invoice bills the goods at nothing, and nothing is delivered yet. Of an invoice that several intents have paid, one order
 * could hold the money of one alone.
 */
export function orderlessOf(invoice: ProviderInvoice, items: readonly BilledLine[]): Orderless | null {
  if (invoice.payments > 1) return 'several_payments';
  const goods = new Map(items.flatMap((each) => (each.kind === 'goods' ? [[each.item, each]] : [])));
  const billed = invoice.lines.filter(({ item, proration }) => item && !proration && goods.has(item));
  const isFree = billed.length > 0 && billed.every((line) => line.amount === 0 && goods.get(line.item)!.unitAmount > 0);
  return isFree && invoice.capturedAmount === 0 ? 'trial' : null;
}

/** Whether some of its items are not known as ours: the answer that would have tied them may not be recorded yet. */
export const hasUnknownItems = ({ lines }: ProviderInvoice, items: readonly BilledLine[]): boolean =>
  lines.some(({ item }) => item !== null && !items.some((each) => each.item === item));
