/** What claims look like over HTTP. */
import { z } from 'zod';
import type { ClaimView } from '../db/claims.ts';
import { CLAIM_KINDS, CLAIM_STATUSES, CLAIM_WISHES } from '../domain/claims/claim-status.ts';
import { address } from './order-schemas.ts';
import { amountOrMoney, listOf, money, page, sku, text } from './schemas.ts';

const claimLine = z
  .strictObject({ line_id: z.uuid().optional(), sku: sku.optional(), quantity: z.int().min(1).max(10_000) })
  .refine((line) => (line.line_id === undefined) !== (line.sku === undefined), 'takes a line_id or a sku');

export const newClaim = z
  .strictObject({
    kind: z.enum(CLAIM_KINDS).meta({ description: 'lost: never came · damaged · missing: was not in its parcel' }),
    lines: z.array(claimLine).min(1).max(100),
    shipment_id: z.uuid().optional().meta({ description: 'The parcel that it is about' }),
    wish: z.enum(CLAIM_WISHES).default('reship').meta({ description: 'What the customer would like' }),
    note: text(2_000).optional(),
    override: z.boolean().default(false).meta({ description: 'Secret keys only: after the time for claims too' }),
  })
  .meta({ id: 'NewClaim', example: { kind: 'damaged', lines: [{ sku: 'MUG-OAT', quantity: 1 }] } });
export type NewClaimBody = z.output<typeof newClaim>;

export const reshipment = z
  .strictObject({
    shipping_address: address.optional().meta({ description: "The order's own when it is left out" }),
    shipping_method: text(40).optional(),
    note: text(500).optional(),
  })
  .meta({ id: 'ClaimReshipment' });

// Strict: a misspelled amount would give everything back.
export const claimRefund = z
  .strictObject({
    amount: amountOrMoney
      .optional()
      .meta({ description: 'Instead of what the goods were sold for with their tax; minor units' }),
    shipping: z
      .boolean()
      .optional()
      .meta({ description: 'Give the delivery back; when it is left out: where all of the order is claimed' }),
    note: text(500).optional(),
  })
  .meta({ id: 'ClaimRefund' });

export const claimReason = z.strictObject({ reason: text(500) }).meta({ id: 'ClaimReason' });
export const claimEnding = z.strictObject({ reason: text(500).optional() }).meta({ id: 'ClaimEnding' });
export const carrierClaim = z
  .strictObject({
    reference: text(100).optional(),
    amount: z.int().min(0).optional().meta({ description: 'What the carrier paid, in minor units' }),
  })
  .refine((body) => body.reference !== undefined || body.amount !== undefined, 'takes a reference, an amount or both')
  .meta({ id: 'CarrierClaim' });

export const claim = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ example: 'CLM-100001' }),
    order_id: z.uuid(),
    order_number: z.string(),
    shipment_id: z.uuid().nullable(),
    tracking_number: z.string().nullable(),
    kind: z.enum(CLAIM_KINDS),
    status: z.enum(CLAIM_STATUSES as [string, ...string[]]).meta({
      description:
        'requested · reshipped: the goods are sent once more · refunded (also where they could not be sent) · refused · canceled',
    }),
    wish: z.enum(CLAIM_WISHES),
    asked_by: z.enum(['customer', 'shop']),
    note: z.string().nullable(),
    reason: z.string().nullable(),
    lines: z.array(
      z.object({
        line_id: z.uuid(),
        sku: z.string(),
        name: z.string(),
        quantity: z.int(),
        amount: money.nullable(),
      }),
    ),
    replacement: z
      .object({ id: z.uuid(), number: z.string(), status: z.string() })
      .nullable()
      .meta({ description: 'The order that brings the goods once more' }),
    refund: z.object({ id: z.uuid(), status: z.string(), amount: money }).nullable(),
    carrier: z.object({ reference: z.string().nullable(), amount: money.nullable() }),
    version: z.int(),
    decided_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Claim' });

export const claimList = listOf('ClaimList', claim);
export const orderClaims = z.object({ data: z.array(claim) }).meta({ id: 'OrderClaims' });
export const claimQuery = z.object({
  ...page,
  status: z.enum(CLAIM_STATUSES as [string, ...string[]]).optional(),
  order_id: z.uuid().optional(),
  number: text(50).optional(),
});
export const claimHistory = z
  .object({
    data: z.array(
      z.object({ at: z.string(), type: z.string(), actor: z.string(), data: z.record(z.string(), z.unknown()) }),
    ),
  })
  .meta({ id: 'ClaimHistory' });

export function renderClaim(row: ClaimView) {
  const { currency } = row;
  const of = (amount: number | null) => (amount === null ? null : { amount, currency });
  const at = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    number: row.number,
    order_id: row.order_id,
    order_number: row.order_number,
    shipment_id: row.shipment_id,
    tracking_number: row.tracking_number,
    kind: row.kind,
    status: row.status,
    wish: row.wish,
    asked_by: row.asked_by,
    note: row.note,
    reason: row.reason,
    lines: row.lines.map((line) => ({ ...line, amount: of(line.amount) })),
    replacement: row.replacement,
    refund: row.refund && { ...row.refund, amount: of(row.refund.amount) },
    carrier: { reference: row.carrier_reference, amount: of(row.carrier_amount) },
    version: row.version,
    decided_at: at(row.decided_at),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
