import type { Recurring } from './types.ts';

type Span = Pick<Recurring, 'interval' | 'interval_count'>;

export const DAY = 86_400;
const DAYS = { day: 1, week: 7 } as const;
const MONTHS = { month: 1, year: 12 } as const;

/** The anchor moved by `count` spans; a day that its month lacks becomes the month's last, without moving later ones. */
export function addSpans(anchor: number, span: Span, count: number): number {
  const { interval, interval_count: every } = span;
  if (interval === 'day' || interval === 'week') return anchor + count * every * DAYS[interval] * DAY;
  return addMonths(anchor, count * every * MONTHS[interval]);
}

export function addMonths(time: number, months: number): number {
  const from = new Date(time * 1000);
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const days = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
  month.setUTCDate(Math.min(from.getUTCDate(), days));
  return month.getTime() / 1000 + (((time % DAY) + DAY) % DAY);
}

/** The first end of a period after `time`, counted from the anchor, which may lie in the future. */
export function nextPeriodEnd(anchor: number, span: Span, time: number): number {
  const length = addSpans(0, span, 1);
  let count = Math.floor((time - anchor) / length) - 1;
  while (addSpans(anchor, span, count) <= time) count += 1;
  while (addSpans(anchor, span, count - 1) > time) count -= 1;
  return addSpans(anchor, span, count);
}
