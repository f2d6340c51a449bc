/** What the separators of a number say, and where they leave it open. */

/** Digits before and behind the decimal mark. */
export interface Decimal {
  readonly whole: string;
  readonly fraction: string;
}

export type NumberShape =
  | ({ readonly kind: 'sure' } & Decimal)
  /** One dot or comma before three digits: thousands, or three decimals. */
  | { readonly kind: 'open'; readonly separator: '.' | ','; readonly head: string; readonly tail: string };

const WHOLE = /^(?:0|[1-9]\d{0,11})$/;

/** Undefined for what is no number: dates, versions, telephone numbers, groups of wrong length. */
export function shapeOf(raw: string): NumberShape | undefined {
  const text = raw
    .replaceAll(/[’‘`´ʼ]/g, "'")
    .replaceAll('\u00a0', ' ')
    .replaceAll('،', ',')
    .replace(/^(?=[.,])/, '0');
  const separators = text.match(/\D/g) ?? [];
  const kinds = new Set(separators);
  if (kinds.size === 0) return sure(text, '');
  const last = separators.at(-1)!;
  const [head, tail] = [text.slice(0, text.lastIndexOf(last)), text.slice(text.lastIndexOf(last) + 1)];
  if (kinds.size > 2) return undefined;
  if (kinds.size === 2) {
    const group = separators[0]!;
    const divides = separators.filter((separator) => separator === last).length === 1 && '.,٫·'.includes(last);
    return divides ? sure(ungrouped(head, group), tail) : undefined;
  }
  return separators.length > 1 ? sure(ungrouped(text, last), '') : oneSeparator(last, head, tail);
}

function oneSeparator(separator: string, head: string, tail: string): NumberShape | undefined {
  const grouped = tail.length === 3 && /^[1-9]\d{0,2}$/.test(head);
  switch (separator) {
    case '.':
    case ',':
      return grouped ? { kind: 'open', separator, head, tail } : sure(head, tail);
    case '٫':
      return sure(head, tail);
    case '·':
      return tail.length === 2 ? sure(head, tail) : undefined;
    case "'":
      if (tail.length === 2) return sure(head, tail);
      return grouped ? sure(head + tail, '') : undefined;
    default:
      return grouped ? sure(head + tail, '') : undefined;
  }
}

function sure(whole: string | undefined, fraction: string): NumberShape | undefined {
  return whole !== undefined && WHOLE.test(whole) && fraction.length <= 6
    ? { kind: 'sure', whole, fraction }
    : undefined;
}

/** Groups of three, or India's: three at the end, two before. */
function ungrouped(text: string, separator: string): string | undefined {
  const groups = text.split(separator);
  const [first = '', ...others] = groups;
  const inThrees = /^[1-9]\d{0,2}$/.test(first) && others.every((group) => group.length === 3);
  const inTwos =
    separator === ',' &&
    /^[1-9]\d?$/.test(first) &&
    others.at(-1)?.length === 3 &&
    others.slice(0, -1).every((group) => group.length === 2);
  return (inThrees || inTwos) && !'٫·'.includes(separator) ? groups.join('') : undefined;
}

/** An integer of minor units; undefined where the number has more decimals than the currency. */
export function minorUnits({ whole, fraction }: Decimal, exponent: number): number | undefined {
  if (!/^0*$/.test(fraction.slice(exponent))) return undefined;
  return Number(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
}
