/** `vendors list|show|verify|suspend`: who sells in the shop, and the two moves that a person makes most. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Executor } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { findNamedVendor } from '../db/vendor-statements.ts';
import {
  findVendor,
  listVendorEvents,
  listVendors,
  moveVendor,
  type VendorMove,
  type VendorRow,
} from '../db/vendors.ts';
import { statesBefore } from '../domain/order-status.ts';
import { type VendorStatus, vendorTransitions } from '../domain/vendors/vendor.ts';
import { makeJob } from '../queues/define-queue.ts';
import { openVendorAccount } from '../queues/open-vendor-account.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

const VENDOR = 'VEN-…, its slug or its id';
const STATES = Object.keys(vendorTransitions) as VendorStatus[];

export function addVendorStates(vendors: Command, context: Context): void {
  addList(vendors, context);
  addShow(vendors, context);
  addVerify(vendors, context);
  addSuspend(vendors, context);
}

function addList(vendors: Command, context: Context): void {
  vendors
    .command('list')
    .description('newest first')
    .addOption(new Option('--status <status>').choices(STATES))
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ status, limit }: { status?: VendorStatus; limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listVendors(db, status, { limit }));
      printRows(outputOf(context, command), rows, [
        'number',
        'slug',
        'name',
        'status',
        'country',
        'email',
        'created_at',
      ]);
    });
}

async function getOne(db: Executor, name: string): Promise<VendorRow> {
  const named = await findNamedVendor(db, name);
  const vendor = named && (await findVendor(db, named.id));
  if (!vendor) throw new CliError(`There is no vendor ${name}.`);
  return vendor;
}

function addShow(vendors: Command, context: Context): void {
  vendors
    .command('show')
    .description('a vendor and its history')
    .argument('<vendor>', VENDOR)
    .action(async (name: string, _options: object, command: Command) => {
      const { vendor, events } = await withDatabase(context, async (db) => {
        const found = await getOne(db, name);
        return { vendor: found, events: await listVendorEvents(db, found.id) };
      });
      const { number, status, status_reason, account_id, payouts_enabled } = vendor;
      const why = status_reason ? ` (${status_reason})` : '';
      const account = account_id ? `account ${account_id}, payouts ${payouts_enabled ? 'on' : 'off'}` : 'no account';
      const lines = events.map(({ created_at, type, actor }) => `  ${created_at.toISOString()} ${type} by ${actor}`);
      const text = [`${number} ${vendor.name}: ${status}${why}, ${account}`, ...lines].join('\n');
      printResult(outputOf(context, command), text, { ...vendor, events });
    });
}

function addVerify(vendors: Command, context: Context): void {
  vendors
    .command('verify')
    .description('a person has looked: its account at Stripe is opened')
    .argument('<vendor>', VENDOR)
    .action((name: string, _options: object, command: Command) => {
      const move = { from: ['verifying'], to: 'onboarding', event: 'vendor.verified' } as const;
      return moveOne(context, command, name, move, (tx, { id }) =>
        insertJobs(tx, [makeJob(openVendorAccount, { vendor_id: id })]),
      );
    });
}

function addSuspend(vendors: Command, context: Context): void {
  vendors
    .command('suspend')
    .description('its products cannot be ordered for now; what was ordered goes on')
    .argument('<vendor>', VENDOR)
    .requiredOption('--reason <text>', 'why, for the vendor')
    .action((name: string, { reason }: { reason: string }, command: Command) => {
      const from = statesBefore(vendorTransitions, 'suspended');
      return moveOne(context, command, name, { from, to: 'suspended', event: 'vendor.suspended', reason });
    });
}

async function moveOne(
  context: Context,
  command: Command,
  name: string,
  move: Omit<VendorMove, 'actor'>,
  then: (tx: Executor, vendor: VendorRow) => Promise<void> = async () => {},
): Promise<void> {
  const vendor = await withDatabase(context, (db) =>
    db.transaction(async (tx) => {
      const { id, status } = await getOne(tx, name);
      const moved = await moveVendor(tx, id, { ...move, actor: 'cli' });
      if (!moved) throw new CliError(`The vendor is ${status}; that is possible from ${move.from.join(', ')}.`);
      await then(tx, moved);
      return moved;
    }),
  );
  printResult(outputOf(context, command), `${vendor.number} is ${vendor.status}.`, { ...vendor });
}
