/** What returns look like over HTTP. */
import { z } from 'zod';
import type { ReturnView } from '../db/returns.ts';
import { RETURN_STATUSES } from '../domain/returns/return-status.ts';
import { RETURN_REASONS, RETURN_RESOLUTIONS, type ReturnTerms } from '../domain/returns/terms.ts';
import { listOf, money, page, text } from './schemas.ts';

export const returnStatus = z.enum(RETURN_STATUSES).meta({
  description:
    'requested → approved | refused | canceled; approved → label_sent → in_transit → arrived → received → refunded | exchanged | closed; lapsed: nothing was sent in time',
});
export const returnReason = z.enum(RETURN_REASONS).meta({
  description:
    'defective, damaged, wrong_item and not_as_described are the shop’s fault: no fee, and the shop pays the way back',
});

export const terms = z
  .object({
    policy: z.string().meta({ description: 'Its name' }),
    window_days: z.int(),
    final_sale: z.boolean(),
    reasons: z.array(returnReason).nullable(),
    fee_percent: z.number(),
    fee: money.nullable(),
    good_percent: z.int(),
    damaged_percent: z.int(),
    way_back: z.enum(['shop', 'customer']).meta({ description: 'Who pays it' }),
    label: money.nullable().meta({ description: 'What our label costs a customer who pays the way back' }),
    shipping_refund: z.enum(['never', 'our_fault', 'all_returned']),
  })
  .meta({ id: 'ReturnTerms' });

const parcel = z.object({
  id: z.uuid(),
  kind: z.enum(['label', 'own']),
  status: z.string(),
  carrier: z.string().nullable(),
  tracking_number: z.string().nullable(),
  tracking_url: z.string().nullable(),
  label_url: z.string().nullable(),
  shipped_at: z.string().nullable(),
  arrived_at: z.string().nullable(),
});

export const orderReturn = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ example: 'RET-100001' }),
    order_id: z.uuid(),
    order_number: z.string(),
    status: returnStatus,
    resolution: z.enum(RETURN_RESOLUTIONS),
    exchange: z
      .object({
        lines: z.array(z.object({ sku: z.string(), name: z.string(), quantity: z.int(), unit_price: money })),
        tax: money,
        total: money,
      })
      .nullable()
      .meta({ description: 'What is wanted instead, at the prices of the day it was asked for' }),
    asked_by: z.enum(['customer', 'shop']),
    note: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why it was refused, canceled or closed' }),
    way: z.enum(['label', 'own']),
    way_back: z.enum(['shop', 'customer']),
    address: z.record(z.string(), z.unknown()).nullable().meta({ description: 'Where the goods go' }),
    location: z.string(),
    send_by: z.string().nullable(),
    lines: z.array(
      z.object({
        line_id: z.uuid(),
        sku: z.string(),
        name: z.string(),
        quantity: z.int(),
        approved_quantity: z.int().nullable(),
        reason: returnReason,
        note: z.string().nullable(),
        terms,
        received: z.object({ good: z.int(), damaged: z.int(), wrong: z.int(), missing: z.int() }),
        amount: money.nullable(),
        restocked: z.int(),
        written_off: z.int(),
      }),
    ),
    parcels: z.array(parcel),
    amounts: z
      .object({ goods: money, kept: money, shipping: money, total: money })
      .nullable()
      .meta({ description: 'What it was settled at; null before' }),
    refund: z.object({ id: z.uuid(), status: z.string(), amount: money }).nullable(),
    exchange_order_id: z.uuid().nullable(),
    version: z.int(),
    approved_at: z.string().nullable(),
    received_at: z.string().nullable(),
    settled_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Return' });

export const returnList = listOf('ReturnList', orderReturn);
export const orderReturns = z.object({ data: z.array(orderReturn) }).meta({ id: 'OrderReturns' });

export const returnQuery = z.object({
  ...page,
  status: returnStatus.optional(),
  order_id: z.uuid().optional(),
  number: text(50).optional(),
  open: z.stringbool().optional().meta({ type: 'boolean', description: 'true: only those that are not settled' }),
});

export const returnHistory = z
  .object({
    data: z.array(
      z.object({
        at: z.string(),
        type: z.string(),
        actor: z.string(),
        data: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'ReturnHistory' });

export const returnValue = z
  .object({
    goods: money.meta({ description: 'The price of what came back, with its share of the tax' }),
    kept: money.meta({ description: 'For its condition, as fees and for our label' }),
    shipping: money,
    total: money,
    refundable: money.meta({ description: 'What the payment still has' }),
    is_covered: z.boolean(),
    lines: z.array(z.object({ line_id: z.uuid(), quantity: z.int(), amount: money })),
  })
  .meta({ id: 'ReturnValue' });

export const returnable = z
  .object({
    data: z.array(
      z.object({
        line_id: z.uuid(),
        sku: z.string(),
        name: z.string(),
        quantity: z.int().meta({ description: 'Units that may still come back' }),
        until: z.string().nullable().meta({ description: 'null: it has not left yet' }),
        terms,
      }),
    ),
  })
  .meta({ id: 'ReturnableLines' });

export function renderTerms(given: ReturnTerms, currency: string) {
  const own = (amounts: Readonly<Record<string, number>>) =>
    amounts[currency] ? { amount: amounts[currency], currency } : null;
  return {
    policy: given.name,
    window_days: given.windowDays,
    final_sale: given.finalSale,
    reasons: given.reasons && [...given.reasons],
    fee_percent: given.feeBps / 100,
    fee: own(given.feeAmounts),
    good_percent: given.goodPercent,
    damaged_percent: given.damagedPercent,
    way_back: given.wayBack,
    label: own(given.labelAmounts),
    shipping_refund: given.shippingRefund,
  };
}

export function renderReturn(row: ReturnView) {
  const { currency } = row;
  const of = (amount: number) => ({ amount, currency });
  const at = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    number: row.number,
    order_id: row.order_id,
    order_number: row.order_number,
    status: row.status,
    resolution: row.resolution,
    exchange: row.exchange_quote && {
      lines: row.exchange_quote.lines.map(({ sku, name, quantity, unitAmount }) => ({
        sku,
        name,
        quantity,
        unit_price: of(unitAmount),
      })),
      tax: of(row.exchange_quote.totals.tax),
      total: of(row.exchange_quote.totals.total),
    },
    asked_by: row.asked_by,
    note: row.note,
    reason: row.reason,
    way: row.way,
    way_back: row.way_back,
    address: row.address,
    location: row.location,
    send_by: at(row.send_by),
    lines: row.lines.map(({ terms: own, good, damaged, wrong, missing, amount, ...line }) => ({
      ...line,
      terms: renderTerms(own, currency),
      received: { good, damaged, wrong, missing },
      amount: amount === null ? null : of(amount),
    })),
    parcels: row.parcels,
    amounts:
      row.settled_at && row.amount !== null
        ? {
            goods: of(row.goods_amount ?? 0),
            kept: of(row.fee_amount ?? 0),
            shipping: of(row.shipping_amount ?? 0),
            total: of(row.amount),
          }
        : null,
    refund: row.refund && { id: row.refund.id, status: row.refund.status, amount: of(row.refund.amount) },
    exchange_order_id: row.exchange_order_id,
    version: row.version,
    approved_at: at(row.approved_at),
    received_at: at(row.received_at),
    settled_at: at(row.settled_at),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
