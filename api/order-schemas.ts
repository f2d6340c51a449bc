/** The order as clients send and read it. */
import { z } from 'zod';
import { ORDER_KINDS } from '../domain/order-money.ts';
import { fulfillmentTransitions, orderTransitions, paymentTransitions } from '../domain/order-status.ts';
import { currency, listOf, locale, metadata, money, page, sku, text } from './schemas.ts';

export const address = z
  .object({
    name: text(200).optional(),
    line1: text(200),
    line2: text(200).optional(),
    city: text(100),
    state: text(100).optional(),
    postal_code: text(20).optional(),
    country: z
      .string()
      .regex(/^[A-Za-z]{2}$/, 'is an ISO 3166-1 alpha-2 code')
      .transform((code) => code.toUpperCase()),
    phone: text(40).optional(),
  })
  .meta({
    id: 'Address',
    example: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
  });

export const paymentMethod = z
  .string()
  .regex(/^pm_[A-Za-z0-9_]{1,200}$/, 'is the id of a PaymentMethod (pm_…); card data never comes here')
  .meta({ example: 'pm_card_visa' });

const captureMethod = z.enum(['automatic', 'manual', 'at_shipment']).meta({
  description:
    'automatic: taken at once · manual: held until `POST …/capture` · at_shipment: held until the parcels are about to be labeled',
});

export const newOrder = z
  .object({
    customer: z.object({
      id: z.uuid().optional().meta({ description: 'A known customer (with a secret key); see /v1/customers' }),
      email: z.email().max(254),
      name: text(200).optional(),
      phone: text(40).optional(),
      ip: z.union([z.ipv4(), z.ipv6()]).optional().meta({
        description:
          "The buyer's IP address, from a server with a secret key; kept as evidence for disputes, never shown",
      }),
    }),
    lines: z
      .array(z.object({ sku, quantity: z.int().min(1).max(10_000) }))
      .min(1)
      .max(100),
    currency,
    shipping_address: address,
    billing_address: address.optional(),
    shipping_method: z.string().min(1).max(50).default('standard'),
    metadata: metadata.optional(),
    locale: locale.optional().meta({
      description:
        'What the customer is written to in; without it the first language of `Accept-Language` that messages are written in',
    }),
    payment: z
      .object({
        payment_method: paymentMethod.optional(),
        confirm: z.boolean().optional(),
        capture_method: captureMethod.optional(),
        save_method: z
          .boolean()
          .optional()
          .meta({ description: "Keep the method for the customer's later orders (with a secret key)" }),
        off_session: z.boolean().optional().meta({
          description:
            'Charge a saved method now, the customer not being there; when their bank wants them, they are told by mail',
        }),
      })
      .refine((payment) => !payment.off_session || (!payment.save_method && payment.confirm !== false), {
        path: ['off_session'],
        message: 'confirms a method that is saved already',
      })
      .optional(),
  })
  .refine(({ customer, payment }) => customer.id !== undefined || !payment?.off_session, {
    path: ['customer', 'id'],
    message: 'is needed to charge a saved method',
  })
  .refine(({ customer, payment }) => customer.id !== undefined || !payment?.confirm || payment.payment_method, {
    path: ['payment', 'payment_method'],
    message: 'is needed to confirm',
  })
  .meta({ id: 'NewOrder' });

export type NewOrderBody = z.output<typeof newOrder>;

const statusOf = (table: object) => z.enum(Object.keys(table) as [string, ...string[]]);
export const orderStatus = statusOf(orderTransitions);
export const paymentStatus = statusOf(paymentTransitions);
export const fulfillmentStatus = statusOf(fulfillmentTransitions);

export const order = z
  .object({
    id: z.uuid(),
    number: z.string().meta({ example: 'ORD-100001' }),
    kind: z.enum(ORDER_KINDS).meta({
      description:
        'sale · recurring: of an invoice of a subscription · exchange · replacement · balance: without goods, it takes what an edit has added to the price of its parent',
    }),
    parent_id: z
      .uuid()
      .nullable()
      .meta({ description: 'The order that an exchange, a replacement or a balance belongs to' }),
    revision: z.int().meta({ description: 'Raised by each edit; see /v1/orders/{id}/edits' }),
    status: orderStatus,
    payment_status: paymentStatus,
    fulfillment_status: fulfillmentStatus,
    status_reason: z.string().nullable(),
    dispute_status: z
      .enum(['inquiry', 'open', 'won', 'lost', 'closed'])
      .nullable()
      .meta({ description: 'What the disputes of its payment come to; null when there was none' }),
    hold_reason: z
      .enum(['dispute', 'early_fraud_warning', 'refunded', 'partially_captured', 'out_of_stock'])
      .nullable()
      .meta({ description: 'Why nothing of it is sent for now' }),
    shortages: z.array(z.object({ sku: z.string(), requested: z.int(), available: z.int() })).nullable(),
    currency: z.string(),
    totals: z.object({
      subtotal: money,
      shipping: money,
      tax: money,
      adjustment: money.meta({
        description: "Beside the goods' prices: discounts, a balance; negative when it lowers the total",
      }),
      total: money,
      credit: money.meta({ description: 'Of the total, what money of other orders pays; the rest is the payment’s' }),
    }),
    customer: z.object({
      id: z.uuid().nullable().meta({ description: 'Of a known customer; null for a guest' }),
      email: z.string(),
      name: z.string().nullable(),
      phone: z.string().nullable(),
    }),
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
    billing_address: z.record(z.string(), z.string()).nullable(),
    shipping_method: z.string(),
    metadata: z.record(z.string(), z.string()),
    locale: z.string().nullable().meta({ description: "What the customer is written to in; null: the shop's" }),
    payment: z.object({
      id: z.uuid(),
      provider_id: z.string().nullable().meta({ description: 'The PaymentIntent' }),
      status: z.string().meta({ description: "The PaymentIntent's status; pending until it exists" }),
      capture_method: captureMethod,
      capture_before: z.string().nullable().meta({ description: 'Until when an authorization may be captured' }),
      client_secret: z.string().nullable(),
      next_action_url: z.string().nullable(),
      captured: money,
      capturable: money.meta({ description: 'Authorized, and still to be captured' }),
      uncaptured: money.meta({ description: 'What a capture of a part has left and released' }),
      refunded: money,
      credited: money.meta({ description: 'Of what was captured, what pays for other orders' }),
      disputed: money.meta({ description: 'What disputes hold or have taken' }),
      refundable: money.meta({
        description:
          'Captured or credited, less what was refunded, is being refunded, is disputed or pays for other orders',
      }),
      last_error: z.object({ code: z.string(), decline_code: z.string().nullish(), message: z.string() }).nullable(),
    }),
    shipments: z.array(
      z.object({
        id: z.uuid(),
        status: z.string(),
        location: z.string(),
        carrier: z.string().nullable(),
        tracking_number: z.string().nullable(),
        tracking_url: z.string().nullable(),
        shipped_at: z.string().nullable(),
        delivered_at: z.string().nullable(),
      }),
    ),
    refunds: z.array(z.object({ id: z.uuid(), status: z.string(), cause: z.string(), amount: money })),
    returns: z
      .array(z.object({ id: z.uuid(), number: z.string(), status: z.string(), resolution: z.string() }))
      .meta({ description: 'Goods that come back; GET /v1/returns/{id} has more' }),
    order_token: z.string().meta({ description: 'Reads this order with a publishable key, in the header Order-Token' }),
    livemode: z.boolean(),
    expires_at: z.string(),
    created_at: z.string(),
    updated_at: z.string(),
    version: z.int(),
  })
  .meta({ id: 'Order' });

export const tokenHeaders = z.object({
  'Order-Token': z.string().optional().meta({ description: 'With a publishable key' }),
});

export const orderList = listOf('OrderList', order);

export const orderQuery = z.object({
  ...page,
  status: orderStatus.optional(),
  payment_status: paymentStatus.optional(),
  fulfillment_status: fulfillmentStatus.optional(),
  email: z.string().max(254).optional(),
  number: z.string().max(40).optional(),
  sku: z.string().max(64).optional(),
  created_from: z.iso.datetime({ offset: true }).optional(),
  created_to: z.iso.datetime({ offset: true }).optional(),
  sort: z.enum(['created_at', '-created_at']).default('-created_at'),
});
