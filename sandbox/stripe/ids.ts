import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pool = Buffer.alloc(8192);
let used = pool.length;

/** `length` random characters, 0-9A-Za-z. */
export function randomText(length: number): string {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let text = '';
  for (const end = used + length; used < end; used += 1) text += ALPHABET[pool[used]! % 62];
  return text;
}

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
