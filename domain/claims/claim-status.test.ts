import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { CLAIM_STATUSES, claimTransitions } from './claim-status.ts';
import { type ClaimableLine, claimableUnits, judgeClaim } from './judge-claim.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the states of a claim', () => {
  it('are those of the database', async () => {
    const sql = await read('migrations/0038_create_claims.sql');
    const [, words = ''] = /claims_status_known check \(\s*value in \(([^)]*)\)/.exec(sql) ?? [];
    expect([...words.matchAll(/'(\w+)'/g)].map(([, word]) => word)).toEqual(CLAIM_STATUSES);
  });

  it('are drawn in the documentation as they are', async () => {
    const docs = await read('docs/returns.md');
    const [, diagram = ''] = /%% claim\n([\s\S]*?)```/.exec(docs) ?? [];
    const drawn = [...diagram.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`).sort();
    const meant = Object.entries(claimTransitions).flatMap(([from, next]) => next.map((to) => `${from} ${to}`));
    expect(drawn).toEqual(meant.sort());
  });
});

describe('whether goods may be claimed', () => {
  const now = new Date('2026-03-01T00:00:00Z');
  const line = (change: Partial<ClaimableLine> = {}): ClaimableLine => ({
    ...{ id: 'l', sku: 'MUG', quantity: 5, refunded: 1, claimed: 1, sent: 4, since: new Date('2026-02-01T00:00:00Z') },
    ...change,
  });

  it('counts what was sent, less what was given back or is asked for', () => {
    expect(claimableUnits(line())).toBe(2);
    expect(claimableUnits(line({ sent: 1 }))).toBe(0);
    expect(judgeClaim(line(), 2, 60, now)).toBeUndefined();
    expect(judgeClaim(line(), 3, 60, now)).toEqual({ code: 'units_exceeded', sku: 'MUG', claimable: 2 });
  });

  it('ends with its time, but not for the shop', () => {
    expect(judgeClaim(line(), 1, 20, now)).toMatchObject({ code: 'window_over', until: '2026-02-21T00:00:00.000Z' });
    expect(judgeClaim(line(), 1, null, now)).toBeUndefined();
    expect(judgeClaim(line({ since: null }), 1, null, now)).toEqual({ code: 'not_sent', sku: 'MUG' });
  });
});
