import type { Sandbox } from '../context.ts';
import { noSuch, refuse } from '../errors.ts';
import { newId } from '../ids.ts';
import * as p from '../params.ts';
import type { Price, Product } from './types.ts';

/** The product of the path, or the one that a parameter names. */
export function getProduct(sandbox: Sandbox, id: string, param?: string): Product {
  const product = sandbox.objects.find<Product>(id, 'product');
  if (!product) throw noSuch('product', id, param);
  return product;
}

export interface NewProduct extends Record<string, unknown> {
  id?: string | undefined;
  metadata?: Product['metadata'] | null | undefined;
  name: string;
}

/** A product that names its own id is made once. */
export function insertProduct(sandbox: Sandbox, params: NewProduct): Product {
  const { id = newId('prod').replace('_3', '_'), metadata, expand: _expand, ...given } = params;
  if (sandbox.objects.find(id))
    throw refuse(`Product already exists.`, { code: 'resource_already_exists', param: 'id' });
  const product: Product = {
    id,
    object: 'product',
    active: true,
    created: sandbox.now(),
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: p.mergeMetadata({}, metadata),
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: sandbox.now(),
    url: null,
    ...shown(given),
    name: params.name,
  };
  sandbox.objects.insert(product);
  sandbox.emit('product.created', product);
  return product;
}

/** What was given, as a product shows it. */
export function shown(given: Record<string, unknown>): Record<string, unknown> {
  const { images, marketing_features: features, tax_details: details, ...rest } = given;
  const tax = details as { performance_location?: string; tax_code?: string } | null | undefined;
  return {
    ...rest,
    ...(images === undefined ? {} : { images: images ?? [] }),
    ...(features === undefined ? {} : { marketing_features: features ?? [] }),
    ...(tax
      ? { tax_details: { performance_location: tax.performance_location ?? null, tax_code: tax.tax_code ?? null } }
      : {}),
  };
}

/** What a line or an item is called by its price. */
export const nameOf = (sandbox: Sandbox, price: Price): string =>
  sandbox.objects.find<Product>(price.product, 'product')?.name ?? price.product;
