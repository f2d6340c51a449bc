/** `subscriptions`: which there are, and everything that happened to one. */
import { type Command, Option } from 'commander';
import { findSubscriptionByName, readSubscriptionHistory } from '../db/subscription-history.ts';
import { findLiveLines, type SubscriptionLineRow } from '../db/subscription-lines.ts';
import { listSubscriptions, type SubscriptionRow } from '../db/subscriptions.ts';
import { toDecimal } from '../domain/money.ts';
import { type SubscriptionStatus, subscriptionTransitions } from '../domain/subscriptions/status.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printRows } from './output.ts';

interface ListOptions {
  status?: SubscriptionStatus;
  email?: string;
  sku?: string;
  limit: number;
}

export function addSubscriptionCommands(program: Command, context: Context): void {
  const subscriptions = program.command('subscriptions').description('list subscriptions and explain one');
  subscriptions
    .command('list')
    .description('subscriptions, newest first')
    .addOption(
      new Option('--status <status>', 'only those in this state').choices(Object.keys(subscriptionTransitions)),
    )
    .option('--email <address>', "only this customer's")
    .option('--sku <sku>', 'only those that deliver it')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async (options: ListOptions, command: Command) => {
      const rows = await withDatabase(context, async (db) => {
        const found = await listSubscriptions(db, options);
        const lines = await findLiveLines(
          db,
          found.map(({ id }) => id),
        );
        return found.map((row) =>
          summarize(
            row,
            lines.filter(({ subscription_id: of }) => of === row.id),
          ),
        );
      });
      printRows(outputOf(context, command), rows, [
        'number',
        'status',
        'customer',
        'each_period',
        'period_ends',
        'goods',
      ]);
    });
  subscriptions
    .command('show')
    .description('every event, change, failed attempt, invoice and message of a subscription, in order of time')
    .argument('<number>', 'SUB-… or the id of the subscription')
    .action(async (number: string, _options: object, command: Command) => {
      const rows = await withDatabase(context, async (db) => {
        const id = await findSubscriptionByName(db, number);
        if (id === undefined) throw new CliError(`There is no subscription ${number}.`);
        return readSubscriptionHistory(db, id);
      });
      printRows(outputOf(context, command), rows, ['at', 'kind', 'what', 'detail']);
    });
}

function summarize(row: SubscriptionRow, lines: SubscriptionLineRow[]) {
  const { currency, interval_unit: unit, interval_count: count } = row;
  const goods = lines.filter(({ kind }) => kind === 'goods').map(({ quantity, sku }) => `${quantity} ${sku}`);
  return {
    id: row.id,
    number: row.number,
    status: row.cancel_at_period_end ? `${row.status}, ending` : row.status,
    customer: row.customer_email,
    each_period: `${toDecimal({ amount: row.total_amount, currency })} ${currency} / ${count > 1 ? `${count} ${unit}s` : unit}`,
    period_ends: row.current_period_end,
    goods: goods.join(', '),
  };
}
