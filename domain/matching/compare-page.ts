/** A page beside a variant of ours: what ties them, what speaks for it, what against, and a score that only suggests. */
import { brandObjection, type Objection, objectionsTo, titleOf } from './guards.ts';
import { compareGtin, isSameMpn } from './identifiers.ts';
import type { MatchReason, OurVariant, Setting } from './match.ts';
import type { PageFacts } from './page-facts.ts';
import { isSameBrand, nameWords } from './same-name.ts';
import { compareTitles, type TitleComparison } from './score-titles.ts';
import { fold } from './title-text.ts';

export interface Comparison {
  /** What ties them by itself, as long as nothing objects. */
  linksBy: 'gtin' | 'mpn' | null;
  /** 0 to 1. */
  score: number;
  reasons: readonly MatchReason[];
  objections: readonly Objection[];
}

export function comparePage(ours: OurVariant, page: PageFacts, setting: Setting): Comparison {
  const gtin = compareGtin(ours, page);
  const isSameNumber = isSameMpn(ours, page);
  const titles = compareTitles(titleOf(ours), page.title, { ours: ours.mpn ?? undefined, theirs: page.mpn });
  const brand = compareBrands(ours, page);
  const ratio = priceRatio(ours, page, setting);
  const accessory = isAccessoryOfOne(titleOf(ours), page.title);
  const linksBy = gtin === 'same' ? 'gtin' : isSameNumber ? 'mpn' : null;
  const objections = [
    ...(gtin === 'different'
      ? [{ guard: 'gtin' as const, text: `The page has the GTIN ${page.gtin}, ours is ${ours.barcode}.` }]
      : []),
    ...(linksBy === 'gtin' ? [] : [brandObjection(ours, page)].filter((each) => each !== undefined)),
    ...objectionsTo(ours, page, setting),
  ];
  const reasons = [
    ...(gtin === 'same' ? [reason('match', 'gtin', `The page has our GTIN ${page.gtin}.`)] : []),
    ...(isSameNumber ? [reason('match', 'mpn', `The page has our maker's number ${page.mpn}.`)] : []),
    ...titleReasons(titles, brand, ours, page),
    ...priceReasons(ratio),
    ...(accessory ? [reason('against', 'accessory', 'One of the titles is of something for the other.')] : []),
    ...objections.map(({ guard, text }) => reason('against', guard, text)),
  ];
  const score = scoreOf({ titles, brand, ratio, accessory, linksBy });
  return { linksBy, score, reasons, objections };
}

const reason = (side: MatchReason['for'], kind: MatchReason['kind'], text: string): MatchReason => ({
  for: side,
  kind,
  text,
});

type Brands = 'same' | 'different' | 'unknown';

/** By what the page names its maker, or by our brand in its title. */
function compareBrands(ours: OurVariant, page: PageFacts): Brands {
  if (ours.brand && page.brand) return isSameBrand(ours.brand, page.brand) ? 'same' : 'different';
  const [brand, title] = ours.brand ? [ours.brand, page.title] : [page.brand, titleOf(ours)];
  if (!brand) return firstWord(titleOf(ours)) === firstWord(page.title) ? 'same' : 'unknown';
  const words = nameWords(title);
  return nameWords(brand).every((word) => words.includes(word)) ? 'same' : 'unknown';
}

const firstWord = (title: string) => nameWords(title)[0];

/** Theirs by ours, for one of ours; undefined where they cannot be compared. */
function priceRatio(ours: OurVariant, { price }: PageFacts, { packCount }: Setting): number | undefined {
  const mine = price && ours.prices.find(({ currency }) => currency === price.currency);
  if (!price || !mine || mine.amount === 0 || price.amount === 0) return undefined;
  return price.amount / (packCount ?? 1) / mine.amount;
}

const FOR =
  /(?<!\p{L})(?:for|fur|pour|para|per|voor|for use with|compatible|kompatibel|passend|till|til|do|replacement|ersatz)(?!\p{L})/u;

function isAccessoryOfOne(ours: string, theirs: string): boolean {
  return FOR.test(fold(ours)) !== FOR.test(fold(theirs));
}

function scoreOf(of: {
  titles: TitleComparison;
  brand: Brands;
  ratio: number | undefined;
  accessory: boolean;
  linksBy: Comparison['linksBy'];
}): number {
  if (of.linksBy === 'gtin') return 0.99;
  if (of.linksBy === 'mpn') return 0.97;
  const { titles, brand, ratio, accessory } = of;
  let score = 0.55 * titles.overlap;
  if (titles.modelNumber === 'same') score += 0.3;
  if (titles.modelNumber === 'different') score -= 0.25;
  if (brand === 'same') score += 0.08;
  if (brand === 'different') score -= 0.2;
  if (ratio !== undefined) score += isSane(ratio) ? 0.05 : isOdd(ratio) ? -0.25 : 0;
  if (accessory) score -= 0.1;
  return Math.round(Math.min(Math.max(score, 0), 0.95) * 1_000) / 1_000;
}

const isSane = (ratio: number) => ratio >= 0.67 && ratio <= 1.5;
const isOdd = (ratio: number) => ratio < 0.4 || ratio > 2.5;

function titleReasons(
  { modelNumber, overlap, shared }: TitleComparison,
  brand: Brands,
  ours: OurVariant,
  page: PageFacts,
) {
  const some = shared.slice(0, 8).join(', ');
  return [
    ...(overlap >= 0.3
      ? [reason('match', 'title', `The titles share ${Math.round(overlap * 100)} % of what they say: ${some}.`)]
      : []),
    ...(overlap < 0.3 && page.title !== '' ? [reason('against', 'title', 'The titles have little in common.')] : []),
    ...(modelNumber === 'same' ? [reason('match', 'model_number', 'A model number is in both titles.')] : []),
    ...(modelNumber === 'different'
      ? [reason('against', 'model_number', 'The titles have different model numbers.')]
      : []),
    ...(brand === 'same' && (ours.brand ?? page.brand)
      ? [reason('match', 'brand', `Both are of ${ours.brand ?? page.brand}.`)]
      : []),
  ];
}

function priceReasons(ratio: number | undefined): MatchReason[] {
  if (ratio === undefined) return [];
  const percent = Math.round(ratio * 100);
  if (isSane(ratio)) return [reason('match', 'price', `Its price is ${percent} % of ours.`)];
  return isOdd(ratio) ? [reason('against', 'price', `Its price is ${percent} % of ours.`)] : [];
}
