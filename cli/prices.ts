/** `prices`: the looks at competitors' pages, from the machine itself. */
import type { Command } from 'commander';
import { listPageRequests } from '../db/page-requests.ts';
import { type PlanTotals, readPlanTotals, readScrapePlan } from '../db/scrape-plan.ts';
import { requestScrape } from '../db/scrapes.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

export function addPriceCommands(program: Command, context: Context): void {
  const prices = program.command('prices').description("looks at competitors' pages");
  addPlan(prices, context);
  addLook(prices, context);
  addRequests(prices, context);
}

const MOST_SITES = 10_000;

function addPlan(prices: Command, context: Context): void {
  prices
    .command('plan')
    .description("today's looks by site: what is done, waits, is late or came to nothing, and when it will be done")
    .action(async (_options: object, command: Command) => {
      const output = outputOf(context, command);
      const [sites, totals] = await withDatabase(context, (db) =>
        Promise.all([readScrapePlan(db, { limit: MOST_SITES }), readPlanTotals(db)]),
      );
      if (output.json) return printResult(output, '', { ...totals, sites });
      const rows = sites.map(({ gap_seconds, ...site }) => ({ ...site, a_minute: Math.round(600 / gap_seconds) / 10 }));
      printRows(output, rows, [
        ...(['domain', 'source', 'status', 'a_minute', 'planned', 'to_come', 'late', 'observed', 'failed'] as const),
        ...(['done_at', 'resting_until', 'rest_reason'] as const),
      ]);
      printResult(output, describe(totals), totals);
    });
}

const describe = ({ planned, to_come, observed, failed, late, resting, done_at }: PlanTotals) =>
  `${observed + failed} done (${failed} without a result), ${planned + to_come} to go, ${late} late, ${resting} site(s) resting; ` +
  `${done_at ? `done at ${done_at.toISOString()}` : 'nothing left today'}.`;

function addLook(prices: Command, context: Context): void {
  prices
    .command('look')
    .description('look at a listing now, at the pace of its site')
    .argument('<listing>', 'the id of the listing', parseId)
    .action(async (listing: string, _options: object, command: Command) => {
      const asked = await withDatabase(context, (db) => requestScrape(db, listing));
      if (!asked) throw new CliError('There is no such listing, or it has no page to look at.');
      printResult(outputOf(context, command), `Look ${asked.id} is planned.`, asked);
    });
}

function addRequests(prices: Command, context: Context): void {
  prices
    .command('requests')
    .description("what was asked of competitors' sites, newest first: when, and under which rule")
    .option('--host <host>', 'of one host, with its port where that is not the usual one')
    .option('--limit <count>', 'how many', parseCount, 50)
    .action(async ({ host, limit }: { host?: string; limit: number }, command: Command) => {
      const found = await withDatabase(context, (db) => listPageRequests(db, { host }, { limit }));
      printRows(outputOf(context, command), found.slice(0, limit), [
        ...(['at', 'kind', 'source', 'outcome', 'status', 'milliseconds', 'url', 'rule'] as const),
      ]);
    });
}
