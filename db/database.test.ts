import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { type Database, openDatabase, statement } from './database.ts';

const ownPid = statement('test_pid', 'select pg_backend_pid() as pid');
const cut = statement('test_cut', 'select pg_terminate_backend($1)');
const alive = statement('test_alive', 'select 1 from pg_stat_activity where pid = $1');

describe('a database whose connections are cut', () => {
  let database: TestDatabase;
  let db: Database;
  let operator: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = openDatabase({ url: database.url, applicationName: 'test' });
    operator = openDatabase({ url: database.url, applicationName: 'operator' });
  });
  afterAll(async () => {
    await Promise.all([db.close(), operator.close()]);
    await database.drop();
  });

  it('fails the transaction that was under way, not the process, and serves the next one', async () => {
    let uncaught: unknown;
    const listen = (error: unknown) => {
      uncaught = error;
    };
    process.on('uncaughtException', listen);
    const work = db.transaction(async (tx) => {
      const [row] = await tx.rows<{ pid: number }>(ownPid);
      await operator.rows(cut, [row!.pid]);
      await waitFor(async () => (await operator.rows(alive, [row!.pid])).length === 0);
      await tx.rows(ownPid);
    });
    await expect(work).rejects.toThrow();
    expect(await db.transaction((tx) => tx.rows(ownPid))).toHaveLength(1);
    process.off('uncaughtException', listen);
    expect(uncaught).toBeUndefined();
  });
});

describe('a transaction that PostgreSQL asks to try again', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const serializationFailure = () => Object.assign(new Error('could not serialize access'), { code: '40001' });

  it('is tried on the only connection there is, as if the first try had not been', async () => {
    const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
    let tries = 0;
    const result = await db.transaction(async (tx) => {
      await tx.rows(ownPid);
      if (++tries < 3) throw serializationFailure();
      return 'done';
    });
    await db.close();
    expect([result, tries]).toEqual(['done', 3]);
  });

  it('fails with the error when it is asked for ever', async () => {
    const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
    let tries = 0;
    const work = db.transaction(async () => {
      tries++;
      throw serializationFailure();
    });
    await expect(work).rejects.toMatchObject({ code: '40001' });
    await db.close();
    expect(tries).toBe(5);
  });
});
