import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { assertClosed, isTerminal } from '../order-status.ts';
import { RETURN_STATUSES, returnTransitions } from './return-status.ts';
import { RETURN_REASONS } from './terms.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const sql = read('migrations/0034_create_returns.sql');

describe('the states of a return', () => {
  it.each([
    ['returns_status_known', RETURN_STATUSES],
    ['return_lines_reason_known', RETURN_REASONS],
  ] as const)('%s has the words of the code', (constraint, words) => {
    const check = sql.match(new RegExp(`constraint ${constraint} check \\(\\s*value in \\(([^)]*)\\)`))?.[1] ?? '';
    expect([...check.matchAll(/'(\w+)'/g)].map((match) => match[1]).sort()).toEqual([...words].sort());
  });

  it('lead only to states that there are', () => {
    expect(() => assertClosed(returnTransitions)).not.toThrow();
  });

  it('are drawn as they are', () => {
    const diagram = read('docs/returns.md').match(/%% return\n([\s\S]*?)```/)?.[1] ?? '';
    const drawn = [...diagram.matchAll(/^\s*(\S+ --> \S+?)(?::.*)?$/gm)].map((match) => match[1]!.trim());
    const moves = Object.entries(returnTransitions).flatMap(([from, targets]) =>
      targets.map((to) => `${from} --> ${to}`),
    );
    const ends = RETURN_STATUSES.filter((state) => isTerminal(returnTransitions, state)).map(
      (state) => `${state} --> [*]`,
    );
    expect(drawn.sort()).toEqual(['[*] --> requested', ...moves, ...ends].sort());
  });
});
