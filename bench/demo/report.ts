/** What a run came to: as text for people, as JSON for programs. */
import type { Finding } from '../../db/invariants.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import type { Plan } from './plan-buyers.ts';
import type { Outcome } from './run-buyers.ts';
import type { Tally } from './tally.ts';

export interface Report {
  orders: number;
  seed: number;
  run: string;
  api_url: string;
  seconds: number;
  orders_per_second: number;
  all_settled: boolean;
  settled_after_seconds: number;
  tally: Tally;
  post_ms: Spread | undefined;
  post_to_paid_ms: Spread | undefined;
  last_units: { units: number; buyers: number; sold: number; held: boolean };
  failures: string[];
  invariants: Finding[];
  /** Everything settled, nobody was refused, and every invariant held. */
  held: boolean;
}

export interface Facts {
  plan: Plan;
  seed: number;
  run: string;
  apiUrl: string;
  outcome: Outcome;
  tally: Tally;
  settledSeconds: number;
  findings: Finding[];
}

export function makeReport({ plan, outcome, tally, findings, ...facts }: Facts): Report {
  const racers = plan.buyers.filter((buyer) => buyer.races).length;
  const sold = tally.last_units_sold;
  const last = { units: plan.lastUnits, buyers: racers, sold, held: sold === Math.min(plan.lastUnits, racers) };
  const allSettled = tally.settled === tally.orders;
  const whole = allSettled && outcome.failures.length === 0 && last.held;
  return {
    orders: plan.buyers.length,
    seed: facts.seed,
    run: facts.run,
    api_url: facts.apiUrl,
    seconds: outcome.seconds,
    orders_per_second: outcome.purchases.length / Math.max(outcome.seconds, 0.001),
    all_settled: allSettled,
    settled_after_seconds: facts.settledSeconds,
    tally,
    post_ms: spreadOf(outcome.purchases.map(({ postMs }) => postMs)),
    post_to_paid_ms: spreadOf(outcome.purchases.flatMap(({ paidMs }) => paidMs ?? [])),
    last_units: last,
    failures: outcome.failures.map(({ buyer, error }) => `${buyer.key}: ${error.message}`),
    invariants: findings,
    held: whole && findings.every(({ held }) => held),
  };
}

const SHOWN = 5;

/** @param colors whether the terminal shows them */
export function renderReport(report: Report, colors: boolean): string {
  const paint = (code: number) => (text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const ink = { bold: paint(1), dim: paint(2), good: paint(32), bad: paint(31) };
  return [
    '',
    ...rows(countRows(report), ink),
    '',
    ...timeRows(report, ink),
    '',
    ...lastUnitRows(report, ink),
    ...report.invariants.flatMap((finding) => findingRows(finding, ink)),
    '',
    ...troubleRows(report, ink),
    report.held ? ink.good('  Everything held.') : ink.bad('  Not everything held.'),
    '',
  ].join('\n');
}

type Ink = Record<'bold' | 'dim' | 'good' | 'bad', (text: string) => string>;

function countRows({ tally, orders, seconds, orders_per_second }: Report): [string, number, string][] {
  const speed = `of ${orders} in ${seconds.toFixed(1)} s, ${orders_per_second.toFixed(1)} a second`;
  const extra = `${tally.paid_after_decline} after a decline, ${tally.paid_after_authentication} with 3-D Secure`;
  return [
    ['accepted', tally.orders, speed],
    ['paid', tally.paid, extra],
    ['declined', tally.left_unpaid, 'and left unpaid, until they expire'],
    ['out of stock', tally.out_of_stock, ''],
    ['canceled', tally.canceled, `${tally.refunded} of them refunded`],
    ['shipped', tally.shipped, ''],
    ['delivered', tally.delivered, ''],
    ['e-mails', tally.mails, tally.mails_uncertain > 0 ? `${tally.mails_uncertain} more are uncertain, and held` : ''],
  ];
}

function rows(table: [string, number, string][], { bold, dim }: Ink): string[] {
  return table.map(([name, value, note]) =>
    `  ${name.padEnd(14)}${bold(String(value).padStart(7))}   ${dim(note)}`.trimEnd(),
  );
}

function timeRows({ post_ms, post_to_paid_ms }: Report, { dim }: Ink): string[] {
  const cell = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`.padStart(10);
  const row = (name: string, spread: Spread | undefined) =>
    spread ? [`  ${name.padEnd(14)}${[spread.p50, spread.p99, spread.max].map(cell).join('')}`] : [];
  const head = ['p50', 'p99', 'longest'].map((name) => name.padStart(10)).join('');
  return [dim(`  ${''.padEnd(14)}${head}`), ...row('POST', post_ms), ...row('POST → paid', post_to_paid_ms)];
}

const verdict = (held: boolean, { good, bad }: Ink) => (held ? good('held') : bad('BROKEN'));

function lastUnitRows({ last_units: { units, buyers, sold, held } }: Report, ink: Ink): string[] {
  if (buyers === 0) return [];
  const told = `${buyers} buyers raced for the last ${units === 1 ? 'unit' : `${units} units`}: ${sold} sold`;
  return [`  ${'–'.padEnd(3)}${told.padEnd(66)}${verdict(held, ink)}`];
}

function findingRows({ invariant, title, held, violations, examples, notes }: Finding, ink: Ink): string[] {
  const line = `  ${String(invariant).padEnd(3)}${title.padEnd(66)}${verdict(held, ink)}`;
  const more = notes.map((note) => ink.dim(`     ${note}`));
  if (held) return [line, ...more];
  const shown = examples.slice(0, SHOWN).map((example) => ink.bad(`     ${JSON.stringify(example)}`));
  return [`${line} ${violations}×`, ...more, ...shown];
}

function troubleRows({ all_settled, tally, failures }: Report, { bad }: Ink): string[] {
  const lines = failures.slice(0, SHOWN).map((failure) => bad(`  ${failure}`));
  if (failures.length > SHOWN) lines.push(bad(`  … and ${failures.length - SHOWN} more buyers in trouble`));
  if (!all_settled) {
    lines.push(bad(`  ${tally.orders - tally.settled} orders had not settled: ${tally.unsettled.join(', ')}`));
  }
  return lines;
}
