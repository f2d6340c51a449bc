/** `orders`: everything that happened to one order. */
import type { Command } from 'commander';
import { findOrderId } from '../db/find-order-id.ts';
import { readOrderHistory } from '../db/history.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printRows } from './output.ts';

export function addOrderCommands(program: Command, context: Context): void {
  program
    .command('orders')
    .description('explain an order')
    .command('show')
    .description('every event, job, attempt, message and payment of an order, in order of time')
    .argument('<number>', 'ORD-… or the id of the order')
    .action(async (number: string, _options: object, command: Command) => {
      const rows = await withDatabase(context, async (db) => {
        const id = await findOrderId(db, number);
        if (id === undefined) throw new CliError(`There is no order ${number}.`);
        return readOrderHistory(db, id);
      });
      printRows(outputOf(context, command), rows, ['at', 'kind', 'what', 'detail']);
    });
}
