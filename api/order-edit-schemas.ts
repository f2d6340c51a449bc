/** Edits of orders as clients ask for and read them. */
import { z } from 'zod';
import type { EditRow, EditSnapshot } from '../db/order-edits.ts';
import { address } from './order-schemas.ts';
import { currency, money, sku, text } from './schemas.ts';

const quantity = z.int().min(1).max(10_000);
const named = { line_id: z.uuid().optional(), sku: sku.optional() };
const isNamed = (line: { line_id?: string | undefined; sku?: string | undefined }) =>
  (line.line_id === undefined) !== (line.sku === undefined);
const NAMED = 'takes a line_id or a sku';

// Strict: what is misspelled would be left as it is, and the customer told otherwise.
export const newEdit = z
  .strictObject({
    add: z.array(z.strictObject({ sku, quantity })).max(100).default([]).meta({ description: "At today's price" }),
    change: z
      .array(z.strictObject({ ...named, quantity }).refine(isNamed, NAMED))
      .max(100)
      .default([])
      .meta({ description: 'To this quantity, at the price it was sold at; never below what was refunded' }),
    remove: z.array(z.strictObject(named).refine(isNamed, NAMED)).max(100).default([]),
    shipping_address: address.optional(),
    shipping_method: z.string().min(1).max(50).optional(),
    pay_within_seconds: z
      .int()
      .min(60)
      .max(2_592_000)
      .default(86_400)
      .meta({ description: 'How long a balance may wait for its payment; the edit is canceled then' }),
    note: text(500).optional().meta({ description: 'Why, for the people of the shop' }),
  })
  .refine(
    (edit) =>
      [edit.add, edit.change, edit.remove].some((list) => list.length > 0) ||
      edit.shipping_address ||
      edit.shipping_method,
    'An edit changes a line, the address or the shipping method.',
  )
  .meta({ id: 'NewOrderEdit', example: { add: [{ sku: 'TEE-BLACK-M', quantity: 1 }] } });

export type NewEditBody = z.output<typeof newEdit>;

const snapshot = z
  .object({
    lines: z.array(
      z.object({
        id: z.uuid(),
        sku: z.string(),
        name: z.string(),
        quantity: z.int(),
        unit_amount: z.int(),
        total_amount: z.int(),
      }),
    ),
    shipping_address: z.record(z.string(), z.string()),
    shipping_method: z.string(),
    totals: z.object({ subtotal: money, shipping: money, tax: money, adjustment: money, total: money }),
  })
  .meta({ id: 'OrderSnapshot' });

export const orderEdit = z
  .object({
    id: z.uuid().nullable().meta({ description: 'Null for a preview' }),
    order_id: z.uuid(),
    revision: z
      .int()
      .nullable()
      .meta({ description: "The order's revision that it made; null while it is not applied" }),
    status: z.enum(['preview', 'pending', 'awaiting_payment', 'applied', 'refused', 'canceled']).meta({
      description:
        "pending: Stripe is asked to change the intent's amount · awaiting_payment: `balance_order_id` takes what is due · refused, canceled: the order is as it was",
    }),
    settlement: z.enum(['none', 'intent', 'authorization', 'refund', 'balance']).meta({
      description:
        'none: the total is the same · intent: not paid yet, its intent takes the new total · authorization: more or less of it is captured · refund: what was paid too much goes back · balance: an order of its own takes what is due',
    }),
    difference: money.meta({ description: 'The new total less the old one' }),
    before: snapshot,
    after: snapshot,
    balance_order_id: z.uuid().nullable(),
    balance_order_token: z.string().nullable().meta({
      description:
        'Opens the balance with a publishable key: its `payment.client_secret` is what the customer pays with',
    }),
    refund_id: z.uuid().nullable(),
    actor: z.string().meta({ description: 'The API key that asked for it, or `customer`' }),
    note: z.string().nullable(),
    error: z.object({ code: z.string(), message: z.string().optional() }).nullable(),
    created_at: z.string().nullable(),
    updated_at: z.string().nullable(),
  })
  .meta({ id: 'OrderEdit' });

export const orderEditList = z
  .object({ revision: z.int(), currency, data: z.array(orderEdit) })
  .meta({ id: 'OrderEditList' });

type Shown = Omit<EditRow, 'id' | 'status' | 'tries' | 'created_at' | 'updated_at'> & {
  id: string | null;
  status: EditRow['status'] | 'preview';
  created_at: Date | null;
  updated_at: Date | null;
};

export function renderEdit(edit: Shown, tokens: { issue: (orderId: string) => string }) {
  const { difference_amount, currency: unit, before, after, balance_order_id } = edit;
  return {
    id: edit.id,
    order_id: edit.order_id,
    revision: edit.revision,
    status: edit.status,
    settlement: edit.settlement,
    difference: { amount: difference_amount, currency: unit },
    before: renderSnapshot(before, unit),
    after: renderSnapshot(after, unit),
    balance_order_id,
    balance_order_token: balance_order_id ? tokens.issue(balance_order_id) : null,
    refund_id: edit.refund_id,
    actor: edit.actor,
    note: edit.note,
    error: edit.error,
    created_at: edit.created_at,
    updated_at: edit.updated_at,
  };
}

function renderSnapshot({ lines, shipping_address, shipping_method, totals }: EditSnapshot, unit: string) {
  const inCurrency = (amount: number) => ({ amount, currency: unit });
  return {
    lines: lines.map(({ id, sku: code, name, quantity: units, unit_amount }) => ({
      ...{ id, sku: code, name, quantity: units, unit_amount },
      total_amount: unit_amount * units,
    })),
    shipping_address,
    shipping_method,
    totals: {
      subtotal: inCurrency(totals.subtotal),
      shipping: inCurrency(totals.shipping),
      tax: inCurrency(totals.tax),
      adjustment: inCurrency(totals.adjustment),
      total: inCurrency(totals.total),
    },
  };
}
