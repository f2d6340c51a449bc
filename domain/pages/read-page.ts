/** What a fetched page says about its offer, or why it says nothing. */
import { decidePrice } from './decide-price.ts';
import type { FetchedPage } from './fetched-page.ts';
import { readJsonLd } from './json-ld.ts';
import { mergeFields } from './merge-fields.ts';
import { identityOf } from './page-identity.ts';
import { partsOf } from './page-parts.ts';
import type { Field, NoObservationReason, PageFields, PageReading, SiteHints } from './page-reading.ts';
import { reasonOfStatus } from './page-status.ts';
import { type PageTree, parsePage } from './page-tree.ts';
import { readThings } from './read-things.ts';
import type { LayerReading, ReadingContext } from './reading-context.ts';
import { visibleAmounts } from './visible-amounts.ts';
import { textRuns } from './visible-text.ts';

export function readPage(page: FetchedPage, hints: SiteHints): PageReading {
  const status = reasonOfStatus(page.status);
  if (status) return none(status, `answered ${page.status}`);
  if (!isHtml(page)) return none('not_html', page.contentType ?? 'no content type');
  const tree = parsePage(page.html);
  if (!tree) return none('too_large', `${page.html.length} characters`);
  return readTree(page, tree, { ...hints, currency: hints.currency.toLowerCase() });
}

function readTree(page: FetchedPage, tree: PageTree, hints: SiteHints): PageReading {
  const parts = partsOf(tree);
  const runs = textRuns(tree.root);
  const visible = visibleAmounts(runs, hints);
  const context: ReadingContext = { hints, identity: identityOf(page, parts), visible, at: Date.parse(page.fetchedAt) };
  const readings: LayerReading[] = [readThings(readJsonLd(parts.scripts), context)];
  return judge(readings, context);
}

function judge(readings: readonly LayerReading[], context: ReadingContext): PageReading {
  const decision = decidePrice(readings, context);
  if (decision.kind === 'price') {
    const fields = mergeFields(readings, decision.field);
    return { kind: 'offer', fields, shape: shapeOf(fields, readings) };
  }
  const shape = `none:${
    readings
      .filter(({ isProduct }) => isProduct)
      .map(({ layer }) => layer)
      .join('+') || 'nothing'
  }`;
  if (decision.kind === 'wrong_currency')
    return { kind: 'none', reason: 'wrong_currency', detail: decision.detail, shape };
  if (decision.kind === 'unsure') return { kind: 'none', reason: 'price_unsure', detail: decision.detail, shape };
  const trouble = readings.find(({ trouble }) => trouble !== undefined)?.trouble;
  if (trouble) return { kind: 'none', ...trouble, shape };
  const fields = mergeFields(readings, undefined);
  if (isGone(fields)) return { kind: 'offer', fields, shape: shapeOf(fields, readings) };
  return { kind: 'none', reason: 'not_understood', detail: 'no price was found', shape };
}

/** What is sold out needs no price to say so. */
function isGone({ availability, title }: PageFields): boolean {
  return title !== undefined && (availability?.value === 'out_of_stock' || availability?.value === 'discontinued');
}

function shapeOf({ price, availability }: PageFields, readings: readonly LayerReading[]): string {
  const place = (field: Field<unknown> | undefined) => (field ? `${field.layer}:${field.path}` : '-');
  const currency = readings.find(({ layer }) => layer === price?.layer)?.currencyPath ?? '-';
  return `${place(price)} ${currency} ${place(availability)}`;
}

function none(reason: NoObservationReason, detail: string): PageReading {
  return { kind: 'none', reason, detail, shape: `none:${reason}` };
}

function isHtml({ contentType, html }: FetchedPage): boolean {
  if (contentType !== null && !/html|xml/i.test(contentType)) return false;
  return html.slice(0, 2_000).includes('<');
}
