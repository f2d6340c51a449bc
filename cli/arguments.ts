/** How arguments are read; what does not fit is a usage error. */
import { InvalidArgumentError } from 'commander';

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('This takes a whole number.');
  return Number(text);
}

export function parseId(text: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))
    throw new InvalidArgumentError('This takes an id (a UUID).');
  return text;
}

export function parseDay(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text))
    return text;
  throw new InvalidArgumentError('This takes a day, such as 2026-11-20.');
}

export function parseTime(text: string): Date {
  const time = Date.parse(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time)) return new Date(time);
  throw new InvalidArgumentError('This takes a day or a time, such as 2026-11-20 or 2026-11-20T08:00:00Z.');
}
