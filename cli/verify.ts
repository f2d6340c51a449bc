/** `verify`: asks the database what must always hold; read-only, also on a running system. */
import type { Command } from 'commander';
import { checkInvariants, type Finding } from '../db/invariants.ts';
import { parseCount } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult } from './output.ts';

interface Options {
  grace: number;
  wait: number;
  examples: number;
}

export function addVerifyCommand(program: Command, context: Context): void {
  program
    .command('verify')
    .description('check that orders, money, stock, histories and messages are whole (exit code 1: something is not)')
    .option('--grace <seconds>', 'younger work may still be under way', parseCount, 30)
    .option('--wait <seconds>', 'nothing may wait longer without an owner', parseCount, 300)
    .option('--examples <count>', 'how many to show per rule', parseCount, 3)
    .action(async ({ grace, wait, examples }: Options, command: Command) => {
      const options = { graceSeconds: grace, waitSeconds: wait, examples };
      const findings = await withDatabase(context, (db) => checkInvariants(db, options));
      printResult(outputOf(context, command), findings.flatMap(describe).join('\n'), findings);
      const broken = findings.filter(({ held }) => !held).map(({ invariant }) => invariant);
      if (broken.length > 0) throw new CliError(`Broken: ${broken.join(', ')}.`);
    });
}

function describe({ invariant, title, held, violations, examples, notes }: Finding): string[] {
  const verdict = held ? 'held' : `BROKEN ${violations}×`;
  const shown = held ? [] : examples.map((example) => `     ${JSON.stringify(example)}`);
  return [`${invariant}  ${title.padEnd(66)}${verdict}`, ...notes.map((note) => `     ${note}`), ...shown];
}
