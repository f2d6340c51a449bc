import { refuse } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { createPrice, getPrice, newPriceFields } from './price-rows.ts';
import { getProduct, insertProduct, shown } from './product-rows.ts';
import { searchRoute } from './search.ts';
import type { Product } from './types.ts';

const marketing = p.hash({ name: p.filled(80) }, {});
const dimensions = p.hash({ height: p.decimal, length: p.decimal, weight: p.decimal, width: p.decimal }, {});
const taxDetails = p.hash({}, { performance_location: p.text(), tax_code: p.emptyOr(p.text()) });

/** What create and update share; an empty value unsets. */
const common = {
  active: p.boolean,
  description: p.emptyOr(p.text(40_000)),
  images: p.emptyOr(p.list(p.text())),
  marketing_features: p.emptyOr(p.list(marketing)),
  metadata: p.metadata,
  package_dimensions: p.emptyOr(dimensions),
  shippable: p.boolean,
  statement_descriptor: p.text(22),
  tax_code: p.emptyOr(p.text()),
  tax_details: p.emptyOr(taxDetails),
  unit_label: p.emptyOr(p.text(12)),
  url: p.emptyOr(p.text()),
  ...p.expand,
};
const createFields = {
  ...common,
  default_price_data: p.hash({ currency: p.filled(3) }, newPriceFields),
  id: p.filled(),
  type: p.oneOf('good', 'service'),
};
const updateFields = { ...common, default_price: p.filled(), name: p.filled() };
type None = Record<never, never>;

function create({ sandbox, params }: Call<p.Params<{ name: p.Rule<string> }, typeof createFields>>): Product {
  const { default_price_data: priceData, ...rest } = params;
  const product = insertProduct(sandbox, rest);
  if (!priceData) return product;
  product.default_price = createPrice(sandbox, product.id, priceData).id;
  sandbox.objects.update(product);
  return product;
}

function update({ sandbox, ids, params }: Call<p.Params<None, typeof updateFields>>): Product {
  const product = getProduct(sandbox, ids[0]!);
  const { metadata, expand: _expand, ...given } = params;
  if (given.default_price) getPrice(sandbox, given.default_price, 'default_price');
  const before = { ...product };
  Object.assign(product, shown(given), {
    metadata: p.mergeMetadata(product.metadata, metadata),
    updated: sandbox.now(),
  });
  sandbox.objects.update(product);
  sandbox.emit('product.updated', product, p.changes(before, product));
  return product;
}

function remove({ sandbox, ids }: Call<object>) {
  const product = getProduct(sandbox, ids[0]!);
  const [price] = sandbox.objects.page({ kind: 'price', where: { product: product.id }, order: 'DESC', limit: 1 });
  if (price) throw refuse('This product cannot be deleted because it has one or more user-created prices.');
  sandbox.objects.remove(product.id);
  sandbox.emit('product.deleted', product);
  return { id: product.id, object: 'product', deleted: true };
}

const listFields = {
  active: p.boolean,
  created: p.timestampRange,
  ids: p.list(p.text()),
  shippable: p.boolean,
  type: p.oneOf('good', 'service'),
  url: p.text(),
  ...p.listParams,
};

function list({ sandbox, params }: Call<p.Params<None, typeof listFields>>) {
  const { active, ids, shippable, type, url, ...page } = params;
  const and = sql.join([sql.where({ active, shippable, type, url }), sql.isOneOf('id', ids)]);
  return listObjects(sandbox.objects, 'product', '/v1/products', page, {}, and);
}

export const productRoutes = [
  route('POST', '/v1/products', { name: p.filled() }, createFields, create),
  route('GET', '/v1/products', {}, listFields, list),
  searchRoute('products', 'product'),
  route('GET', '/v1/products/:id', {}, p.expand, ({ sandbox, ids }) => getProduct(sandbox, ids[0]!)),
  route('POST', '/v1/products/:id', {}, updateFields, update),
  route('DELETE', '/v1/products/:id', {}, {}, remove),
];
