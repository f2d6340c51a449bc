import { describe, expect, it } from '@jest/globals';
import { type ImportedVariant, type ImportFacts, levelKey, planImport } from './catalogue-import.ts';

const facts: ImportFacts = {
  products: new Map([['mug', 'p1']]),
  variants: new Map([['OLD', { id: 'v1', product_id: 'p1' }]]),
  categories: new Set(['cups']),
  locations: new Map([
    ['main', 'l1'],
    ['east', 'l2'],
  ]),
  defaultLocation: 'main',
  levels: new Map([[levelKey('v1', 'l1'), { on_hand: 5, reserved: 2 }]]),
  uploads: new Map([['mug', 2]]),
  maxImages: 3,
};

const pointers = (line: ImportedVariant) =>
  planImport([line], facts)
    .errors.get(0)
    ?.map((error) => error.pointer);

describe('planImport', () => {
  it('lets a line build on the product of an earlier line, not of a later one', () => {
    const made = { sku: 'A', product: { slug: 'cap', name: 'Cap' } };
    const used = { sku: 'B', product_slug: 'cap' };
    expect(planImport([made, used], facts).errors.size).toBe(0);
    expect([...planImport([used, made], facts).errors.keys()]).toEqual([0]);
  });

  it('merges what lines say of one product, the later one winning, and forgets what failing lines say', () => {
    const plan = planImport<{ slug?: string; name?: string; description?: string | undefined }>(
      [
        { sku: 'A', product: { slug: 'cap', name: 'Cap', description: 'first' } },
        { sku: 'B', product: { slug: 'cap', description: 'second' } },
        { sku: 'C', product: { slug: 'cap', description: undefined } },
        { sku: 'D', product: { slug: 'cap', description: 'never' }, stock: [{ location: 'moon', on_hand: 1 }] },
      ],
      facts,
    );
    expect(plan.products.get('cap')).toEqual({ slug: 'cap', name: 'Cap', description: 'second' });
    expect([...plan.errors.keys()]).toEqual([3]);
  });

  it('keeps a variant that names no product where it is', () => {
    expect(planImport([{ sku: 'OLD' }], facts).productOf.get('OLD')).toEqual({ id: 'p1' });
  });

  it('moves stock only where it differs, and knows a new level', () => {
    const stock = [
      { location: 'main', on_hand: 5 },
      { location: 'east', on_hand: 3 },
    ];
    expect(planImport([{ sku: 'OLD', stock }], facts).stock).toEqual([
      { sku: 'OLD', location_id: 'l2', on_hand: 3, isNew: true },
    ]);
    expect(planImport([{ sku: 'OLD', stock: [{ on_hand: 2 }] }], facts).stock).toMatchObject([
      { location_id: 'l1', isNew: false },
    ]);
  });

  it('points at what is wrong', () => {
    expect(pointers({ sku: 'NEW' })).toEqual(['/product_slug']);
    expect(pointers({ sku: 'NEW', product_slug: 'none' })).toEqual(['/product_slug']);
    expect(pointers({ sku: 'NEW', product: { slug: 'none' } })).toEqual(['/product/name']);
    expect(pointers({ sku: 'NEW', product: { name: '!!!' } })).toEqual(['/product/slug']);
    expect(pointers({ sku: 'OLD', product_slug: 'mug', product: { categories: ['cups', 'hats'] } })).toEqual([
      '/product/categories/1',
    ]);
    expect(pointers({ sku: 'OLD', stock: [{ on_hand: 1 }] })).toEqual(['/stock/0/on_hand']);
    expect(pointers({ sku: 'OLD', stock: [{ on_hand: 9 }, { location: 'main', on_hand: 9 }] })).toEqual([
      '/stock/1/location',
    ]);
    expect(
      planImport([{ sku: 'OLD', stock: [{ on_hand: 9 }] }], { ...facts, defaultLocation: undefined }).errors.get(0),
    ).toMatchObject([{ pointer: '/stock/0/location', code: 'required' }]);
  });
});

it('images by URL have the room that uploads leave', () => {
  const line = (slug: string, count: number) => ({
    sku: 'NEW',
    product: {
      slug,
      name: 'P',
      images: Array.from({ length: count }, (_, at) => ({ url: `https://x.example/${at}` })),
    },
  });
  expect(pointers(line('mug', 1))).toBeUndefined();
  expect(pointers(line('mug', 2))).toEqual(['/product/images']);
  expect(pointers(line('new', 3))).toBeUndefined();
  expect(pointers(line('new', 4))).toEqual(['/product/images']);
});
