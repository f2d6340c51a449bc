import type { Sandbox } from '../context.ts';
import { badParam, noSuch } from '../errors.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { buildPrice, insertPrice, interval, planOf } from './price-rows.ts';
import { getProduct, insertProduct } from './product-rows.ts';
import type { Price } from './types.ts';

/** Recurring prices as they were called before there were prices; the same objects under their old name. */

const ofProduct: p.Rule<{ id: string } | { name: string }> = (value, name) =>
  typeof value === 'string' ? { id: p.filled()(value, name) } : p.hash({ name: p.filled() }, {})(value, name);
const createFields = {
  active: p.boolean,
  amount: p.integer(0),
  interval_count: p.integer(1),
  metadata: p.metadata,
  nickname: p.text(),
  product: ofProduct,
  ...p.expand,
};
type Create = p.Params<{ currency: p.Rule<string>; interval: typeof interval }, typeof createFields>;

function create({ sandbox, params }: Call<Create>) {
  const { amount = 0, product, interval: every, interval_count, expand: _expand, ...rest } = params;
  if (!product) throw badParam('Missing required param: product.', 'product', 'parameter_missing');
  const { id } = 'id' in product ? getProduct(sandbox, product.id, 'product') : insertProduct(sandbox, product);
  const given = { ...rest, recurring: { interval: every, interval_count }, unit_amount: amount };
  return planOf(insertPrice(sandbox, buildPrice(sandbox, id, given)));
}

function getPlan(sandbox: Sandbox, id: string): Price {
  const price = sandbox.objects.find<Price>(id, 'price');
  if (!price?.recurring) throw noSuch('plan', id);
  return price;
}

const updateFields = { active: p.boolean, metadata: p.metadata, nickname: p.text(), ...p.expand };

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>) {
  const price = getPlan(sandbox, ids[0]!);
  const before = { ...price };
  if (params.active !== undefined) price.active = params.active;
  if (params.nickname !== undefined) price.nickname = params.nickname || null;
  price.metadata = p.mergeMetadata(price.metadata, params.metadata);
  sandbox.objects.update(price);
  const previous = p.changes(before, price);
  sandbox.emit('plan.updated', planOf(price), previous);
  sandbox.emit('price.updated', price, previous);
  return planOf(price);
}

function remove({ sandbox, ids }: Call<object>) {
  const price = getPlan(sandbox, ids[0]!);
  sandbox.objects.remove(price.id);
  sandbox.emit('plan.deleted', planOf(price));
  sandbox.emit('price.deleted', price);
  return { id: price.id, object: 'plan', deleted: true };
}

export const planRoutes = [
  route('POST', '/v1/plans', { currency: p.filled(3), interval }, createFields, create),
  route('GET', '/v1/plans', {}, p.listParams, ({ sandbox, params }) => {
    const recurring = "AND json_extract(body, '$.recurring') IS NOT NULL";
    const page = listObjects(sandbox.objects, 'price', '/v1/plans', params, {}, recurring);
    return { ...page, data: (page.data as Price[]).map(planOf) };
  }),
  route('GET', '/v1/plans/:id', {}, p.expand, ({ sandbox, ids }) => planOf(getPlan(sandbox, ids[0]!))),
  route('POST', '/v1/plans/:id', {}, updateFields, update),
  route('DELETE', '/v1/plans/:id', {}, {}, remove),
];
