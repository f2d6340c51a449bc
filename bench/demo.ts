/**
 * npm run demo -- --orders 200: buyers of all kinds against the running system (or one that is started for them), then a
 * table of what became of them and every invariant, held or broken. Exit codes: 0 all held, 1 something did not or
 * nothing could be started, 2 a wrong option, 130 interrupted.
 */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { renderReport } from './demo/report.ts';
import { type DemoOptions, runDemo } from './demo/run-demo.ts';
import { NoSystemError, openSystem } from './running-system.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

const EX_USAGE = 2;
const EX_INTERRUPTED = 130;
const interrupt = new AbortController();

const number = (least: number, whole: boolean) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && (!whole || Number.isSafeInteger(value))) return value;
  throw new InvalidArgumentError(`Give a ${whole ? 'whole ' : ''}number from ${least} on.`);
};

const command = new Command('demo')
  .description('Places orders as a crowd of buyers would, waits for the last parcel, and checks what must hold.')
  .option('-n, --orders <count>', 'how many orders', number(1, true), 200)
  .option(
    '-r, --rate <per second>',
    'orders a second (default: as fast as the buyers get through)',
    number(0.01, false),
  )
  .option('-c, --concurrency <count>', 'buyers in the shop at a time, when there is no rate', number(1, true), 20)
  .option('-s, --seed <number>', 'which crowd: the same seed is the same buyers', number(0, true), 42)
  .option('--settle <seconds>', 'how long to wait for parcels and messages at the end', number(1, false), 120)
  .option('--json', 'print the report as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EX_USAGE))
  .parse();

interface Flags {
  orders: number;
  rate?: number;
  concurrency: number;
  seed: number;
  settle: number;
  json?: boolean;
}

process.exitCode = await main(command.opts<Flags>());

async function main(flags: Flags): Promise<number> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal());
  const say = (line: string) => process.stderr.write(`${line}\n`);
  try {
    const system = await openSystem(interrupt.signal, say);
    try {
      say(`\nStockroom demo: ${flags.orders} orders, seed ${flags.seed}, at ${system.runtime.api_url}\n`);
      const report = await runDemo(system.runtime, toOptions(flags), interrupt.signal);
      process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, wantsColors()));
      return report.held ? 0 : 1;
    } finally {
      if (system.own) say('Stopping the system that was started for this run.');
      await system.stop();
    }
  } catch (error) {
    if (interrupt.signal.aborted) {
      say('\nInterrupted. What was accepted is kept, and goes on as long as Stockroom runs.');
      return EX_INTERRUPTED;
    }
    say(error instanceof NoSystemError ? error.message : `The demo broke off: ${(error as Error).stack}`);
    return 1;
  }
}

function toOptions({ orders, rate, concurrency, seed, settle }: Flags): DemoOptions {
  const display = process.stderr.isTTY ? 'bar' : 'lines';
  return { orders, rate, concurrency, seed, settleSeconds: settle, display };
}

function wantsColors(): boolean {
  return Boolean(process.env.FORCE_COLOR) || (Boolean(process.stdout.isTTY) && !process.env.NO_COLOR);
}

/** The first signal tidies up, the second one does not wait for that. */
function onSignal(): void {
  if (interrupt.signal.aborted) process.exit(EX_INTERRUPTED);
  interrupt.abort(new Error('interrupted'));
}
