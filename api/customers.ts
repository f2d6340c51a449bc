/** /v1/customers: who is known again, and the payment methods that Stripe keeps for them. */
import { z } from 'zod';
import {
  type CustomerRow,
  clearDefaultMethod,
  findCustomer,
  setDefaultMethod,
  upsertCustomer,
} from '../db/customers.ts';
import type { Database } from '../db/database.ts';
import type { SavedMethod } from '../providers/payment-customers.ts';
import { type PaymentProvider, PaymentRefusedError } from '../providers/payments.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { paymentMethod } from './order-schemas.ts';
import { notFound, Problem } from './problem.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { text, uuidParams } from './schemas.ts';

interface CustomerRouteDeps {
  db: Database;
  payments: PaymentProvider;
}

const tag = 'Customers';
const methodParams = uuidParams.extend({ method_id: paymentMethod });

const newCustomer = z
  .object({
    email: z.email().max(254),
    external_id: text(200).optional().meta({ description: "The shop's own id of the customer" }),
    name: text(200).optional(),
    phone: text(40).optional(),
  })
  .meta({ id: 'NewCustomer' });

const customer = z
  .object({
    id: z.uuid(),
    email: z.string(),
    external_id: z.string().nullable(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    default_payment_method: z.string().nullable(),
    livemode: z.boolean(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Customer' });

const savedMethod = z
  .object({
    id: z.string(),
    type: z.string().meta({ example: 'card' }),
    brand: z.string().nullable(),
    last4: z.string().nullable(),
    exp_month: z.int().nullable(),
    exp_year: z.int().nullable(),
    is_default: z.boolean(),
  })
  .meta({ id: 'SavedPaymentMethod' });

const methodList = z.object({ data: z.array(savedMethod) }).meta({ id: 'SavedPaymentMethodList' });

export function customerRoutes(deps: CustomerRouteDeps): Route[] {
  return [saveRoute(deps), readRoute(deps), listRoute(deps), defaultRoute(deps), detachRoute(deps)];
}

function saveRoute({ db }: CustomerRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/customers',
    tag,
    summary: 'Know a customer',
    description:
      'Finds or makes the customer of this `external_id`, or of this e-mail address when there is none: the same call gives the same customer. Stripe hears of them with their first order.',
    scope: 'customers:write',
    body: newCustomer,
    responses: {
      201: { description: 'Made', schema: customer },
      200: { description: 'Known before', schema: customer },
    },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { external_id: externalId, ...rest } = call.body;
        const livemode = call.key.mode === 'live';
        const { created, ...row } = await upsertCustomer(tx, { ...rest, externalId, livemode });
        return { status: created ? 201 : 200, body: render(row), headers: { Location: `/v1/customers/${row.id}` } };
      }),
  });
}

function readRoute({ db }: CustomerRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/customers/{id}',
    tag,
    summary: 'Read a customer',
    scope: 'customers:read',
    params: uuidParams,
    responses: { 200: { description: 'The customer', schema: customer } },
    handle: async (call) => ({ status: 200, body: render(await getCustomer(db, call)) }),
  });
}

function listRoute({ db, payments }: CustomerRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/customers/{id}/payment-methods',
    tag,
    summary: "List a customer's saved payment methods",
    description: 'As Stripe has them now. A method is saved by an order with `payment.save_method`.',
    scope: 'customers:read',
    params: uuidParams,
    responses: { 200: { description: 'All of them, newest first', schema: methodList } },
    async handle(call) {
      const known = await getCustomer(db, call);
      const { provider_id: at } = known;
      const saved = at ? await ask(() => payments.listPaymentMethods(at)) : [];
      return { status: 200, body: { data: saved.map((method) => renderMethod(method, known)) } };
    },
  });
}

function defaultRoute(deps: CustomerRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/customers/{id}/payment-methods/{method_id}/default',
    tag,
    summary: 'Make a saved payment method the default',
    description: 'It is charged where an order of this customer is to be confirmed and names no method.',
    scope: 'customers:write',
    params: methodParams,
    responses: { 200: { description: 'The method', schema: savedMethod } },
    async handle(call) {
      const known = await getCustomer(deps.db, call);
      const method = await getMethod(deps, known, call.params.method_id);
      await setDefaultMethod(deps.db, known.id, method.id);
      return { status: 200, body: renderMethod(method, { default_payment_method: method.id }) };
    },
  });
}

function detachRoute(deps: CustomerRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/customers/{id}/payment-methods/{method_id}',
    tag,
    summary: 'Forget a saved payment method',
    description: 'It can never be charged again. Orders that were paid with it stay as they are.',
    scope: 'customers:write',
    params: methodParams,
    responses: { 204: { description: 'Forgotten' } },
    async handle(call) {
      const known = await getCustomer(deps.db, call);
      const { id } = await getMethod(deps, known, call.params.method_id);
      // First what we hold: a default that cannot be charged is worse than none.
      await clearDefaultMethod(deps.db, known.id, id);
      await ask(() => deps.payments.detachPaymentMethod(id));
      return { status: 204 };
    },
  });
}

/** Throws 404, also for a customer of the other mode. */
async function getCustomer(
  db: Database,
  { params, key }: Pick<Call<unknown, unknown, { id: string }>, 'params' | 'key'>,
): Promise<CustomerRow> {
  const row = await findCustomer(db, params.id);
  if (row?.livemode === (key.mode === 'live')) return row;
  throw notFound('customer', params.id);
}

/** Throws 404 for a method that is not this customer's. */
async function getMethod({ payments }: CustomerRouteDeps, { provider_id: at }: CustomerRow, id: string) {
  const method = at ? await ask(() => payments.findPaymentMethod(at, id)) : undefined;
  if (!method) throw notFound('payment_method', id);
  return method;
}

const RETRY_SECONDS = 5;

/** Stripe's refusals and absences as our problems. */
export async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof PaymentRefusedError)
      throw new Problem({
        status: 409,
        code: 'payment_provider_refused',
        detail: `Stripe refuses that: ${error.code}.`,
      });
    throw new Problem({
      status: 503,
      code: 'payment_provider_unavailable',
      detail: 'Stripe does not answer.',
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
}

const render = ({ provider_id: _at, tries: _tries, ...row }: CustomerRow) => row;

function renderMethod(
  { id, type, brand, last4, expMonth, expYear }: SavedMethod,
  { default_payment_method }: Pick<CustomerRow, 'default_payment_method'>,
) {
  const is_default = id === default_payment_method;
  return { id, type, brand, last4, exp_month: expMonth, exp_year: expYear, is_default };
}
