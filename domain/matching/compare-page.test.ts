/** Against pairs of offers that other people labelled: ../shared/data/matching, of which the README there tells. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { comparePage } from './compare-page.ts';
import { SUGGEST_FROM } from './judge-match.ts';

interface Offer {
  name?: string;
  title?: string;
  brand?: string;
  modelno?: string;
  price: string;
}
interface Pair {
  left: Offer;
  right: Offer;
  match: number;
}

const priceOf = ({ price }: Offer) => {
  const amount = Math.round(Number(price) * 100);
  return amount > 0 ? { amount, currency: 'usd' } : undefined;
};

function compare({ left, right }: Pair) {
  const price = priceOf(right);
  const ours = {
    sku: '',
    name: '',
    product_name: left.name ?? left.title ?? '',
    brand: left.brand || null,
    mpn: left.modelno || null,
    barcode: null,
    attributes: {},
    prices: [priceOf(left)].filter((each) => each !== undefined),
  };
  const page = {
    title: right.name ?? right.title ?? '',
    brand: right.brand || undefined,
    mpn: right.modelno || undefined,
    price: price && { ...price, kind: 'exact' as const, upper: null },
    ...{ gtin: undefined, sku: undefined, condition: undefined, seller: undefined, packCount: undefined },
    attributes: {},
  };
  return comparePage(ours, page, { packCount: null, ownNames: [] });
}

const rate = (part: number, whole: number) => Math.round((1_000 * part) / whole) / 1_000;

describe.each([
  ['abt-buy', 0.8, 0.8],
  ['walmart-amazon', 0.45, 0.85],
])('%s', (name, precision, recall) => {
  const file = fileURLToPath(new URL(`../../../shared/data/matching/${name}.valid.json.gz`, import.meta.url));
  const isThere = existsSync(file);
  if (!isThere) process.stderr.write(`compare-page.test.ts: SKIPPED the labelled pairs, ${file} is not there\n`);
  const read = () => JSON.parse(gunzipSync(readFileSync(file)).toString()) as Pair[];
  const pairs = (isThere ? read() : []).map((pair) => ({ isMatch: pair.match === 1, ...compare(pair) }));
  const matches = pairs.filter(({ isMatch }) => isMatch).length;

  (isThere ? it : it.skip)('is suggested as well as it was', () => {
    const suggested = pairs.filter(({ score, objections }) => score >= SUGGEST_FROM && objections.length === 0);
    const right = suggested.filter(({ isMatch }) => isMatch).length;
    const measured = { precision: rate(right, suggested.length), recall: rate(right, matches) };
    process.stdout.write(`matching ${name}: suggested from ${SUGGEST_FROM} ${JSON.stringify(measured)}\n`);
    expect(measured.precision).toBeGreaterThanOrEqual(precision);
    expect(measured.recall).toBeGreaterThanOrEqual(recall);
  });

  (isThere ? it : it.skip)('is never linked wrongly', () => {
    const linked = pairs.filter(({ linksBy, objections }) => linksBy !== null && objections.length === 0);
    expect(linked.filter(({ isMatch }) => !isMatch)).toEqual([]);
  });
});
