/** Shapes that several resources share; the same objects validate requests and make the OpenAPI document. */
import { z } from 'zod';
import { isCurrency } from '../domain/money.ts';

/** Text for people: trimmed, without control characters, bounded. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'holds control characters');

export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'is not an ISO 4217 code')
  .transform((code) => code.toLowerCase())
  .refine(isCurrency, 'is not an ISO 4217 currency')
  .meta({ description: 'ISO 4217 code', example: 'usd' });

export const money = z
  .object({ amount: z.int().meta({ description: "Integer in the currency's minor units" }), currency: z.string() })
  .meta({ id: 'Money', example: { amount: 1999, currency: 'usd' } });

/** An amount that a caller names for something of a known currency. */
export const amountOrMoney = z.union([z.int().min(1), money], {
  error: 'takes a whole number of minor units, or { amount, currency }',
});

export const sku = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\x21-\x7e]+$/, 'may hold printable ASCII without spaces');

export const metadata = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((value) => Object.keys(value).length <= 50, 'takes at most 50 members')
  .meta({ id: 'Metadata', description: 'Up to 50 members, names to 40 and values to 500 characters' });

export const uuidParams = z.object({ id: z.uuid() });

export const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(300).optional().meta({ description: 'next_cursor of the page before' }),
};

export const listOf = (id: string, item: z.ZodType) =>
  z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() }).meta({ id });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
    request_id: z.string().optional(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** A language tag, as BCP 47 writes it. */
export const locale = z
  .string()
  .max(35)
  .transform((tag, context) => {
    try {
      return Intl.getCanonicalLocales(tag)[0]!;
    } catch {
      context.addIssue('is not a language tag of BCP 47');
      return z.NEVER;
    }
  })
  .meta({ description: 'BCP 47', example: 'de-AT' });

/** Cursors are opaque to clients: base64url of what the next page starts after. */
export const encodeCursor = (after: string) => Buffer.from(after).toString('base64url');
export const decodeCursor = (cursor: string | undefined) =>
  cursor ? Buffer.from(cursor, 'base64url').toString() : undefined;

/** A page out of limit + 1 rows. */
export function toPage<R, T>(rows: R[], limit: number, cursorOf: (row: R) => string, render: (row: R) => T) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit;
  return {
    data: shown.map(render),
    has_more: hasMore,
    next_cursor: hasMore && last ? encodeCursor(cursorOf(last)) : null,
  };
}
