/** GET /v1/firecrawl-credits: what the month's budget has been used for, and what Firecrawl says of the account. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { readCreditFigures } from '../db/firecrawl-credits.ts';
import { defineRoute, type Route } from './route.ts';

const time = z.iso.datetime();
const count = z.int();

const credits = z
  .object({
    month: z.string().meta({ description: 'Its first day, in UTC' }),
    budget: count.nullable().meta({ description: '`STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH`; null: no stop of ours' }),
    used: count.meta({ description: 'Charged for pages that came, each booked once' }),
    reserved: count.meta({ description: 'For pages that were asked for and have not come' }),
    left: count.nullable().meta({
      description:
        'What new batches may use: 0 while Firecrawl refuses for want of credits; null: no stop of ours, and what the account has is not known',
    }),
    pages: count.meta({ description: 'That were charged' }),
    open_batches: count,
    refused_until: time.nullable().meta({ description: 'Firecrawl answered 402: nothing is asked for until then' }),
    account: z
      .object({
        remaining: count,
        plan: count.nullable(),
        period_start: time.nullable(),
        period_end: time.nullable(),
        checked_at: time,
      })
      .nullable()
      .meta({ description: 'As Firecrawl said last; null: it was not asked yet' }),
  })
  .meta({ id: 'FirecrawlCredits' });

interface Deps {
  db: Database;
  /** 0: no stop of ours. */
  creditBudget: number;
}

export function firecrawlCreditsRoute({ db, creditBudget }: Deps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/firecrawl-credits',
    tag: 'Prices',
    summary: 'Credits of Firecrawl: budget, use and account',
    description:
      'A page costs what Firecrawl says that it charged, five credits where it says nothing. Credits are reserved when pages are asked for, so that the budget is never exceeded; operations are told at 80 % and when it is used up.',
    scope: 'prices:read',
    responses: { 200: { description: 'This month', schema: credits } },
    async handle() {
      const { remaining, plan, period_start, period_end, checked_at, ...month } = await readCreditFigures(
        db,
        creditBudget,
      );
      const iso = (date: Date | null) => date?.toISOString() ?? null;
      const account =
        remaining === null || checked_at === null
          ? null
          : {
              remaining,
              plan,
              period_start: iso(period_start),
              period_end: iso(period_end),
              checked_at: iso(checked_at)!,
            };
      const left = creditBudget === 0 && account === null && month.refused_until === null ? null : month.left;
      const refused_until = iso(month.refused_until);
      const body = { ...month, left, budget: creditBudget || null, refused_until, account };
      return { status: 200, body };
    },
  });
}
