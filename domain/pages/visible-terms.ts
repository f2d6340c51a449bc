/** What the page shows beside its price and no data says: what was asked before, per unit, whether it is there, and who sells it. */
import { formatMoney } from '../money.ts';
import { parsePrice } from '../price-text.ts';
import type { PagePrice, UnitPrice } from './page-reading.ts';
import { type Candidate, type Candidates, marketOf, type ReadingContext } from './reading-context.ts';
import { conditionInWords, sellerInWords } from './seller-words.ts';
import { stockInWords } from './stock-words.ts';
import { unitPriceIn } from './unit-prices.ts';
import type { TextRun } from './visible-text.ts';

/** Runs of text before and behind the price that may belong to it. */
const NEAR = 6;
/** And those that may tell who sells it. */
const ABOUT = 20;
const LONGEST = 120;
const LONGEST_STOCK = 60;
/** A former price is no more than so many times the price. */
const DEAREST = 10;

export function visibleTerms(
  price: PagePrice,
  runs: readonly TextRun[],
  context: ReadingContext,
  heading: string | undefined,
): Candidates {
  const fields: Candidates = {};
  if (heading) fields.title = { ...shown(heading, heading), path: 'heading' };
  const at = context.visible.prices.find(({ amount, struck }) => amount === price.amount && !struck)?.at;
  if (at === undefined) return fields;
  for (const run of runsNear(runs, at, NEAR)) {
    const list = fields.listPrice || price.kind !== 'exact' ? undefined : formerIn(run, price, context);
    if (list !== undefined) fields.listPrice = shown({ amount: list, currency: price.currency }, run.text);
    const unit = fields.unitPrice ? undefined : unitIn(run, price, context);
    if (unit) fields.unitPrice = shown(unit, run.text);
    const stock = fields.availability || run.text.length > LONGEST_STOCK ? undefined : stockInWords(run.text);
    if (stock) fields.availability = shown(stock, run.text);
  }
  for (const run of runsNear(runs, at, ABOUT)) {
    const seller = fields.seller ? undefined : sellerInWords(run.text);
    if (seller !== undefined) fields.seller = shown(seller, run.text);
    const condition = fields.condition ? undefined : conditionInWords(run.text);
    if (condition) fields.condition = shown(condition, run.text);
  }
  return fields;
}

/** The nearest first. */
function runsNear(runs: readonly TextRun[], at: number, reach: number): TextRun[] {
  const first = Math.max(0, at - reach);
  return runs
    .slice(first, at + reach + 1)
    .map((run, index) => ({ run, distance: Math.abs(first + index - at) }))
    .filter(({ run }) => run.zone === 'main' && run.text.length <= LONGEST)
    .sort((a, b) => a.distance - b.distance)
    .map(({ run }) => run);
}

/** `14,49 zł / szt.` is the price itself. */
function unitIn(run: TextRun, price: PagePrice, context: ReadingContext): UnitPrice | undefined {
  return [...run.pieces, run.text]
    .map((text) => unitPriceIn(text, marketOf(context)))
    .find((unit) => unit && !(unit.unit === 'piece' && unit.amount === price.amount));
}

function shown<T>(value: T, text: string): Candidate<T> {
  return { value, text, path: 'shown beside the price', confidence: 0.7 };
}

/** Struck through, or said to be what was asked: as it would be read in one string with the price. */
function formerIn(run: TextRun, price: PagePrice, context: ReadingContext): number | undefined {
  const market = marketOf(context);
  const alone = parsePrice(run.text, market);
  const now = formatMoney(price, market.locale);
  const amount = alone?.amount === price.amount ? alone.listAmount : run.struck ? alone?.amount : undefined;
  const together = amount ?? parsePrice(`${run.text} / ${now}`, market)?.listAmount;
  const own = amount ?? (together !== undefined && parsesTo(run.text, together, context) ? together : undefined);
  return own !== undefined && own > price.amount && own <= price.amount * DEAREST ? own : undefined;
}

/** Whether its number can mean that. */
function parsesTo(text: string, amount: number, { visible }: ReadingContext): boolean {
  return /\d/.test(text) && visible.sightings(amount).some(({ marked }) => marked);
}
