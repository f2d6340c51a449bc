import { StripeError } from './errors.ts';

/** What a form holds: text, or a hash of more. Lists are hashes with the keys 0, 1, 2 … */
export type FormValue = string | FormHash;
export interface FormHash {
  [name: string]: FormValue;
}

const MAX_DEPTH = 8;

/**
 * Reads `a=1&b[c]=2&d[]=3&d[0]=4`, Stripe's form encoding for bodies and queries.
 * The hashes have no prototype, so `__proto__` is a name like any other.
 */
export function parseForm(text: string): FormHash {
  const form: FormHash = Object.create(null);
  if (text === '') return form;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    assign(form, name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return form;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new StripeError(400, { message: 'Invalid request: the parameters are not properly URL-encoded.' });
  }
}

function assign(form: FormHash, name: string, value: string): void {
  const open = name.indexOf('[');
  if (open <= 0) {
    form[name] = value;
    return;
  }
  const path = [
    name.slice(0, open),
    ...name
      .slice(open + 1)
      .replace(/\]$/, '')
      .split(']['),
  ];
  if (path.length > MAX_DEPTH)
    throw new StripeError(400, { message: `Invalid request: ${path[0]} is nested too deeply.` });
  let hash = form;
  for (let i = 0; i < path.length - 1; i += 1) {
    const key = path[i] === '' ? listKey(hash, path[i + 1]!) : path[i]!;
    const inner = hash[key];
    const next: FormHash = typeof inner === 'object' ? inner : Object.create(null);
    hash[key] = next;
    hash = next;
  }
  const last = path.at(-1)!;
  hash[last === '' ? String(Object.keys(hash).length) : last] = value;
}

/** `a[][x]=1&a[][y]=2` fills one entry until a name comes again; then the next entry begins. */
function listKey(hash: FormHash, next: string): string {
  const count = Object.keys(hash).length;
  const last = hash[String(count - 1)];
  return typeof last === 'object' && !(next in last) ? String(count - 1) : String(count);
}
