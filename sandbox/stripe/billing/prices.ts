import type { Sandbox } from '../context.ts';
import { badParam, refuse } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { amounts, createPrice, getPrice, interval, planOf, recurring, taxBehavior } from './price-rows.ts';
import { getProduct, insertProduct } from './product-rows.ts';
import { searchRoute } from './search.ts';
import type { Price } from './types.ts';

type None = Record<never, never>;

const productData = p.hash(
  { name: p.filled() },
  {
    active: p.boolean,
    id: p.filled(),
    metadata: p.metadata,
    statement_descriptor: p.text(22),
    tax_code: p.text(),
    unit_label: p.text(12),
  },
);
const createFields = {
  ...amounts,
  active: p.boolean,
  billing_scheme: p.oneOf('per_unit'),
  lookup_key: p.text(200),
  metadata: p.metadata,
  nickname: p.text(),
  product: p.filled(),
  product_data: productData,
  recurring,
  transfer_lookup_key: p.boolean,
  ...p.expand,
};

function create({ sandbox, params }: Call<p.Params<{ currency: p.Rule<string> }, typeof createFields>>): Price {
  const { product, product_data: data } = params;
  if ((product === undefined) === (data === undefined))
    throw badParam('You must pass either product or product_data, and not both.', 'product', 'parameter_missing');
  takeLookupKey(sandbox, params.lookup_key, params.transfer_lookup_key ?? false);
  const of = data ? insertProduct(sandbox, data) : getProduct(sandbox, product!, 'product');
  return createPrice(sandbox, of.id, params);
}

function takeLookupKey(sandbox: Sandbox, key: string | undefined, transfer: boolean): void {
  if (!key) return;
  const [holder] = sandbox.objects.page({ kind: 'price', where: { lookup_key: key }, order: 'DESC', limit: 1 });
  if (!holder) return;
  if (!transfer) throw refuse(`A price already uses that lookup key.`, { param: 'lookup_key' });
  const price: Price = JSON.parse(holder.body);
  price.lookup_key = null;
  sandbox.objects.update(price);
  sandbox.emit('price.updated', price, { lookup_key: key });
}

const updateFields = {
  active: p.boolean,
  lookup_key: p.text(200),
  metadata: p.metadata,
  nickname: p.text(),
  tax_behavior: taxBehavior,
  transfer_lookup_key: p.boolean,
  ...p.expand,
};

function update({ sandbox, ids, params }: Call<p.Params<None, typeof updateFields>>): Price {
  const price = getPrice(sandbox, ids[0]!);
  const { metadata, expand: _expand, transfer_lookup_key: transfer, ...given } = params;
  takeLookupKey(sandbox, given.lookup_key, transfer ?? false);
  const before = { ...price };
  for (const [name, value] of Object.entries(given)) price[name] = value === '' ? null : value;
  price.metadata = p.mergeMetadata(price.metadata, metadata);
  sandbox.objects.update(price);
  const previous = p.changes(before, price);
  if (price.recurring) sandbox.emit('plan.updated', planOf(price), previous);
  sandbox.emit('price.updated', price, previous);
  return price;
}

const listFields = {
  active: p.boolean,
  created: p.timestampRange,
  currency: p.text(3),
  lookup_keys: p.list(p.text()),
  product: p.text(),
  recurring: p.hash({}, { interval, usage_type: p.oneOf('licensed', 'metered') }),
  type: p.oneOf('one_time', 'recurring'),
  ...p.listParams,
};

function list({ sandbox, params }: Call<p.Params<None, typeof listFields>>) {
  const { active, currency, lookup_keys: keys, product, recurring: span, type, ...page } = params;
  const fields = {
    active,
    currency,
    type,
    'recurring.interval': span?.interval,
    'recurring.usage_type': span?.usage_type,
  };
  const and = sql.join([sql.where(fields), sql.isOneOf('k2', keys)]);
  return listObjects(sandbox.objects, 'price', '/v1/prices', page, { product }, and);
}

export const priceRoutes = [
  route('POST', '/v1/prices', { currency: p.filled(3) }, createFields, create),
  route('GET', '/v1/prices', {}, listFields, list),
  searchRoute('prices', 'price'),
  route('GET', '/v1/prices/:id', {}, p.expand, ({ sandbox, ids }) => getPrice(sandbox, ids[0]!)),
  route('POST', '/v1/prices/:id', {}, updateFields, update),
];
