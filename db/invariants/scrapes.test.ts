import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { observe, watchListing } from '../../test/support/observed.ts';
import { seedCompetitor, seedListing } from '../../test/support/watch-list.ts';
import { dispatchDue, planDue } from '../../workers/plan-scrapes.ts';
import { type Database, type Executor, openDatabase, statement } from '../database.ts';
import { checkInvariants } from '../invariants.ts';
import { clearScrape } from '../plan-scrapes.ts';

const old = "now() - interval '1 hour'";

describe('invariant 7 of looks', () => {
  let test: TestDatabase;
  let db: Database;
  let scrapeId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'invariants-test', max: 3 });
    await observe(db, await watchListing(db), new Date(), 1999);
    const site = await seedCompetitor(db);
    await seedListing(db, site, null);
    await planDue({ db, batches: undefined });
    await dispatchDue({ db, batches: undefined });
    const { rows } = await db.pool.query(`select id from scrapes where competitor_id = $1`, [site.id]);
    scrapeId = rows[0].id;
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  /** What the rules see after some SQL, which is undone. */
  async function rulesAfter(sql: readonly string[], more: (tx: Executor) => Promise<void> = async () => {}) {
    const rolledBack = new Error('rolled back');
    let rules: string[] = [];
    const work = async (tx: Executor) => {
      for (const [index, text] of sql.entries())
        await tx.rows(statement(`break_${sql.length}_${index}_${text.length}`, text));
      await more(tx);
      const findings = await checkInvariants(tx);
      rules = findings.flatMap(({ examples }) => examples.map((example) => (example as { rule: string }).rule));
      throw rolledBack;
    };
    await db.transaction(work).catch((error) => {
      if (error !== rolledBack) throw error;
    });
    return [...new Set(rules)];
  }

  it('holds while looks go their way', async () => expect(await rulesAfter([])).toEqual([]));

  const aged = `update scrapes set planned_for = ${old}, queued_at = ${old} where status = 'planned'`;
  it.each([
    ['due_listing_that_nobody_plans', [`update listings set due_at = ${old}`]],
    ['look_in_hand_without_a_job', [aged, `delete from outbox where queue = 'scrape-price'`]],
    [
      'look_in_hand_without_a_job',
      [
        `update scrapes set status = 'fetching', queued_at = ${old}, claimed_at = ${old} where status = 'planned'`,
        'delete from outbox',
      ],
    ],
    [
      'fetched_page_that_nobody_reads',
      [`update scrapes set status = 'fetched', claimed_at = ${old} where status = 'planned'`],
    ],
    ['late_look_that_nobody_hands_over', [aged, `update scrapes set queued_at = null where status = 'planned'`]],
    [
      'ended_look_without_an_observation',
      [`update scrapes set status = 'done', outcome = 'blocked', finished_at = now() where status = 'planned'`],
    ],
    [
      'observed_look_without_its_observation',
      [
        `update scrapes set status = 'done', outcome = 'observed', finished_at = now(), observation_id = id where status = 'planned'`,
      ],
    ],
  ])('finds %s', async (name, sql) => expect(await rulesAfter(sql)).toEqual([name]));

  it('finds look_that_waits_for_a_batch', async () => {
    const clear = async (tx: Executor) => {
      await clearScrape(tx, { id: scrapeId, attempts: 0, rule: '' });
      await tx.rows(statement('break_cleared', `update scrapes set cleared_at = ${old} where cleared_at is not null`));
    };
    expect(await rulesAfter([], clear)).toEqual(['look_that_waits_for_a_batch']);
  });

  it.each([
    [
      'a site that rests',
      [`insert into page_turns (budget, rests_until) select domain, now() + interval '1 hour' from competitors`],
    ],
    ['a site that is paused', [`update competitors set status = 'paused'`]],
  ])('leaves what waits for %s', async (_, sql) =>
    expect(await rulesAfter([aged, `update scrapes set queued_at = null where status = 'planned'`, ...sql])).toEqual(
      [],
    ),
  );
});
