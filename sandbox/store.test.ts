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
    expect([count(store), ran]).toEqual([1, 1]);
    store.close();
  });
});
