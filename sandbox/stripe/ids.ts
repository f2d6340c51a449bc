import { randomText } from '../random-text.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
let lastMs = 0;

/**
 * A new object id such as `pi_3SYxkZ0a…`. It begins with the time, so that the index on ids grows at its end and
 * an insert costs the same after 100,000 objects.
 */
export function newId(prefix: string): string {
  lastMs = Math.max(Date.now(), lastMs + 1);
  let time = '';
  for (let rest = lastMs; rest > 0; rest = Math.floor(rest / 62)) time = ALPHABET[rest % 62] + time;
  return `${prefix}_3${time.padStart(8, '0')}${randomText(15)}`;
}
