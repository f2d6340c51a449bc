/** How a vendor's money is shown over HTTP. */
import { z } from 'zod';
import { listOf } from './schemas.ts';

const amount = (description: string) => z.int().meta({ description });

export const balanceView = z
  .object({
    vendor_id: z.uuid(),
    balances: z.array(
      z.object({
        currency: z.string(),
        pending: amount('Earned, and not to be transferred yet'),
        due: amount('To be transferred now; `waiting` says what it waits for'),
        owed: amount('Transferred beyond what the vendor has: taken back, or settled by its next orders'),
        transferred: amount('By transfers less reversals'),
        gross: amount("Goods that were paid for, without tax; these five are of all the vendor's orders"),
        refunded: z.int(),
        disputed: z.int(),
        commission: z.int(),
        payable: amount('gross − refunded − disputed − commission = transferred + pending + due − owed'),
        waiting: z.record(z.string(), z.int()).meta({
          description:
            'delay: until its time has come · vendor: until the vendor can be paid · balance: until there is enough at Stripe · refused: Stripe refused it and is asked again · owed',
        }),
      }),
    ),
  })
  .meta({ id: 'VendorBalance', description: "Amounts are integers in the currency's minor units" });

export const transferStatus = z.enum(['pending', 'succeeded', 'failed']);

const transferView = z
  .object({
    id: z.uuid(),
    kind: z.enum(['transfer', 'reversal']),
    status: transferStatus,
    vendor_order_id: z.uuid(),
    vendor_order_number: z.string(),
    transfer_id: z.uuid().nullable().meta({ description: 'Of a reversal: what it takes back from' }),
    amount: z.int(),
    reversed_amount: z.int(),
    currency: z.string(),
    provider_id: z.string().nullable().meta({ description: "Stripe's: tr_… or trr_…" }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    created_at: z.date(),
    settled_at: z.date().nullable(),
  })
  .meta({ id: 'VendorTransfer' });
export const transferList = listOf('VendorTransfers', transferView);

const sums = {
  gross: z.int(),
  refunded: z.int(),
  disputed: z.int(),
  commission: z.int(),
  earned: amount('gross − refunded − disputed − commission'),
  transferred: z.int(),
};

export const statementView = z
  .object({
    vendor_id: z.uuid(),
    from: z.string(),
    to: z.string(),
    currencies: z.array(
      z.object({
        currency: z.string(),
        opening: amount('Owed to the vendor when the first day began'),
        orders: z.array(z.object({ number: z.string(), ...sums })),
        transfers: z.array(
          z.object({
            day: z.string(),
            kind: z.enum(['transfer', 'reversal']),
            number: z.string().meta({ description: "The vendor order's" }),
            amount: amount('Negative for a reversal'),
            provider_id: z.string().nullable(),
          }),
        ),
        totals: z.object(sums),
        closing: amount('opening + earned − transferred'),
        days: z.array(z.object({ day: z.string(), earned: z.int(), transferred: z.int() })),
      }),
    ),
  })
  .meta({ id: 'VendorStatement', description: 'By what the ledger has booked; days are UTC' });

export const basisPoints = z.int().min(0).max(10_000).meta({ description: '250 are 2.5 %' });

export const commissionView = z
  .object({
    basis_points: basisPoints,
    vendors: z.array(z.object({ vendor_id: z.uuid(), name: z.string(), basis_points: basisPoints })),
    categories: z.array(z.object({ category_id: z.uuid(), name: z.string(), basis_points: basisPoints })),
  })
  .meta({ id: 'Commission', description: "A vendor's own goes before its category's, and that before the shop's" });

export const commissionChanges = listOf(
  'CommissionChanges',
  z.object({
    vendor_id: z.uuid().nullable(),
    category_id: z.uuid().nullable(),
    basis_points: basisPoints.nullable().meta({ description: 'Null: none of its own any more' }),
    actor: z.string().nullable(),
    created_at: z.date(),
  }),
);

export const newCommission = z
  .strictObject({
    basis_points: basisPoints
      .nullable()
      .meta({ description: 'Null takes away what a vendor or a category has of its own' }),
    vendor_id: z.uuid().optional(),
    category_id: z.uuid().optional(),
  })
  .refine(({ vendor_id, category_id }) => !(vendor_id && category_id), {
    error: 'takes a vendor or a category',
    path: ['category_id'],
  })
  .refine(({ basis_points, vendor_id, category_id }) => basis_points !== null || vendor_id || category_id, {
    error: "is needed for the shop's own",
    path: ['basis_points'],
  });

export const paymentTerms = z
  .object({
    delay_seconds: z
      .int()
      .nullable()
      .meta({ description: "From the capture to the transfer; null: the shop's setting" }),
  })
  .meta({ id: 'VendorPaymentTerms' });
export const newPaymentTerms = z.strictObject({ delay_seconds: z.int().min(0).max(31_536_000).nullable() });
