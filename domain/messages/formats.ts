/** Money, dates and numbers by a locale's conventions. What Intl makes is kept: making costs fifty times what using does. */
import { formatMoney, type Money } from '../money.ts';
import type { Locale } from './locales.ts';

export interface Formats {
  money(money: Money): string;
  number(value: number): string;
  /** `4.5` → `4.5 %` in the locale's way, with a sign when asked for. */
  percent(value: number, signed?: boolean): string;
  /** A day in the message's time zone, from RFC 3339; a date alone (`2026-03-01`) is that day everywhere. */
  date(time: string): string;
  dateTime(time: string): string;
  country(code: string): string;
}

const known = new Map<string, Formats>();
/** Locales are few; the time zones of recipients need not be. */
const MAX_KNOWN = 200;

/** No day begins within one, in any time zone. */
const QUARTER_HOUR_MS = 900_000;

export function formatsOf({ tag }: Locale, timeZone: string): Formats {
  const id = `${tag}/${timeZone}`;
  const found = known.get(id);
  if (found) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const made = makeFormats(tag, isTimeZone(timeZone) ? timeZone : 'UTC');
  known.set(id, made);
  return made;
}

function makeFormats(tag: string, timeZone: string): Formats {
  const numbers = new Intl.NumberFormat(tag);
  const percents = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 });
  const changes = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const days = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone });
  const plainDays = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(tag, {
    ...{ year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
    ...{ timeZone, timeZoneName: 'short' },
  });
  const countries = new Intl.DisplayNames(tag, { type: 'region', fallback: 'code' });
  const country = kept((code: string) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code));
  const written = (formatter: Intl.DateTimeFormat, time: string) => {
    const at = Date.parse(time);
    return Number.isNaN(at) ? '' : formatter.format(at);
  };
  const dayOf = kept((quarter: number) => days.format(quarter * QUARTER_HOUR_MS));
  const day = (time: string) => {
    const at = Date.parse(time);
    return Number.isNaN(at) ? '' : dayOf(Math.floor(at / QUARTER_HOUR_MS));
  };
  return {
    money: (money) => formatMoney(money, tag),
    // No country groups three digits, and all write the same ones.
    number: (value) => (Number.isInteger(value) && value >= 0 && value < 1_000 ? String(value) : numbers.format(value)),
    percent: (value, signed = false) => (signed ? changes : percents).format(value / 100),
    date: (time) => (time.length === 10 ? written(plainDays, time) : day(time)),
    dateTime: (time) => written(times, time),
    country,
  };
}

/** What was said before, of what is asked again and again: the countries that a shop sends to, the day of its orders. */
function kept<Key>(say: (key: Key) => string): (key: Key) => string {
  const said = new Map<Key, string>();
  return (key) => {
    const found = said.get(key);
    if (found !== undefined) return found;
    if (said.size >= MAX_KNOWN) said.clear();
    const made = say(key);
    said.set(key, made);
    return made;
  };
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
