import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { demoCategories, demoCurrencies, demoLocations, demoProducts, priceIn } from './catalogue.ts';
import { identifiersOf } from './identifiers.ts';
import { drawProduct, PICTURE_SIZE, paintProduct } from './pictures.ts';
import { importLine } from './seed-catalogue.ts';

const variants = demoProducts.flatMap((product) => product.variants.map((variant) => ({ product, variant })));

describe('the demo catalogue', () => {
  it('has about thirty products, each slug and each SKU once', () => {
    expect(demoProducts.length).toBe(30);
    expect(new Set(demoProducts.map(({ slug }) => slug)).size).toBe(demoProducts.length);
    expect(new Set(variants.map(({ variant }) => variant.sku)).size).toBe(variants.length);
  });

  it('puts every product into a category that there is, and uses each branch', () => {
    const branches = demoCategories.filter(({ parent }) => parent !== null).map(({ slug }) => slug);
    expect(new Set(demoProducts.map(({ category }) => category))).toEqual(new Set(branches));
  });

  it('keeps stock in both warehouses, some of it a last unit and some of it gone', () => {
    const units = variants.map(({ variant }) => variant.stock.east + variant.stock.west);
    expect(units).toContain(1);
    expect(units).toContain(0);
    const line = importLine(variants[0]!.product, variants[0]!.variant);
    expect(line.stock.map(({ location }) => location)).toEqual(demoLocations.map(({ code }) => code));
  });

  it('gives each variant a barcode of its own whose check digit fits, and a maker with its number', () => {
    const barcodes = variants.map(({ product, variant }) => identifiersOf(product, variant).barcode);
    expect(new Set(barcodes).size).toBe(variants.length);
    for (const barcode of barcodes) {
      const sum = [...barcode].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
      expect([barcode.length, sum % 10]).toEqual([13, 0]);
    }
    const mug = variants.find(({ variant }) => variant.sku === 'MUG-OAT')!;
    expect(importLine(mug.product, mug.variant)).toMatchObject({
      barcode: identifiersOf(mug.product, mug.variant).barcode,
      metadata: { brand: 'Hearth & Vane', mpn: 'HV-MUG-OAT' },
    });
  });

  it('prices everything in four currencies, in steps that a card network takes', () => {
    expect(demoCurrencies).toEqual(['usd', 'eur', 'jpy', 'kwd']);
    for (const { product, variant } of variants) {
      for (const currency of demoCurrencies) {
        const { amount, compareAt, cost } = priceIn(currency, product, variant.extra);
        expect(Number.isSafeInteger(amount)).toBe(true);
        expect(amount).toBeGreaterThan(cost);
        if (compareAt !== undefined) expect(compareAt).toBeGreaterThan(amount);
        if (currency === 'kwd') expect(amount % 10).toBe(0);
      }
    }
    expect(priceIn('jpy', { price: 1800 })).toEqual({ amount: 2700, cost: 1215 });
    expect(priceIn('kwd', { price: 1800 }).amount).toBe(5550);
  });
});

describe('the pictures', () => {
  it('are drawn for every product, each its own', () => {
    const drawings = demoProducts.map(drawProduct);
    expect(new Set(drawings).size).toBe(demoProducts.length);
    for (const drawing of drawings) expect(drawing).not.toContain('undefined');
  });

  it('are painted alike each time, larger than they are shown', async () => {
    const product = demoProducts.find(({ slug }) => slug === 'storm-lantern')!;
    const picture = await paintProduct(product);
    expect(await sharp(picture).metadata()).toMatchObject({
      format: 'jpeg',
      width: PICTURE_SIZE,
      height: PICTURE_SIZE,
    });
    expect(picture.equals(await paintProduct(product))).toBe(true);
    expect(picture.length).toBeLessThan(500_000);
  });
});
