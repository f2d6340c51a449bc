import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type DisputeStatus, disputeTransitions, holdsMoney, isOpen, orderDisputeStatus } from './disputes.ts';
import { assertClosed } from './order-status.ts';
import { refundTransitions } from './refunds.ts';

const ROOT = join(import.meta.dirname, '..');

it.each([
  ['0004_create_payments.sql', 'refunds_status_known', refundTransitions],
  ['0013_create_disputes.sql', 'disputes_status_known', disputeTransitions],
])('the words of %s (%s) are those of the table, which leads nowhere else', (file, constraint, table) => {
  const sql = readFileSync(join(ROOT, 'migrations', file), 'utf8');
  const check = new RegExp(`constraint ${constraint} check \\(([^)]*)\\)`).exec(sql)?.[1] ?? '';
  expect([...check.matchAll(/'(\w+)'/g)].map(([, word]) => word).sort()).toEqual(Object.keys(table).sort());
  expect(() => assertClosed(table)).not.toThrow();
});

it.each<[string, Record<string, readonly string[]>]>([
  ['refund', refundTransitions],
  ['dispute', disputeTransitions],
])('the states of a %s are drawn as they are', (name, table) => {
  const page = readFileSync(join(ROOT, 'docs/order-lifecycle.md'), 'utf8');
  const diagram = page.match(new RegExp(`%% ${name}\\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';
  const drawn = [...diagram.matchAll(/^\s*(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} ${to}`);
  expect(drawn.sort()).toEqual(
    Object.entries(table)
      .flatMap(([from, targets]) => targets.map((to) => `${from} ${to}`))
      .sort(),
  );
});

it.each<[DisputeStatus[], string | null]>([
  [[], null],
  [['warning_needs_response'], 'inquiry'],
  [['warning_closed', 'won'], 'won'],
  [['lost', 'under_review'], 'open'],
  [['won', 'lost'], 'lost'],
  [['warning_closed'], 'closed'],
])('%j come to %s', (statuses, status) => {
  expect(orderDisputeStatus(statuses)).toBe(status);
});

it('holds money from the first day of a dispute until it is won, and none for an inquiry', () => {
  expect(['needs_response', 'under_review', 'lost'].every((status) => holdsMoney(status as DisputeStatus))).toBe(true);
  expect(['won', 'warning_needs_response', 'prevented'].some((status) => holdsMoney(status as DisputeStatus))).toBe(
    false,
  );
  expect([isOpen('warning_under_review'), isOpen('lost')]).toEqual([true, false]);
});
