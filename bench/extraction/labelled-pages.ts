/** The labelled pages of test/fixtures/pages (its README says what a label means). */
import { readFileSync } from 'node:fs';
import type { FetchedPage } from '../../domain/pages/fetched-page.ts';
import type { Availability, Condition, NoObservationReason, SiteHints } from '../../domain/pages/page-reading.ts';

export type PageSet = 'open' | 'held-out';

export interface LabelledPrice {
  amount: number;
  currency: string;
  kind: 'exact' | 'from' | 'range';
  upper?: number;
}

/** Missing: not judged. Null: not on the page. A list: readings that are equally right. */
export interface Expected {
  price?: LabelledPrice | LabelledPrice[] | null;
  list_price?: number | null;
  unit_price?: { amount: number; currency: string; quantity: number; unit: string } | null;
  availability?: Availability | null;
  condition?: Condition | null;
  seller?: string;
  shipping?: number;
  title?: string;
  brand?: string;
  gtin?: string;
  sku?: string;
  rating?: number;
  rating_count?: number;
  pack_count?: number;
}

interface Label {
  page: string;
  /** What is special about it. */
  what: string;
  url: string;
  final_url?: string;
  status?: number;
  content_type?: string;
  /** Null: the page says nothing of a price. */
  expect: Expected | null;
  /** Reasons for "no observation" that are right. */
  acceptable?: NoObservationReason[];
}

interface Site {
  name: string;
  made_with: string;
  hints: SiteHints;
}

export interface LabelledPage {
  set: PageSet;
  label: Label;
  madeWith: string;
  hints: SiteHints;
  page: FetchedPage;
}

const ROOT = new URL('../../test/fixtures/pages/', import.meta.url);

export function readLabelledPages(set: PageSet): LabelledPage[] {
  const folder = set === 'open' ? ROOT : new URL('held-out/', ROOT);
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const sites = JSON.parse(read('sites.json')) as Record<string, Site>;
  const labels = read('labels.jsonl').trim().split('\n');
  return labels.map((line) => {
    const label = JSON.parse(line) as Label;
    const { hints, made_with: madeWith } = sites[label.page.split('/')[0]!]!;
    return { set, label, madeWith, hints, page: fetched(label, read(label.page)) };
  });
}

function fetched(label: Label, html: string): FetchedPage {
  return {
    url: label.url,
    finalUrl: label.final_url ?? label.url,
    status: label.status ?? 200,
    contentType: label.content_type ?? 'text/html; charset=utf-8',
    html,
    // Fixed, so that prices that have run out stay so.
    fetchedAt: '2026-11-20T12:00:00.000Z',
    source: 'built_in',
    json: null,
    screenshotUrl: null,
    rule: 'Allow: /',
    credits: 0,
  };
}
