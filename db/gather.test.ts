import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type Database, openDatabase, setStatement, statement } from './database.ts';
import { createGatherer } from './gather.ts';

interface Item {
  id: string;
  by: number;
}

const table = statement(
  'gather_table',
  'create table counters (id text primary key, total int not null check (total < 100))',
);
const fill = statement('gather_fill', `insert into counters select 'c' || i, 0 from generate_series(1, 50) i`);
const totals = statement('gather_totals', 'select id, total from counters where total > 0 order by id');

const count = setStatement<Item, { total: number; set_size: number }>(
  'gather_count',
  (item) => item.id,
  `with item as materialized (
     select n, id, by from json_to_recordset($1) as item (n integer, id text, by integer)
   ), raised as (
     update counters c set total = c.total + item.by from item where c.id = item.id returning c.id, c.total
   )
   select item.n, raised.total, (select count(*)::integer from item) as set_size from raised join item using (id)`,
);

describe('statements over sets', () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    await db.rows(table);
    await db.rows(fill);
  });
  afterAll(async () => {
    await db.close();
    await database.drop();
  });

  const each = (id: string, by: number) => db.each(count, { id, by });

  it('run calls of the same moment as one, and answer each with its own rows', async () => {
    const answers = await Promise.all([each('c1', 1), each('c2', 2), each('unknown', 3), each('c3', 4)]);
    expect(answers.map(([row]) => row?.total)).toEqual([1, 2, undefined, 4]);
    expect(answers[0]![0]!.set_size).toBe(4);
  });

  it('let calls of one key take turns, so that none is swallowed', async () => {
    const answers = await Promise.all([each('c4', 1), each('c4', 1), each('c4', 1)]);
    expect(answers.map(([row]) => row?.total).sort()).toEqual([1, 2, 3]);
  });

  it('fail the one that is at fault and no other, and do nothing twice', async () => {
    const settled = await Promise.allSettled([each('c5', 1), each('c6', 1_000), each('c7', 1)]);
    expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const found = await db.rows<{ id: string; total: number }>(totals);
    expect(found.filter((row) => ['c5', 'c6', 'c7'].includes(row.id))).toEqual([
      { id: 'c5', total: 1 },
      { id: 'c7', total: 1 },
    ]);
  });

  it('see the rows of an open transaction and go with it', async () => {
    await expect(
      db.transaction(async (tx) => {
        const [row] = await tx.each(count, { id: 'c8', by: 7 });
        expect(row).toMatchObject({ total: 7, set_size: 1 });
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    const [row] = await each('c8', 1);
    expect(row?.total).toBe(1);
  });

  it('refuse further calls at once while the database does not answer', async () => {
    const { each } = createGatherer(() => new Promise(() => {}));
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const early = Array.from({ length: 300 }, (_, i) => each(count, { id: `c${i}`, by: 1 }));
    for (const call of early) call.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 30));
    now.mockReturnValue(7_000);
    await expect(each(count, { id: 'c301', by: 1 })).rejects.toThrow('timeout exceeded');
    now.mockRestore();
  });

  it('are all answered before the database closes', async () => {
    const other = openDatabase({ url: database.url, applicationName: 'test-closing' });
    const calls = Array.from({ length: 250 }, (_, i) => other.each(count, { id: `c${10 + (i % 40)}`, by: 1 }));
    await other.close();
    const answers = await Promise.all(calls);
    expect(answers.every((rows) => rows.length === 1)).toBe(true);
  });
});
