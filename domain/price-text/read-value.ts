/** What an amount comes to: its currency by its marks and the hints, and an integer of minor units. */
import { exponentOf } from '../money.ts';
import type { Amount } from './amounts.ts';
import type { CurrencyMark } from './currency-marks.ts';
import { settled } from './number-habits.ts';
import { minorUnits, shapeOf } from './number-shape.ts';

export interface Hints {
  /** ISO 4217, lower case. */
  readonly currency: string | undefined;
  readonly locale: string | undefined;
}

export interface Value {
  readonly amount: number;
  readonly exponent: number;
  readonly currency: string | null;
}

/** Decimal places where no currency says how many: hundredths. */
const UNKNOWN_EXPONENT = 2;

/** Undefined for what is no number, has more decimals than the currency, or may be read in two ways. `marks`: also those of a range's other end. */
export function readValue(amount: Amount, marks: readonly CurrencyMark[], hints: Hints): Value | undefined {
  const found = currencyOf(marks, hints);
  if (found === undefined) return undefined;
  const shape = shapeOf(amount.raw);
  if (!shape) return undefined;
  const { gluedBefore, behind } = amount;
  const byCode = marks.some(({ isCode }) => isCode);
  const decimal = settled(shape, { ...found, gluedBefore, behind, byCode }, hints.locale);
  if (!decimal || (amount.cents !== undefined && decimal.fraction !== '')) return undefined;
  const exponent = found.currency === null ? UNKNOWN_EXPONENT : exponentOf(found.currency);
  // `$11.810` is thousands of another dollar rather than cents with a zero too many.
  if (shape.kind === 'open' && decimal.fraction.length > exponent) return undefined;
  const units = minorUnits({ whole: decimal.whole, fraction: amount.cents ?? decimal.fraction }, exponent);
  return units === undefined ? undefined : { amount: units, exponent, currency: found.currency };
}

/** Undefined when the marks contradict each other, or name what is no currency. */
function currencyOf(
  marks: readonly CurrencyMark[],
  hints: Hints,
): { currency: string | null; likely: string | undefined } | undefined {
  const [first, ...others] = marks;
  if (!first) return { currency: hints.currency ?? null, likely: undefined };
  const common = (of: 'codes' | 'hinted') =>
    first[of].filter((code) => others.every((mark) => mark[of].includes(code)));
  const [meant, possible] = [common('codes'), common('hinted')];
  if (hints.currency !== undefined && possible.includes(hints.currency))
    return { currency: hints.currency, likely: undefined };
  if (possible.length === 0) return undefined;
  if (meant.length === 1) return { currency: meant[0]!, likely: undefined };
  const local = localCurrency(hints.locale);
  if (local !== undefined && possible.includes(local)) return { currency: local, likely: undefined };
  return { currency: null, likely: meant[0] };
}

/** Of the countries whose marks are shared with others. */
const CURRENCY_OF: Readonly<Record<string, string>> = Object.fromEntries(
  `US:usd CA:cad AU:aud NZ:nzd MX:mxn SG:sgd HK:hkd TW:twd CL:clp CO:cop AR:ars UY:uyu DO:dop JM:jmd SE:sek NO:nok DK:dkk IS:isk JP:jpy
  CN:cny IN:inr PK:pkr LK:lkr NP:npr MU:mur RU:rub BY:byn AE:aed MA:mad SA:sar QA:qar OM:omr YE:yer IR:irr GB:gbp EG:egp RO:ron MD:mdl
  BO:bob VE:ves KW:kwd BH:bhd JO:jod IQ:iqd TN:tnd LY:lyd DZ:dzd SN:xof CI:xof CM:xaf GA:xaf PH:php CU:cup HN:hnl NI:nio MO:mop`
    .split(/\s+/)
    .map((pair) => pair.split(':') as [string, string]),
);

/** A locale's own country; a language without one only where it is at home in one country alone. */
function localCurrency(locale: string | undefined): string | undefined {
  if (locale === undefined) return undefined;
  try {
    const { language, region } = new Intl.Locale(locale);
    return (
      CURRENCY_OF[region ?? ''] ??
      { sv: 'sek', da: 'dkk', nb: 'nok', nn: 'nok', no: 'nok', is: 'isk', ja: 'jpy' }[language]
    );
  } catch {
    return undefined;
  }
}
