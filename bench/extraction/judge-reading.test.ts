/** The judge is strict where it matters: what is invented, or read in another currency, is wrong. */
import { describe, expect, it } from '@jest/globals';
import type { PageReading, PageValues } from '../../domain/pages/page-reading.ts';
import { judgeReading } from './judge-reading.ts';
import { type Expected, readLabelledPages } from './labelled-pages.ts';
import { figuresOf, type JudgedPage } from './measure-extraction.ts';

const [example] = readLabelledPages('open');

function labelled(wanted: Expected | null, acceptable?: ['captcha']) {
  const { page, url } = example!.label;
  return { ...example!, label: { page, url, what: '', expect: wanted, ...(acceptable && { acceptable }) } };
}

function offer(values: Partial<PageValues>): PageReading {
  const fields = Object.entries(values).map(([name, value]) => [
    name,
    { value, layer: 'json_ld', confidence: 1, path: '', text: '', others: [] },
  ]);
  return { kind: 'offer', fields: Object.fromEntries(fields), shape: '' };
}

const none = (reason: 'captcha' | 'not_understood'): PageReading => ({ kind: 'none', reason, detail: '', shape: '' });
const price = { amount: 1999, currency: 'eur', kind: 'exact' } as const;
const verdicts = (wanted: Expected | null, reading: PageReading, acceptable?: ['captcha']) =>
  judgeReading(labelled(wanted, acceptable), reading).map(({ field, verdict }) => `${field} ${verdict}`);

describe('a reading', () => {
  it('is right in each way that the label names, and in no other', () => {
    const wanted: Expected = { price: [price, { ...price, kind: 'range', upper: 2999 }] };
    expect(verdicts(wanted, offer({ price: { ...price, upper: null } }))).toEqual(['price right']);
    expect(verdicts(wanted, offer({ price: { ...price, kind: 'range', upper: 2999 } }))).toEqual(['price right']);
    expect(verdicts(wanted, offer({ price: { ...price, kind: 'range', upper: 3999 } }))).toEqual(['price wrong']);
    expect(verdicts(wanted, offer({ price: { ...price, currency: 'usd', upper: null } }))).toEqual(['price wrong']);
  });

  it('is wrong where the page has nothing, and judged nowhere else', () => {
    const read = offer({ listPrice: { amount: 2999, currency: 'eur' }, brand: 'Anything' });
    expect(verdicts({ list_price: null, price }, read)).toEqual(['price missed', 'list_price wrong']);
  });

  it('of a page that says nothing is wrong in whatever it invents', () => {
    const read = offer({ price: { ...price, upper: null }, availability: 'out_of_stock' });
    expect(verdicts(null, read, ['captcha'])).toEqual(['reason missed', 'price wrong', 'availability wrong']);
    expect(verdicts(null, none('captcha'), ['captcha'])).toEqual(['reason right']);
    expect(verdicts(null, none('not_understood'), ['captcha'])).toEqual(['reason wrong']);
  });

  it('leaves the fields unjudged where silence is as right', () => {
    expect(verdicts({ price }, none('captcha'), ['captcha'])).toEqual(['reason right']);
    expect(verdicts({ price, list_price: null }, none('not_understood'), ['captcha'])).toEqual([
      'price missed',
      'list_price silent',
    ]);
  });

  it('of a price per unit is the same in any way of saying it', () => {
    const wanted: Expected = { unit_price: { amount: 2300, currency: 'eur', quantity: 1, unit: 'kg' } };
    const read = (amount: number) => offer({ unitPrice: { amount, currency: 'eur', quantity: 100, unit: 'g' } });
    expect(verdicts(wanted, read(230))).toEqual(['unit_price right']);
    expect(verdicts(wanted, read(231))).toEqual(['unit_price wrong']);
  });
});

describe('the figures', () => {
  it('count an invented price against precision alone, and a wrong one against both', () => {
    const judged = (wanted: Expected | null, reading: PageReading): JudgedPage => {
      const page = labelled(wanted, ['captcha']);
      return { labelled: page, reading, judgements: judgeReading(page, reading), milliseconds: 1 };
    };
    const read = offer({ price: { ...price, upper: null } });
    const pages = [judged({ price }, read), judged({ price: { ...price, amount: 1 } }, read), judged(null, read)];
    expect(figuresOf(pages, 'price')).toMatchObject({ right: 1, wrong: 2, missed: 0, precision: 1 / 3, recall: 1 / 2 });
  });
});

describe('the set', () => {
  const [open, heldOut] = [readLabelledPages('open'), readLabelledPages('held-out')];

  it('is wide enough to mean something', () => {
    const all = [...open, ...heldOut];
    expect(all.length).toBeGreaterThanOrEqual(290);
    expect(new Set(all.map(({ hints }) => hints.locale)).size).toBeGreaterThanOrEqual(16);
    expect(all.filter(({ label }) => label.expect === null).length).toBeGreaterThanOrEqual(40);
    expect(heldOut.length).toBeGreaterThan(all.length / 3);
  });

  it('holds out whole sites', () => {
    const siteOf = ({ label }: (typeof open)[number]) => label.page.split('/')[0];
    const known = new Set(open.map(siteOf));
    expect(heldOut.filter((page) => known.has(siteOf(page)))).toEqual([]);
  });
});
