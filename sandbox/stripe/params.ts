import { badParam, StripeError } from './errors.ts';
import type { FormHash, FormValue } from './form.ts';
import type { Metadata } from './types.ts';

/** Checks one parameter and turns its text into a value; throws Stripe's refusal. `name` is as the client wrote it. */
export type Rule<T> = (value: FormValue, name: string) => T;
type Rules = Record<string, Rule<unknown>>;
type Read<R extends Rules> = { [K in keyof R]: ReturnType<R[K]> };
export type Params<R extends Rules, O extends Rules> = Read<R> & { [K in keyof O]?: ReturnType<O[K]> | undefined };

export const text =
  (max = 5000): Rule<string> =>
  (value, name) => {
    if (typeof value !== 'string') throw badParam(`Invalid string: ${JSON.stringify(value)}`, name);
    if (value.length > max) {
      throw badParam(`Invalid string: ${value.slice(0, 40)}...; must be at most ${max} characters`, name);
    }
    return value;
  };

/** An address with its scheme, http or https (or an app's own). */
export const url: Rule<string> = (value, name) => {
  const given = filled()(value, name);
  if (URL.canParse(given)) return given;
  throw badParam('Invalid URL: An explicit scheme (such as https) must be provided.', name, 'url_invalid');
};

/** Text that may not be empty. */
export const filled =
  (max = 5000): Rule<string> =>
  (value, name) => {
    if (value === '') {
      throw badParam(
        `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
        name,
        'parameter_invalid_empty',
      );
    }
    return text(max)(value, name);
  };

export const integer =
  (min = Number.MIN_SAFE_INTEGER): Rule<number> =>
  (value, name) => {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) {
      throw badParam(
        `Invalid integer: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
        name,
        'parameter_invalid_integer',
      );
    }
    if (number < min) {
      throw badParam(`This value must be greater than or equal to ${min}.`, name, 'parameter_invalid_integer');
    }
    return number;
  };

/** A number that may have decimals, such as a percentage. */
export const decimal: Rule<number> = (value, name) => {
  if (typeof value === 'string' && /^-?\d{1,15}(\.\d{1,12})?$/.test(value)) return Number(value);
  throw badParam(`Invalid decimal: ${typeof value === 'string' ? value : JSON.stringify(value)}`, name);
};

export const boolean: Rule<boolean> = (value, name) => {
  if (value === 'true' || value === 'false') return value === 'true';
  throw badParam(`Invalid boolean: ${JSON.stringify(value)}`, name);
};

export const oneOf =
  <const T extends string>(...options: T[]): Rule<T> =>
  (value, name) => {
    const found = options.find((option) => option === value);
    if (found === undefined) throw badParam(`Invalid ${name}: must be one of ${options.join(', ')}`, name);
    return found;
  };

export const list =
  <T>(rule: Rule<T>): Rule<T[]> =>
  (value, name) => {
    if (typeof value !== 'object') throw badParam('Invalid array', name);
    const keys = Object.keys(value);
    if (keys.some((key) => !/^\d{1,4}$/.test(key))) throw badParam('Invalid array', name);
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => rule(value[key]!, `${name}[${key}]`));
  };

/** The empty string, which unsets (null), or what `rule` takes. */
export const emptyOr =
  <T>(rule: Rule<T>): Rule<T | null> =>
  (value, name) =>
    value === '' ? null : rule(value, name);

/** A hash with these names and no others. */
export const hash =
  <R extends Rules, O extends Rules>(required: R, optional: O): Rule<Params<R, O>> =>
  (value, name) => {
    if (typeof value !== 'object') throw badParam('Invalid object', name);
    return readFields(value, required, optional, name);
  };

/** A hash that is taken as it comes, for options that the sandbox accepts without acting on them. */
export const anyHash: Rule<Record<string, unknown>> = (value, name) => {
  if (typeof value !== 'object') throw badParam('Invalid object', name);
  return { ...value };
};

export const timestampRange = emptyOr((value, name): { gt?: number; gte?: number; lt?: number; lte?: number } => {
  if (typeof value === 'string') return { gte: integer()(value, name), lte: integer()(value, name) };
  return hash({}, { gt: integer(), gte: integer(), lt: integer(), lte: integer() })(value, name) as object;
});

/** At most 50 keys of 40 characters, values of 500; '' for the whole unsets all (null), '' for a key unsets the key. */
export const metadata: Rule<Metadata | null> = (value, name) => {
  if (value === '') return null;
  if (typeof value !== 'object') throw badParam('Invalid object', name);
  const keys = Object.keys(value);
  if (keys.length > 50) throw badParam('Metadata can have at most 50 keys.', name);
  for (const key of keys) {
    const entry = value[key];
    if (key.length > 40) throw badParam(`Metadata keys can have up to 40 characters: ${key.slice(0, 60)}`, name);
    if (typeof entry !== 'string') throw badParam('Metadata values must be strings.', `${name}[${key}]`);
    if (entry.length > 500) throw badParam('Metadata values can have up to 500 characters.', `${name}[${key}]`);
  }
  return { ...(value as Metadata) };
};

/** The metadata after a change: '' removes a key, null removes all. */
export function mergeMetadata(current: Metadata, change: Metadata | null | undefined): Metadata {
  if (change === undefined) return current;
  if (change === null) return {};
  const merged = Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''));
  if (Object.keys(merged).length > 50) throw badParam('Metadata can have at most 50 keys.', 'metadata');
  return merged;
}

/** Reads a hash's fields, refusing unknown names first and then missing ones, as Stripe does. */
export function readFields<R extends Rules, O extends Rules>(
  form: FormHash,
  required: R,
  optional: O,
  parent = '',
): Params<R, O> {
  const read: Record<string, unknown> = {};
  const nameOf = (key: string) => (parent ? `${parent}[${key}]` : key);
  for (const key of Object.keys(form)) {
    const rule = Object.hasOwn(required, key)
      ? required[key]
      : Object.hasOwn(optional, key)
        ? optional[key]
        : undefined;
    if (!rule) throw badParam(`Received unknown parameter: ${nameOf(key)}`, nameOf(key), 'parameter_unknown');
    read[key] = rule(form[key]!, nameOf(key));
  }
  for (const key of Object.keys(required)) {
    if (!(key in read)) throw badParam(`Missing required param: ${nameOf(key)}.`, nameOf(key), 'parameter_missing');
  }
  return read as Params<R, O>;
}

export const expand = { expand: list(text()) };
export const listParams = { limit: integer(1), starting_after: text(), ending_before: text(), ...expand };

/** Stripe takes pages of 1 to 100, 10 when nothing is said. */
export function pageSize(limit: number | undefined): number {
  if (limit !== undefined && limit > 100) {
    throw new StripeError(400, {
      message: `This value must be less than or equal to 100 (it currently is '${limit}').`,
      param: 'limit',
      code: 'parameter_invalid_integer',
    });
  }
  return limit ?? 10;
}

const addressFields = {
  city: text(),
  country: text(2),
  line1: text(),
  line2: text(),
  postal_code: text(),
  state: text(),
};
export const address = hash({}, addressFields);

/** An address as an object shows it: every line, null where nothing was given. */
export const fullAddress = (
  given: Partial<Record<keyof typeof addressFields, string | undefined>> | null | undefined,
) =>
  given && {
    city: given.city || null,
    country: given.country || null,
    line1: given.line1 || null,
    line2: given.line2 || null,
    postal_code: given.postal_code || null,
    state: given.state || null,
  };

/** What changed, as it was before; what came new was null. */
export const changes = (before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(after)
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [name, before[name] ?? null]),
  );
