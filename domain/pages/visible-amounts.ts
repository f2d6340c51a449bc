/** The numbers that a visitor sees: whether an amount is on the page, and whether as a price of its product. */
import { exponentOf } from '../money.ts';
import { markAt } from '../price-text/currency-marks.ts';
import { parsePrice } from '../price-text.ts';
import type { Market } from './amounts.ts';
import { SEAM, type TextRun } from './visible-text.ts';

export interface Sighting {
  /** With a currency beside it. */
  readonly marked: boolean;
  readonly struck: boolean;
  readonly zone: TextRun['zone'];
  /** Its words say that it is no price: postage, what it was, what is asked elsewhere. */
  readonly denied: boolean;
  /** Said to be without tax. */
  readonly untaxed: boolean;
}

export interface VisiblePrice {
  readonly amount: number;
  readonly struck: boolean;
  /** Null: of a mark that does not mean the site's. */
  readonly currency: string | null;
  readonly isFrom: boolean;
  readonly untaxed: boolean;
  /** Where it is the lower end of a range. */
  readonly upper: number | undefined;
  /** Which of the page's runs of text it stands in. */
  readonly at: number;
}

export interface VisibleAmounts {
  sightings(amount: number): readonly Sighting[];
  /** Amounts that are priced in the main part, as read whole, in the order of the page. */
  readonly prices: readonly VisiblePrice[];
  /** What is asked for each month or the like, in the main part. */
  readonly monthly: readonly number[];
}

const MOST_NUMBERS = 40_000;
const MOST_PARSED = 600;
const LONGEST_PRICED = 240;
const NUMBER = /\d{1,3}(?:[ ]\d{3})+(?:[.,]\d{1,3})?(?!\d)|\d+(?:[.,'’`´٫٬]\d+)*(?:\u2063\d{2}(?!\d))?/g;

export function visibleAmounts(runs: readonly TextRun[], market: Market): VisibleAmounts {
  const exponent = exponentOf(market.currency);
  const seen = new Map<number, Sighting[]>();
  const prices: VisiblePrice[] = [];
  const monthly: number[] = [];
  let [numbers, parsed] = [0, 0];
  for (const [at, run] of runs.entries()) {
    const text = inLatin(run.text);
    if (!/\d/.test(text)) continue;
    const found = [...text.matchAll(NUMBER)].slice(0, MOST_NUMBERS - numbers);
    numbers += found.length;
    const marks = found.map(({ 0: raw, index }) => isMarkedAt(text, index, index + raw.length));
    const isMarked = marks.includes(true);
    const isPriced = isMarked && run.zone === 'main' && text.length <= LONGEST_PRICED && ++parsed <= MOST_PARSED;
    const read = isPriced ? readRun(run, text, market) : undefined;
    const denied = read?.length === 0 && marks.filter(Boolean).length === 1;
    // So much a month is no price of the thing.
    const isMonthly = denied && MONTHLY.test(text);
    const place = { struck: run.struck || isMonthly, zone: run.zone };
    for (const [nth, { 0: raw, index }] of found.entries())
      for (const amount of meanings(raw, text.slice(index, index + 40), exponent))
        note(seen, amount, {
          ...place,
          marked: marks[nth]!,
          denied: denied && marks[nth]!,
          untaxed: isUntaxed(text, index, raw),
        });
    if (isMonthly && !run.struck) monthly.push(...monthlyIn(found, marks, text, exponent));
    for (const price of read ?? []) prices.push({ ...price, struck: price.struck || run.struck, at });
  }
  return { sightings: (amount) => seen.get(amount) ?? [], prices, monthly };
}

const MONTHLY =
  /(?:\/|\bper|\bpro|\bje|\bpar|\bal|\bpor|\bp\.|\bna|\bv|×|x)\s?(?:month|mo\b|monat|mois|mes\b|mese|mês|maand|mnd|miesiąc|mies|mån|måned|md\b|kk\b|měsíc|hó\b|lună|luna|ay\b|мес|μήνα|月|jahr|year|week|woche|day|tag\b)|monatlich|\bmtl\b|monthly|par mois|mensuel|mensual|mensile|月額/iu;

/** Where its number can mean only one amount. */
function monthlyIn(
  found: readonly RegExpExecArray[],
  marks: readonly boolean[],
  text: string,
  exponent: number,
): number[] {
  const { 0: raw, index } = found[marks.indexOf(true)]!;
  const possible = meanings(raw, text.slice(index, index + 40), exponent);
  return possible.length === 1 ? possible : [];
}

const UNTAXED =
  '(?:netto|nettó|excl|exkl|ekskl|eks\\.? ?m|ex\\.? ?(?:vat|tax|btw|moms|gst)|zzgl|ohne (?:mwst|ust|steuer)|ht\\b|h\\.t|hors tax|hors tva|sin (?:iva|impuesto)|sem iva|senza iva|iva esclusa|bez (?:dph|vat)|uden moms|without (?:vat|tax)|plus vat|\\+ ?(?:vat|iva|mwst|áfa|gst)|alv 0|fără tva|税抜|税別|未税|不含税|без ндс)';
const UNTAXED_BEHIND = new RegExp(`^[^\\d]{0,8}?${UNTAXED}`, 'iu');
const UNTAXED_BEFORE = new RegExp(`${UNTAXED}[^\\d]{0,10}$`, 'iu');

function isUntaxed(text: string, start: number, raw: string): boolean {
  const end = start + raw.length;
  return (
    UNTAXED_BEHIND.test(text.slice(end, end + 30)) || UNTAXED_BEFORE.test(text.slice(Math.max(0, start - 30), start))
  );
}

const MOST_SIGHTINGS = 20;

function note(seen: Map<number, Sighting[]>, amount: number, sighting: Sighting): void {
  const known = seen.get(amount);
  if (!known) seen.set(amount, [sighting]);
  else if (known.length < MOST_SIGHTINGS) known.push(sighting);
}

/** As a whole, or in the pieces that its elements make of it. */
function readRun({ pieces }: TextRun, text: string, market: Market): Omit<VisiblePrice, 'at'>[] {
  const whole = readText(text, market);
  if (whole.length > 0 || pieces.length === 0) return whole;
  return pieces.slice(0, MOST_PIECES).flatMap((piece) => (isMarkedText(piece) ? readText(piece, market) : []));
}

const MOST_PIECES = 12;

function isMarkedText(text: string): boolean {
  return [...inLatin(text).matchAll(NUMBER)].some(({ 0: raw, index }) => isMarkedAt(text, index, index + raw.length));
}

function readText(text: string, market: Market): Omit<VisiblePrice, 'at'>[] {
  const price = parsePrice(text.replaceAll(SEAM, ' '), market) ?? parsePrice(joined(text), market);
  if (!price || price.amount === 0) return [];
  const { amount, currency, upper, listAmount } = price;
  const untaxed =
    price.tax === 'excluded' ||
    [...inLatin(text).matchAll(NUMBER)].some(
      ({ 0: raw, index }) => isMarkedAt(text, index, index + raw.length) && isUntaxed(text, index, raw),
    );
  const plain = { struck: false, currency, isFrom: false, upper: undefined, untaxed };
  const list = listAmount === undefined ? [] : [{ ...plain, amount: listAmount, struck: true }];
  const more = upper === undefined ? [] : [{ ...plain, amount: upper }];
  return [{ ...plain, amount, isFrom: price.kind === 'from', upper }, ...more, ...list];
}

function joined(text: string): string {
  return text.replaceAll(SEAM, '.');
}

/** All that a number may mean in minor units. */
function meanings(found: string, from: string, exponent: number): number[] {
  const [raw = '', cents] = found.split(SEAM);
  const groups = raw.split(/[^\d]/);
  const signs = raw.replaceAll(/\d/g, '');
  const last = groups.at(-1)!;
  const all: number[] = [];
  if (raw.length > 20) return all;
  const whole = groups.join('');
  // `19 99`, `19, 99`: as cents in an element of their own are often set.
  const apart =
    groups.length === 1 ? /^(?:[.,]? | [.,])(\d{2})(?![\d.,])/.exec(from.slice(raw.length))?.[1] : undefined;
  const fraction = cents ?? apart;
  if (fraction !== undefined) all.push(minor(whole, fraction, exponent));
  else if (groups.length === 1 || isGrouped(groups)) all.push(minor(whole, '', exponent));
  if (groups.length > 1 && last.length <= Math.max(exponent, 2) && isGrouped(groups.slice(0, -1)) && differs(signs))
    all.push(minor(groups.slice(0, -1).join(''), last, exponent));
  return all.filter((amount) => amount > 0 && Number.isSafeInteger(amount));
}

function isGrouped(groups: readonly string[]): boolean {
  const [first = '', ...others] = groups;
  if (others.length === 0) return true;
  return first.length <= 3 && others.at(-1)!.length === 3 && others.every(({ length }) => length === 3 || length === 2);
}

/** The sign of the fraction is not the sign of the thousands. */
function differs(signs: string): boolean {
  return signs.length < 2 || signs.at(-1) !== signs.at(-2);
}

function minor(whole: string, fraction: string, exponent: number): number {
  if (fraction.length > exponent) return /^0+$/.test(fraction.slice(exponent)) ? Number(whole) : Number.NaN;
  return Number(whole + fraction.padEnd(exponent, '0'));
}

/** A currency up to two signs before or behind. */
function isMarkedAt(text: string, start: number, end: number): boolean {
  for (let at = end; at <= end + 3 && at < text.length; at++) {
    if (markAt(text, at)) return true;
    if (!/[\s.,–—-]/.test(text[at]!)) break;
  }
  const before = text.slice(Math.max(0, start - 8), start).trimEnd();
  for (let at = before.length - 1; at >= 0 && at >= before.length - 5; at--)
    if (markAt(before, at)?.end === before.length) return true;
  return false;
}

/** The digits that shops of the languages in question use beside ours, and what is written in full width; as long as before. */
function inLatin(text: string): string {
  if (!/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff01-\uff5e￡￥￦]/.test(text)) return text;
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('￥', '¥')
    .replaceAll('￡', '£')
    .replaceAll('￦', '₩')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String((code >= 0x966 ? code - 0x966 : code) & 0xf);
    });
}
