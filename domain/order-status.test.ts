import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  assertClosed,
  fulfillmentTransitions,
  isTerminal,
  orderTransitions,
  paymentTransitions,
  statesBefore,
} from './order-status.ts';

const ROOT = join(import.meta.dirname, '..');
const machines = [
  { name: 'order', column: 'status', table: orderTransitions },
  { name: 'payment', column: 'payment_status', table: paymentTransitions },
  { name: 'fulfillment', column: 'fulfillment_status', table: fulfillmentTransitions },
] as const;

describe.each(machines)('the $name states', ({ name, column, table }) => {
  const states = Object.keys(table);

  it('are the words that the database accepts', () => {
    expect(wordsOfCheck(`orders_${column}_known`)).toEqual([...states].sort());
  });

  it('begin with the default of the database', () => {
    const sql = readFileSync(join(ROOT, 'migrations/0003_create_orders.sql'), 'utf8');
    expect(sql.match(new RegExp(`^  ${column} \\w+ not null default '(\\w+)'`, 'm'))?.[1]).toBe(states[0]);
  });

  it('are all reached from the first one', () => {
    const reached = new Set<string>([states[0]!]);
    for (const state of reached)
      for (const next of (table as Readonly<Record<string, readonly string[]>>)[state] ?? []) reached.add(next);
    expect([...reached].sort()).toEqual([...states].sort());
  });

  it('are drawn as they are', () => {
    expect(movesOfDiagram(name)).toEqual(movesOfTable(table));
  });
});

it('ends an order in delivered, rejected, canceled or expired, and nowhere else', () => {
  const terminal = Object.keys(orderTransitions).filter((state) => isTerminal(orderTransitions, state));
  expect(terminal.sort()).toEqual(['canceled', 'delivered', 'expired', 'rejected']);
});

it('never lets an order that ended or was paid expire', () => {
  expect(statesBefore(orderTransitions, 'expired').sort()).toEqual(['authorized', 'awaiting_payment', 'pending']);
});

it('ships nothing that was not paid', () => {
  expect(statesBefore(orderTransitions, 'shipped')).toEqual(['paid']);
});

it('refuses a table that leads to a state it does not define', () => {
  expect(() => assertClosed({ pending: ['payed'] })).toThrow('pending leads to unknown state(s): payed');
});

/** The words of a named CHECK as the last migration that names it has it. */
function wordsOfCheck(constraint: string): string[] {
  const folder = join(ROOT, 'migrations');
  const all = readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const checks = [...all.matchAll(new RegExp(`constraint ${constraint} check \\(\\s*\\w+ in \\(([^)]*)\\)`, 'g'))];
  return [...(checks.at(-1)?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]!).sort();
}

function movesOfTable(table: Readonly<Record<string, readonly string[]>>): string[] {
  const moves = Object.entries(table).flatMap(([from, targets]) => targets.map((to) => `${from} --> ${to}`));
  const ends = Object.keys(table)
    .filter((state) => isTerminal(table, state))
    .map((state) => `${state} --> [*]`);
  return [`[*] --> ${Object.keys(table)[0]}`, ...moves, ...ends].sort();
}

/** The arrows of one diagram in docs/order-lifecycle.md, without what is written on them. */
function movesOfDiagram(name: string): string[] {
  const page = readFileSync(join(ROOT, 'docs/order-lifecycle.md'), 'utf8');
  const diagram = page.match(new RegExp(`%% ${name}\\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';
  return [...diagram.matchAll(/^\s*(\S+ --> \S+?)(?::.*)?$/gm)].map((match) => match[1]!.trim()).sort();
}
