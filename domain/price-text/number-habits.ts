/** Which of dot and comma divides decimals: by the locale, else by the currency's habit and by how the price is written. */
import { exponentOf } from '../money.ts';
import type { Decimal, NumberShape } from './number-shape.ts';

/** Prices in these are whole, so three digits behind a separator are thousands. */
const WHOLE_IN_PRACTICE = new Set(
  'clp cop crc huf idr iqd irr isk jpy krw kzt lak lbp mmk mnt pyg rsd rwf tzs ugx uzs vnd xaf xof xpf'.split(' '),
);

/** A comma divides decimals where these are at home; elsewhere a dot does. The euro has both. */
const COMMA = new Set(
  'all ars azn bam bgn brl byn czk dkk dzd gel hrk kgs mad mdl mkd nok pln ron rub sek tnd try uah uyu ves zar'.split(
    ' ',
  ),
);

export interface Writing {
  readonly currency: string | null;
  /** What the mark may mean when no currency is settled. */
  readonly likely: string | undefined;
  /** `€1,234` as in English, not `1,234 €` or `€ 1,234`. */
  readonly gluedBefore: boolean;
  readonly behind: boolean;
  readonly byCode: boolean;
}

export function settled(shape: NumberShape, writing: Writing, locale: string | undefined): Decimal | undefined {
  if (shape.kind === 'sure') return shape;
  const { separator, head, tail } = shape;
  const thousands = { whole: head + tail, fraction: '' };
  const decimals = { whole: head, fraction: tail };
  const mark = locale === undefined ? undefined : decimalMarkOf(locale, writing.currency ?? 'usd');
  if (mark !== undefined) return mark === separator ? decimals : thousands;
  const currency = writing.currency ?? writing.likely;
  if (currency === undefined) return undefined;
  if (writing.currency && WHOLE_IN_PRACTICE.has(currency)) return thousands;
  if (exponentOf(currency) === 3) return separator === (COMMA.has(currency) ? ',' : '.') ? decimals : undefined;
  return isThousands(separator, currency, writing) ? thousands : undefined;
}

/** The separator that is foreign to a currency's home divides thousands; the home's own could be three decimals (`$1.234`). */
function isThousands(separator: '.' | ',', currency: string, { gluedBefore, behind, byCode }: Writing): boolean {
  if (currency === 'eur') return separator === '.' || gluedBefore;
  if (COMMA.has(currency)) return separator === '.' || byCode;
  return separator === ',' || behind;
}

const marks = new Map<string, string | undefined>();

function decimalMarkOf(locale: string, currency: string): string | undefined {
  const id = `${locale}/${currency}`;
  if (!marks.has(id)) {
    if (marks.size > 1_000) marks.clear();
    marks.set(id, askedOfIntl(locale, currency));
  }
  return marks.get(id);
}

/** As in the ASCII digits of the same page: `٫` is written `.` there. Unknown locales say nothing. */
function askedOfIntl(locale: string, currency: string): string | undefined {
  // Shops in South Africa write a dot, whatever the standard says.
  if (/^en-ZA$/i.test(locale)) return '.';
  try {
    if (Intl.NumberFormat.supportedLocalesOf(locale).length === 0) return undefined;
    const options = { style: 'currency', currency: currency.toUpperCase(), minimumFractionDigits: 2 } as const;
    const decimal = new Intl.NumberFormat(locale, options).formatToParts(1.5).find(({ type }) => type === 'decimal');
    return decimal?.value === '٫' ? '.' : decimal?.value;
  } catch {
    return undefined;
  }
}
