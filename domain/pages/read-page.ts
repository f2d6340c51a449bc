/** What a fetched page says about its offer, or why it says nothing. */
import { packCountOf } from '../matching/measures.ts';
import { decidePrice, round } from './decide-price.ts';
import { canBeBought, doubtOf } from './doubts.ts';
import { embeddedStates } from './embedded-state.ts';
import type { FetchedPage } from './fetched-page.ts';
import { readJsonLd } from './json-ld.ts';
import { judgeStatus } from './judge-status.ts';
import { mergeFields } from './merge-fields.ts';
import { readMeta } from './meta.ts';
import { readMicrodata } from './microdata.ts';
import { readModel } from './model.ts';
import { folded, identityOf, titleAgreement } from './page-identity.ts';
import { type PageParts, partsOf } from './page-parts.ts';
import type { Field, NoObservationReason, PageFields, PageReading, SiteHints } from './page-reading.ts';
import { type PageTree, parsePage } from './page-tree.ts';
import { type Wall, wallOf } from './page-walls.ts';
import { PageZones } from './page-zones.ts';
import { readRdfa } from './rdfa.ts';
import { readThings } from './read-things.ts';
import type { LayerReading, ReadingContext } from './reading-context.ts';
import { readSelected } from './selected.ts';
import { conditionInTitle } from './seller-words.ts';
import { stateProducts } from './state-products.ts';
import { visibleAmounts } from './visible-amounts.ts';
import { visibleTerms } from './visible-terms.ts';
import { type TextRun, textRuns } from './visible-text.ts';

export function readPage(page: FetchedPage, given: SiteHints): PageReading {
  const hints = { ...given, currency: given.currency.toLowerCase(), locale: soundLocale(given.locale) };
  const status = judgeStatus(page.status);
  if (page.html.trim() === '' && status.kind === 'page') return none('not_html', 'nothing came');
  const tree = isHtml(page) ? parsePage(page.html) : undefined;
  if (status.kind !== 'page') return refused(page, tree, status.reason);
  if (!isHtml(page)) return none('not_html', page.contentType ?? 'no content type');
  if (!tree) return none('too_large', `${page.html.length} characters, or nested too deep`);
  return readTree(page, tree, hints);
}

function soundLocale(locale: string): string {
  try {
    return new Intl.Locale(locale).toString();
  } catch {
    return 'en';
  }
}

/** A bot check that comes with an error's status is one all the same. */
function refused(page: FetchedPage, tree: PageTree | undefined, reason: NoObservationReason): PageReading {
  const wall =
    tree && reason !== 'not_found' && reason !== 'gone'
      ? wallOf(page, partsOf(tree), textRuns(tree.root, new PageZones(tree.root)))
      : undefined;
  return wall?.reason === 'captcha' ? none('captcha', wall.detail) : none(reason, `answered ${page.status}`);
}

function readTree(page: FetchedPage, tree: PageTree, hints: SiteHints): PageReading {
  const parts = partsOf(tree);
  const zones = new PageZones(tree.root);
  const runs = textRuns(tree.root, zones);
  const wall = wallOf(page, parts, runs);
  const visible = visibleAmounts(runs, hints);
  const context: ReadingContext = { hints, identity: identityOf(page, parts), visible, at: Date.parse(page.fetchedAt) };
  const readings = readLayers(page, { tree, zones, parts, runs }, context);
  if (wall?.isPlain && !isOfItsName(readings, context)) return none(wall.reason, wall.detail);
  return judge({ readings, wall, runs, parts }, context);
}

interface Opened {
  readonly tree: PageTree;
  readonly zones: PageZones;
  readonly parts: PageParts;
  readonly runs: readonly TextRun[];
}

function readLayers(page: FetchedPage, { tree, zones, parts, runs }: Opened, context: ReadingContext): LayerReading[] {
  const structured = [readJsonLd(parts.scripts), readMicrodata(tree.root, zones), readRdfa(tree.root, zones)];
  const readings = structured.map((things) => readThings(things, context));
  readings.push(readMeta(parts, context));
  readings.push(readThings(stateProducts(embeddedStates(parts.scripts)), context));
  if (page.json !== null && page.json !== undefined) {
    const said = folded(
      runs
        .map(({ text }) => text)
        .join(' ')
        .slice(0, 300_000),
    );
    readings.push(readModel(page.json, said, context));
  }
  if (Object.keys(context.hints.selectors).length > 0) readings.push(readSelected(tree, zones, context));
  return readings;
}

/** Whether data names a product that the title or the heading names too: then a word in the title is the product's. */
function isOfItsName(readings: readonly LayerReading[], { identity }: ReadingContext): boolean {
  const structured = readings.filter(({ layer }) => layer !== 'meta' && layer !== 'model' && layer !== 'selector');
  return structured.some(({ fields }) => {
    const title = fields.price && fields.title?.value;
    return title !== undefined && (titleAgreement(title, identity.titles.slice(0, 1)) ?? 0) >= 0.6;
  });
}

interface Seen {
  readonly readings: readonly LayerReading[];
  readonly wall: Wall | undefined;
  readonly runs: readonly TextRun[];
  readonly parts: PageParts;
}

function judge({ readings, wall, runs, parts }: Seen, context: ReadingContext): PageReading {
  const decision = decidePrice(readings, context);
  if (decision.kind === 'price') {
    const { layer, value } = decision.field;
    const isNamed = readings.some(({ fields }) => fields.title !== undefined);
    const shown: LayerReading = {
      layer,
      fields: visibleTerms(value, runs, context, isNamed ? undefined : parts.headings[0]),
      isProduct: true,
    };
    const merged = withTitleFacts(mergeFields([...readings, shown], decision.field));
    const fields = canBeBought(parts, runs) ? withoutAbsence(merged) : merged;
    const doubt = doubtOf(value, fields.title?.value, runs, context.visible);
    if (doubt !== undefined)
      return { kind: 'none', reason: 'price_unsure', detail: doubt, shape: shapeOf(fields, readings) };
    return { kind: 'offer', fields, shape: shapeOf(fields, readings) };
  }
  const layers = readings.filter(({ isProduct }) => isProduct).map(({ layer }) => layer);
  const shape = `none:${layers.join('+') || 'nothing'}`;
  if (decision.kind === 'wrong_currency')
    return { kind: 'none', reason: 'wrong_currency', detail: decision.detail, shape };
  if (decision.kind === 'unsure') return { kind: 'none', reason: 'price_unsure', detail: decision.detail, shape };
  const trouble = readings.find(({ trouble }) => trouble !== undefined)?.trouble;
  const fields = mergeFields(readings, undefined);
  if (!trouble && isGone(fields) && !canBeBought(parts, runs))
    return { kind: 'offer', fields, shape: shapeOf(fields, readings) };
  if (wall) return none(wall.reason, wall.detail);
  if (trouble) return { kind: 'none', ...trouble, shape };
  const detail = 'no price was found';
  const showsPrices = context.visible.prices.some(({ struck }) => !struck);
  if (layers.length === 0 && !showsPrices) return { kind: 'none', reason: 'not_a_product', detail, shape };
  return { kind: 'none', reason: 'not_understood', detail, shape };
}

/** What the title says of the offer, where nothing else does. */
function withTitleFacts(fields: PageFields): PageFields {
  const { title } = fields;
  if (!title) return fields;
  const fact = <T>(value: T | undefined) =>
    value === undefined ? undefined : { ...title, value, confidence: round(title.confidence * 0.9), others: [] };
  const packCount = fields.packCount ?? fact(packCountOf(title.value));
  const condition = fields.condition ?? fact(conditionInTitle(title.value));
  return { ...fields, ...(packCount && { packCount }), ...(condition && { condition }) };
}

/** Data that call it sold out are behind, or the button is: which of them is not known. */
function withoutAbsence({ availability, ...fields }: PageFields): PageFields {
  return availability && availability.value !== 'out_of_stock' ? { ...fields, availability } : fields;
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
