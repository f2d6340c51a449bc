import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf, priceIn, read } from './page-for-test.ts';

const FILE = join(import.meta.dirname, '../../../shared/data/pages/schemaorg-product-offer-examples.json');
const isThere = existsSync(FILE);
if (!isThere) console.warn(`SKIPPED: the examples of schema.org are not at ${FILE}`);

type Encoding = 'json' | 'microdata' | 'rdfa';
type Example = { id: string } & Partial<Record<Encoding, string>>;

const ENCODINGS: readonly Encoding[] = ['json', 'microdata', 'rdfa'];
/** The example says one price for machines and another for people, or another in each encoding. */
const CONTRADICTORY = new Set(['#eg-0010', '#eg-0394']);

function pricesOf(example: Example): Partial<Record<Encoding, string>> {
  const currency = /priceCurrency[^A-Z]{1,20}([A-Z]{3})\b/.exec(JSON.stringify(example))?.[1]?.toLowerCase() ?? 'usd';
  const told = ENCODINGS.filter((encoding) => /price/i.test(example[encoding] ?? ''));
  return Object.fromEntries(
    told.map((encoding) => {
      const text = example[encoding]!;
      const isBare = encoding === 'json' && !text.includes('<script');
      const html = isBare ? documentOf('', [text], '') : documentOf(text, [], '');
      const price = priceIn(read(html, { currency, locale: 'en-US', siteName: 'Example' }));
      return [encoding, /\d/.test(price) ? price : 'none'];
    }),
  );
}

(isThere ? describe : describe.skip)('the examples of schema.org', () => {
  const examples: Example[] = isThere ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

  test('say the same price in each encoding', () => {
    expect(examples).toHaveLength(53);
    const prices = examples.filter(({ id }) => !CONTRADICTORY.has(id)).map((one) => [one.id, pricesOf(one)] as const);
    expect(prices.filter(([, told]) => new Set(Object.values(told)).size > 1)).toEqual([]);
    expect(
      prices.filter(([, told]) => Object.values(told).some((price) => price !== 'none')).length,
    ).toBeGreaterThanOrEqual(26);
  });

  test('that contradict themselves are read as they stand, or not at all', () => {
    const [microwave, balls] = ['#eg-0010', '#eg-0394'].map((id) => pricesOf(examples.find((one) => one.id === id)!));
    expect(microwave).toEqual({ json: 'exact 5500 usd', microdata: 'exact 100000 usd', rdfa: 'exact 100000 usd' });
    expect(balls).toEqual({ json: 'exact 100000 usd', rdfa: 'none' });
  });
});
