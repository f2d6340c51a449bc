/** The commands, without a process around them: `main` gives the environment and takes the exit code. */
import { Command, CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { addDisputeCommands } from './disputes.ts';
import { addExceptionCommands } from './exceptions.ts';
import { addFindingCommands } from './findings.ts';
import { addImageCommands } from './images.ts';
import { addJobCommands } from './jobs.ts';
import { addKeyCommands } from './keys.ts';
import { addLedgerCommands } from './ledger.ts';
import { addMessageCommands } from './messages.ts';
import { addMigrateCommand } from './migrate.ts';
import { addOrderCommands } from './orders.ts';
import { addPriceCommands } from './prices.ts';
import { addRecipientCommands } from './recipients.ts';
import { addReconcileCommand } from './reconcile.ts';
import { addReturnCommands } from './returns.ts';
import { addSubscriptionCommands } from './subscriptions.ts';
import { addVendorCommands } from './vendors.ts';
import { addVerifyCommand } from './verify.ts';
import { addWatchListCommands } from './watch-list.ts';
import { addWebhookCommands } from './webhooks.ts';

export interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
}

const EXIT_CODES = '\nExit codes: 0 done, 1 failed, 2 used wrongly.\n';

/** Runs a command line (without node and script). Returns the exit code: 0 done, 1 failed, 2 used wrongly. */
export async function runCli(args: readonly string[], target: Context['target'], streams: Streams): Promise<number> {
  const program = buildProgram({ target, write: streams.out }, streams);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said its part by now; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    streams.err(`${explain(error)}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

function buildProgram(context: Context, streams: Streams): Command {
  const program = new Command('stockroom')
    .description('Work on a Stockroom from the machine it runs on.')
    .option('--json', 'answer as JSON')
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showHelpAfterError('(--help tells what is possible)')
    .exitOverride();
  addKeyCommands(program, context);
  addMigrateCommand(program, context);
  addJobCommands(program, context);
  addExceptionCommands(program, context);
  addDisputeCommands(program, context);
  addOrderCommands(program, context);
  addReturnCommands(program, context);
  addSubscriptionCommands(program, context);
  addMessageCommands(program, context);
  addRecipientCommands(program, context);
  addLedgerCommands(program, context);
  addReconcileCommand(program, context);
  addFindingCommands(program, context);
  addImageCommands(program, context);
  addWebhookCommands(program, context);
  addWatchListCommands(program, context);
  addPriceCommands(program, context);
  addVendorCommands(program, context);
  addVerifyCommand(program, context);
  inherit(program);
  return program;
}

/** Every command takes --json, also behind its own name, and ends as the program does. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    command.option('--json', 'answer as JSON');
    inherit(command);
  }
}

/** A refused connection is an AggregateError without a message of its own. */
function explain(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: { message: string }[] };
  if (code === '42P01') return 'The database has no schema yet: run `npm run migrate` first.';
  return message || errors?.map((each) => each.message).join('; ') || String(error);
}
