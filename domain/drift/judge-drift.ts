/**
 * When the pages of a site are no longer understood as before. A change is never taken for granted: what it says is held until a
 * person has looked.
 */
import type { NoObservationReason } from '../pages/page-reading.ts';

export type ShapeStatus = 'learned' | 'unconfirmed' | 'confirmed' | 'rejected';

/** What a site has shown before this reading. */
export interface SiteHistory {
  /** Readings that gave an offer. */
  readings: number;
  /** Null: none yet. */
  since: Date | null;
}

/** A site is new for so many readings and so many days, whichever ends first. */
const NEW_FOR_READINGS = 20;
const NEW_FOR_MS = 3 * 24 * 60 * 60 * 1_000;

/** Of a shape that the site has not shown before. While a site is new there is nothing that it could have changed from. */
export function statusOfNewShape({ readings, since }: SiteHistory, at: Date): ShapeStatus {
  const isNew = since === null || at.getTime() - since.getTime() < NEW_FOR_MS;
  return isNew && readings < NEW_FOR_READINGS ? 'learned' : 'unconfirmed';
}

const EXTRACTION_FAILURES: ReadonlySet<NoObservationReason> = new Set([
  'not_understood',
  'price_unsure',
  'not_a_product',
  'several_products',
  'wrong_currency',
]);

/** Whether a reason speaks of the page's make-up, and not of the way to it or of somebody who guards it. */
export const isExtractionFailure = (reason: NoObservationReason): boolean => EXTRACTION_FAILURES.has(reason);

/** Pages that were read before, by how they are understood at their last look. */
export interface SiteState {
  known: number;
  /** By none of these, for reasons of extraction that nobody has confirmed. */
  failing: number;
  /** In a way that waits for a person, or that one has rejected. */
  changed: number;
}

/** Of fewer pages nothing is said: one page may have gone for reasons of its own. */
const LEAST_PAGES = 3;

function isShare(pages: number, known: number, share: number): boolean {
  return known >= 2 && pages >= Math.min(LEAST_PAGES, known) && pages > known * share;
}

export const failuresRise = ({ known, failing }: SiteState): boolean => isShare(failing, known, 0.25);

/** Most of what was read is not any more: the site itself is held. */
export const hasSiteChanged = ({ known, failing, changed }: SiteState): boolean =>
  isShare(failing + changed, known, 0.5);

/** One day of a shape. */
export interface ShapeDay {
  seen: number;
  /** By field, how many had it. */
  fields: Readonly<Record<string, number>>;
}

const LEAST_LATELY = 5;
const LEAST_BEFORE = 20;
const NEARLY_ALWAYS = 0.95;

/** Fields that nearly every page of the shape had, and that none has lately. @param days newest first */
export function vanishedFields(days: readonly ShapeDay[]): string[] {
  const turn = days.findIndex((_, at) => sumOf(days.slice(0, at + 1)).seen >= LEAST_LATELY) + 1;
  const lately = sumOf(days.slice(0, turn));
  const before = sumOf(days.slice(turn));
  if (turn === 0 || before.seen < LEAST_BEFORE) return [];
  return Object.entries(before.fields)
    .filter(([field, count]) => count >= before.seen * NEARLY_ALWAYS && !lately.fields[field])
    .map(([field]) => field)
    .sort();
}

function sumOf(days: readonly ShapeDay[]): ShapeDay {
  const fields: Record<string, number> = {};
  for (const day of days)
    for (const [field, count] of Object.entries(day.fields)) fields[field] = (fields[field] ?? 0) + count;
  return { seen: days.reduce((sum, { seen }) => sum + seen, 0), fields };
}
