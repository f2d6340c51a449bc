/** /v1/return-policies: what may come back, for how long, at what cost; of a product, a category or everything else. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import {
  deletePolicy,
  findPolicy,
  insertPolicy,
  listPolicies,
  lockPolicy,
  type PolicyTargets,
  type PolicyView,
  pointTo,
  unknownSlugs,
  updatePolicy,
} from '../db/return-policies.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, type FieldError, invalid, notFound } from './problem.ts';
import { returnReason } from './return-schemas.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { currency, text, uuidParams } from './schemas.ts';

interface Deps {
  db: Database;
}

const tag = 'Returns';
const amounts = z
  .record(currency, z.int().min(0).max(100_000_000))
  .refine((value) => Object.keys(value).length <= 100, 'takes at most 100 currencies');
const percent = z.number().min(0).max(100);
const slugs = z.array(text(200)).max(10_000).default([]);

const fields = z
  .strictObject({
    name: text(100),
    is_default: z.boolean().default(false).meta({ description: 'Holds for what no other policy is for; one is' }),
    window_days: z.int().min(0).max(3_650).default(30).meta({
      description: 'Days from the delivery, or from the dispatch where nobody knows of a delivery',
    }),
    final_sale: z.boolean().default(false).meta({ description: 'Comes back only when it is our fault' }),
    auto_approve: z.boolean().default(false),
    reasons: z
      .array(returnReason)
      .min(1)
      .nullable()
      .default(null)
      .meta({ description: 'Those that are taken; null: all' }),
    fee_percent: percent
      .multipleOf(0.01)
      .default(0)
      .meta({ description: 'Of what the goods are worth; no fee is taken when it is our fault' }),
    fee_amounts: amounts.default({}).meta({ description: 'Once per return, minor units by currency' }),
    good_percent: z.int().min(0).max(100).default(100),
    damaged_percent: z.int().min(0).max(100).default(0),
    way_back: z.enum(['shop', 'customer']).default('customer').meta({ description: 'Who pays it' }),
    label_amounts: amounts.default({}).meta({ description: 'What our label costs who pays the way back' }),
    shipping_refund: z.enum(['never', 'our_fault', 'all_returned']).default('all_returned').meta({
      description: 'all_returned: when all of the order came back, or it is our fault',
    }),
    send_days: z.int().min(1).max(365).default(14).meta({ description: 'How long the customer has to send the goods' }),
    address: z.record(text(40), text(300)).nullable().default(null).meta({
      description: 'Where goods go; null: the place that sent them',
    }),
    products: slugs.meta({ description: 'By their slugs' }),
    categories: slugs.meta({ description: 'By their slugs; with what is below them' }),
  })
  .meta({ id: 'NewReturnPolicy', example: { name: 'Shoes', window_days: 100, categories: ['shoes'] } });

const policy = z
  .object({
    ...fields.shape,
    id: z.uuid(),
    version: z.int(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'ReturnPolicy' });

type Body = z.output<typeof fields>;

const headers = z.object({ 'If-Match': z.string().optional() });
const keyed = z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional() });

export function returnPolicyRoutes(deps: Deps): Route[] {
  return [listRoute(deps), createRoute(deps), readRoute(deps), replaceRoute(deps), deleteRoute(deps)];
}

function listRoute({ db }: Deps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/return-policies',
    tag,
    summary: 'List return policies, the default first',
    scope: 'returns:read',
    responses: {
      200: { description: 'All of them', schema: z.object({ data: z.array(policy) }).meta({ id: 'ReturnPolicyList' }) },
    },
    handle: async () => ({ status: 200, body: { data: (await listPolicies(db)).map(render) } }),
  });
}

function createRoute({ db }: Deps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/return-policies',
    tag,
    summary: 'Make a return policy',
    description: 'Returns that were asked for before keep the terms they were asked under.',
    scope: 'returns:write',
    body: fields,
    requestHeaders: keyed,
    responses: { 201: { description: 'The policy', schema: policy } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        await assertTargets(tx, call.body);
        const id = await insertPolicy(tx, toFields(call.body));
        if (!id) throw nameTaken(call.body);
        await point(tx, id, call.body);
        return { ...(await show(tx, id)), status: 201 };
      }),
  });
}

function readRoute({ db }: Deps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/return-policies/{id}',
    tag,
    summary: 'Read a return policy',
    scope: 'returns:read',
    params: uuidParams,
    responses: { 200: { description: 'The policy', schema: policy } },
    handle: ({ params }) => show(db, params.id),
  });
}

function replaceRoute({ db }: Deps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/return-policies/{id}',
    tag,
    summary: 'Replace a return policy',
    scope: 'returns:write',
    params: uuidParams,
    body: fields,
    requestHeaders: headers,
    responses: { 200: { description: 'The policy', schema: policy } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id } = call.params;
        assertVersion(expectedVersion(call), await lock(tx, id));
        await assertTargets(tx, call.body);
        if (!(await updatePolicy(tx, id, toFields(call.body)))) throw nameTaken(call.body);
        await point(tx, id, call.body);
        return show(tx, id);
      }),
  });
}

function deleteRoute({ db }: Deps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/return-policies/{id}',
    tag,
    summary: 'Delete a return policy',
    scope: 'returns:write',
    params: uuidParams,
    requestHeaders: headers,
    responses: { 204: { description: 'It is gone; what it was for falls under what remains' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        assertVersion(expectedVersion(call), await lock(tx, call.params.id));
        await deletePolicy(tx, call.params.id);
        return { status: 204 };
      }),
  });
}

async function lock(tx: Executor, id: string): Promise<number> {
  const version = await lockPolicy(tx, id);
  if (version === undefined) throw notFound('return_policy', id);
  return version;
}

const nameTaken = ({ name }: Body) => conflict('return_policy_exists', `Another policy is called ${name}.`);

async function assertTargets(tx: Executor, body: PolicyTargets): Promise<void> {
  const errors: FieldError[] = [];
  for (const kind of ['products', 'categories'] as const)
    for (const slug of await unknownSlugs(tx, kind, body[kind]))
      errors.push({
        pointer: `/${kind}/${body[kind].indexOf(slug)}`,
        code: 'unknown',
        message: `There is no ${slug}.`,
      });
  if (errors.length > 0) throw invalid(errors);
}

async function point(tx: Executor, id: string, body: PolicyTargets): Promise<void> {
  await pointTo(tx, id, 'products', body.products);
  await pointTo(tx, id, 'categories', body.categories);
}

const toFields = ({ fee_percent, products: _products, categories: _categories, ...rest }: Body) => ({
  ...rest,
  fee_bps: Math.round(fee_percent * 100),
});

const render = ({ fee_bps, created_at, updated_at, ...row }: PolicyView) => ({
  ...row,
  fee_percent: fee_bps / 100,
  created_at: created_at.toISOString(),
  updated_at: updated_at.toISOString(),
});

async function show(db: Executor, id: string): Promise<Answer> {
  const found = await findPolicy(db, id);
  if (!found) throw notFound('return_policy', id);
  return { status: 200, body: render(found), headers: { ETag: etagOf(found.version) } };
}
