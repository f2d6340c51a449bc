import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openStore } from './store.ts';

const count = (store: ReturnType<typeof openStore>) => store.statement('SELECT count(*) AS n FROM t').get()?.n;

describe('the sandbox store', () => {
  it('keeps what was committed when it is opened again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    const file = join(folder, 'deep', 'sandbox.db');
    const first = openStore(file);
    first.exec('CREATE TABLE t (id INTEGER)');
    first.transaction(() => first.statement('INSERT INTO t VALUES (?)').run(1));
    first.close();
    const second = openStore(file);
    expect(count(second)).toBe(1);
    second.close();
    rmSync(folder, { recursive: true });
  });

  it('rolls back the whole of nested transactions and drops their after-commit actions when one throws', () => {
    const store = openStore(':memory:');
    store.exec('CREATE TABLE t (id INTEGER)');
    let ran = 0;
    const insert = () => store.statement('INSERT INTO t VALUES (?)').run(1);
    expect(() =>
      store.transaction(() => {
        store.transaction(insert);
        store.afterCommit(() => {
          ran += 1;
        });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect([count(store), ran]).toEqual([0, 0]);
    store.transaction(() => {
      insert();
      store.afterCommit(() => {
        ran += 1;
      });
      expect(ran).toBe(0);
    });
    expect([count(store), ran]).toEqual([1, 0]);
    store.close();
    expect(ran).toBe(1);
  });

  it('commits transactions of the same moment together, and undoes only the one that throws', async () => {
    const store = openStore(':memory:');
    store.exec('CREATE TABLE t (id INTEGER)');
    const insert = () => store.statement('INSERT INTO t VALUES (?)').run(1);
    const said: string[] = [];
    store.transaction(() => {
      insert();
      store.afterCommit(() => said.push('first'));
    });
    expect(() =>
      store.transaction(() => {
        insert();
        store.afterCommit(() => said.push('undone'));
        throw new Error('stop');
      }),
    ).toThrow('stop');
    store.transaction(insert);
    // Whoever read what is not committed yet waits for it, too.
    store.afterCommit(() => said.push('reader'));
    expect(said).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([count(store), said]).toEqual([2, ['first', 'reader']]);
    store.close();
  });

  it('lets what nobody waits for wait for others', async () => {
    const store = openStore(':memory:');
    const said: string[] = [];
    store.transaction(() => store.afterCommit(() => said.push('patient')), 5_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(said).toEqual([]);
    store.transaction(() => store.afterCommit(() => said.push('hurried')));
    await new Promise((resolve) => setImmediate(resolve));
    expect(said).toEqual(['patient', 'hurried']);
    store.close();
  });
});
