/** What a reading is worth beside what a person reads off the page. */
import type { NoObservationReason, PageFields, PageReading } from '../../domain/pages/page-reading.ts';
import type { Expected, LabelledPage, LabelledPrice } from './labelled-pages.ts';

/**
 * `right`; `wrong`: another value, or one where there is none; `missed`: nothing where there is a value; `silent`: rightly nothing.
 */
export type Verdict = 'right' | 'wrong' | 'missed' | 'silent';

export const JUDGED = [
  'price',
  'list_price',
  'unit_price',
  'availability',
  'condition',
  'seller',
  'shipping',
  'title',
  'brand',
  'gtin',
  'sku',
  'rating',
  'rating_count',
  'pack_count',
  'reason',
] as const;
export type Judged = (typeof JUDGED)[number];

export interface Judgement {
  field: Judged;
  verdict: Verdict;
  expected: unknown;
  read: unknown;
}

export function judgeReading({ label }: LabelledPage, reading: PageReading): Judgement[] {
  const { expect, acceptable = [] } = label;
  if (reading.kind === 'none') return judgeSilence(expect, acceptable, reading.reason);
  if (expect === null) return judgeInvented(acceptable, reading.fields);
  return FIELDS.filter((field) => expect[field] !== undefined).map((field) => {
    const expected = expect[field];
    const read = readOf(field, reading.fields);
    return { field, verdict: verdictOf(field, expected, read), expected, read };
  });
}

const FIELDS = JUDGED.filter((field) => field !== 'reason') as (keyof Expected)[];

/** A reason that is as right as a reading leaves the fields unjudged. */
function judgeSilence(
  expect: Expected | null,
  acceptable: readonly NoObservationReason[],
  reason: NoObservationReason,
): Judgement[] {
  const told = { field: 'reason', expected: acceptable, read: reason } as const;
  if (acceptable.includes(reason)) return [{ ...told, verdict: 'right' }];
  if (expect === null) return [{ ...told, verdict: 'wrong' }];
  return FIELDS.filter((field) => expect[field] !== undefined).map((field) => ({
    field,
    verdict: expect[field] === null ? 'silent' : 'missed',
    expected: expect[field],
    read: reason,
  }));
}

/** Of a page that says nothing, whatever is read of a price or of stock is invented. */
function judgeInvented(acceptable: readonly NoObservationReason[], fields: PageFields): Judgement[] {
  const invented = (['price', 'availability'] as const)
    .filter((field) => fields[field])
    .map((field) => ({ field, verdict: 'wrong', expected: null, read: readOf(field, fields) }) as const);
  return [{ field: 'reason', verdict: 'missed', expected: acceptable, read: 'an offer' }, ...invented];
}

function readOf(field: keyof Expected, fields: PageFields): unknown {
  if (field === 'list_price') return fields.listPrice?.value;
  if (field === 'unit_price') return fields.unitPrice?.value;
  if (field === 'rating_count') return fields.ratingCount?.value;
  if (field === 'pack_count') return fields.packCount?.value;
  return fields[field]?.value;
}

function verdictOf(field: keyof Expected, expected: unknown, read: unknown): Verdict {
  if (read === undefined) return expected === null ? 'silent' : 'missed';
  if (expected === null) return 'wrong';
  return isRight(field, expected, read) ? 'right' : 'wrong';
}

function isRight(field: keyof Expected, expected: unknown, read: unknown): boolean {
  if (field === 'price')
    return [expected].flat().some((price) => isPrice(price as LabelledPrice, read as LabelledPrice));
  if (field === 'list_price' || field === 'shipping') return (read as { amount: number }).amount === expected;
  if (field === 'unit_price') return perUnit(expected as UnitPrice) === perUnit(read as UnitPrice);
  if (field === 'title') return plain(read).startsWith(plain(expected));
  if (typeof expected === 'string') return plain(read) === plain(expected);
  return read === expected;
}

function isPrice(expected: LabelledPrice, read: LabelledPrice): boolean {
  const whole = ({ amount, currency, kind, upper }: LabelledPrice) => [amount, currency, kind, upper ?? null].join();
  return whole(expected) === whole(read);
}

const plain = (text: unknown) => String(text).toLowerCase().replace(/\s+/g, ' ').trim();

type UnitPrice = NonNullable<Expected['unit_price']>;

const BASE: Readonly<Record<string, readonly [string, number]>> = {
  kg: ['g', 1_000],
  l: ['ml', 1_000],
  m: ['cm', 100],
};

/** The same in any way of saying it: 23 € a kilogram is 2.30 € for 100 g. */
function perUnit({ amount, currency, quantity, unit }: UnitPrice): string {
  const [base, times] = BASE[unit.toLowerCase()] ?? [unit.toLowerCase(), 1];
  return `${(amount / (quantity * times)).toFixed(6)} ${currency}/${base}`;
}
