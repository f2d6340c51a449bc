/** /v1/exchange-rates: what currencies are worth in each other, so that prices in several can be compared. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import { listExchangeRates, saveExchangeRates } from '../db/exchange-rates.ts';
import { convert, STALE_AFTER_DAYS } from '../domain/exchange-rates.ts';
import { invalid } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { currency, money } from './schemas.ts';

interface Context {
  db: Database;
}

export const exchangeRateRoutes = (context: Context): Route[] => [list(context), save(context), exchange(context)];

const tag = 'Prices';
const PATH = '/v1/exchange-rates';

const rate = z
  .union([z.string().regex(/^\d{1,12}(?:\.\d{1,12})?$/, 'is not a decimal number'), z.number().positive().max(1e12)])
  .transform((given) => (typeof given === 'string' ? given : decimal(given)))
  .refine((given) => Number(given) > 0, 'must be more than 0')
  .meta({ description: 'How much of `quote` one unit of `base` is worth', example: '1.0823' });

/** Without an exponent. */
const decimal = (given: number) => given.toFixed(12).replace(/\.?0+$/, '');

const given = z
  .strictObject({
    base: currency,
    quote: currency,
    rate,
    as_of: z.iso
      .datetime({ offset: true })
      .meta({ description: 'Of when the rate is; an older one replaces none that is newer' }),
  })
  .refine(({ base, quote }) => base !== quote, { message: 'is the other currency', path: ['quote'] })
  .meta({ id: 'ExchangeRateInput' });

const ratesInput = z
  .strictObject({ rates: z.array(given).min(1).max(500) })
  .superRefine(({ rates }, context) => {
    const seen = new Set<string>();
    rates.forEach(({ base, quote }, at) => {
      if (seen.has(`${base}/${quote}`))
        context.addIssue({ code: 'custom', message: 'is there twice', path: ['rates', at] });
      seen.add(`${base}/${quote}`);
    });
  })
  .meta({ id: 'ExchangeRatesInput' });

const exchangeRates = z
  .object({
    data: z.array(
      z.object({ base: z.string(), quote: z.string(), rate: z.string(), as_of: z.iso.datetime(), stale: z.boolean() }),
    ),
  })
  .meta({ id: 'ExchangeRates' });

async function show(db: Executor): Promise<Answer> {
  const staleFrom = Date.now() - STALE_AFTER_DAYS * 86_400_000;
  const data = (await listExchangeRates(db)).map(({ asOf, ...row }) => ({
    ...row,
    as_of: asOf,
    stale: asOf.getTime() < staleFrom,
  }));
  return { status: 200, body: { data } };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List exchange rates',
    scope: 'prices:read',
    responses: {
      200: { description: `All of them; stale: older than ${STALE_AFTER_DAYS} days`, schema: exchangeRates },
    },
    handle: () => show(db),
  });

const save = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: PATH,
    tag,
    summary: 'Say what currencies are worth',
    description:
      'Rates that are named are set, others stay. A pair needs one direction only; where two currencies have a rate with a third, they are compared over it.',
    scope: 'prices:write',
    body: ratesInput,
    responses: { 200: { description: 'All of them', schema: exchangeRates } },
    handle: ({ body }) =>
      db.transaction(async (tx) => {
        await saveExchangeRates(tx, body.rates);
        return show(tx);
      }),
  });

const exchange = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/convert`,
    tag,
    summary: 'What an amount is worth in another currency',
    scope: 'prices:read',
    query: z.object({
      amount: z.coerce.number().int().min(0).max(999_999_999_999).meta({ description: 'In minor units of `from`' }),
      from: currency,
      to: currency,
    }),
    responses: {
      200: {
        description: 'The amount, and how old the rate is',
        schema: z
          .object({ from: money, to: money, as_of: z.iso.datetime(), stale: z.boolean() })
          .meta({ id: 'Exchange' }),
      },
    },
    async handle({ query: { amount, from, to } }) {
      const converted = convert({ amount, currency: from }, to, await listExchangeRates(db), new Date());
      if (!converted)
        throw invalid(
          [{ pointer: 'to', code: 'rate_unknown', message: `to: no rate leads from ${from} to ${to}` }],
          422,
        );
      const { asOf, isStale, ...worth } = converted;
      return { status: 200, body: { from: { amount, currency: from }, to: worth, as_of: asOf, stale: isStale } };
    },
  });
