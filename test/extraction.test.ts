/** The reader is held to the labelled pages, of those that were held out too. What it misses: `npm run bench:extraction`. */
import { describe, expect, it } from '@jest/globals';
import { readLabelledPages } from '../bench/extraction/labelled-pages.ts';
import {
  figuresOf,
  judgePage,
  judgePages,
  LEAST_PRECISION,
  LEAST_RECALL,
  localeFigures,
} from '../bench/extraction/measure-extraction.ts';

const sets = { open: judgePages('open'), 'held-out': judgePages('held-out') };
const all = Object.values(sets).flat();

describe.each(Object.entries(sets))('%s pages', (_, pages) => {
  it('give hardly a wrong price, and nearly all that are there', () => {
    const { precision, recall } = figuresOf(pages, 'price');
    expect(precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
    expect(recall).toBeGreaterThanOrEqual(LEAST_RECALL);
  });

  it('are never said to be out of stock when they are not', () => {
    const { precision, recall } = figuresOf(pages, 'availability');
    expect(precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
    expect(recall).toBeGreaterThanOrEqual(LEAST_RECALL);
  });

  it('that say nothing are told by the right reason', () => {
    expect(figuresOf(pages, 'reason').precision).toBeGreaterThanOrEqual(0.95);
  });
});

describe('all pages', () => {
  it('are read as well in every language', () => {
    const poor = localeFigures(all).filter(
      ({ wrong, missed, pages }) => wrong > pages / 20 || missed > Math.max(1, pages / 20),
    );
    expect(poor).toEqual([]);
  });

  it.each(['gtin', 'brand', 'sku', 'seller', 'condition'] as const)('say nothing wrong of %s', (field) => {
    expect(figuresOf(all, field).precision).toBeGreaterThanOrEqual(LEAST_PRECISION);
  });

  it.each(['list_price', 'unit_price', 'pack_count'] as const)('say hardly anything wrong of %s', (field) => {
    expect(figuresOf(all, field).precision).toBeGreaterThanOrEqual(0.95);
  });
});

const JSON_LD = /<script[^>]*ld\+json[^>]*>[\s\S]*?<\/script>/g;
const RELATED = /<section class="related"[\s\S]*?<\/section>/;

/** What may cost a value, and must not make a wrong one. */
const DAMAGES: Readonly<Record<string, (html: string) => string>> = {
  'without JSON-LD': (html) => html.replace(JSON_LD, ''),
  'without meta tags': (html) => html.replace(/<meta[^>]*>/g, ''),
  'with other products and their data first': (html) => {
    const blocks = [...html.matchAll(JSON_LD)].map(([block]) => block);
    const turned = html.replace(JSON_LD, () => blocks.pop()!);
    const [related = ''] = RELATED.exec(turned) ?? [];
    return turned.replace(related, '').replace(/<main[^>]*>/, (main) => main + related);
  },
  'cut off in the middle': (html) => html.slice(0, html.length * 0.6),
};

describe('damaged pages', () => {
  const labelled = [...readLabelledPages('open'), ...readLabelledPages('held-out')];

  it.each(Object.entries(DAMAGES))('%s say less, and hardly anything wrong', (_, damage) => {
    const pages = labelled.map((each) => judgePage({ ...each, page: { ...each.page, html: damage(each.page.html) } }));
    const { precision, recall } = figuresOf(pages, 'price');
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThan(0.5);
  });
});
