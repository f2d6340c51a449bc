import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findApiKey, hashKey } from '../db/api-keys.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { insertJobs, recordFailedAttempt } from '../db/outbox.ts';
import { findDueJobs, readSeen } from '../db/relay.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { spawnNode } from '../test/support/spawn-node.ts';
import { runCli } from './program.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'cli-test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const code = await runCli(args, () => ({ databaseUrl: database.url, redisUrl: undefined }), streams);
  return { code, out: out.join(''), err: err.join('') };
}

const NOBODY = '0191f0e4-7d3c-7a40-9c1d-0123456789ab';

describe('keys', () => {
  it('makes a key that works, shows it once, and lists it without it', async () => {
    const made = JSON.parse(
      (await run('keys', 'create', '--scopes', 'orders:read,stock:read', '--name', 'reports', '--json')).out,
    );
    expect(made.key).toMatch(/^sk_test_/);
    expect(await findApiKey(db, hashKey(made.key))).toMatchObject({
      id: made.id,
      scopes: ['orders:read', 'stock:read'],
    });
    const listed = await run('--json', 'keys', 'list');
    expect(listed.out).not.toContain(made.key);
    expect(JSON.parse(listed.out)).toMatchObject([{ id: made.id, name: 'reports' }]);
    expect((await run('keys', 'list')).out).toContain(made.id);
  });

  it('rotates a key once, with both working during the overlap', async () => {
    const old = JSON.parse(
      (await run('keys', 'create', '--kind', 'publishable', '--mode', 'live', '--name', 'shop', '--json')).out,
    );
    const successor = JSON.parse((await run('keys', 'rotate', old.id, '--overlap', '60', '--json')).out);
    expect(successor.key).toMatch(/^pk_live_/);
    expect(await findApiKey(db, hashKey(old.key))).toBeDefined();
    expect(await findApiKey(db, hashKey(successor.key))).toBeDefined();
    expect(await run('keys', 'rotate', old.id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('rotated before'),
    });
  });

  it('revokes a key, and says when there is none', async () => {
    const made = JSON.parse((await run('keys', 'create', '--scopes', '*', '--name', 'x', '--json')).out);
    expect((await run('keys', 'revoke', made.id)).code).toBe(0);
    expect(await findApiKey(db, hashKey(made.key))).toBeUndefined();
    expect((await run('keys', 'revoke', made.id)).code).toBe(1);
    expect((await run('keys', 'rotate', NOBODY)).code).toBe(1);
  });
});

describe('jobs', () => {
  it('lists what was given up and opens it again', async () => {
    const key = { queue: 'expire-order', jobId: 'order-x' };
    await insertJobs(db, [{ ...key, payload: { a: 1 }, orderId: undefined, availableAt: undefined }]);
    expect(await run('jobs', 'retry', key.queue, key.jobId)).toMatchObject({
      code: 1,
      err: expect.stringContaining('pending'),
    });
    const { seen } = await findDueJobs(db, await readSeen(db), 10);
    await recordFailedAttempt(db, {
      ...key,
      orderId: null,
      attempt: 1,
      outcome: 'give_up',
      error: { message: 'no luck\u001b[2J' },
    });
    const listed = await run('jobs', 'list');
    expect(listed.out).toContain('no luck');
    expect(listed.out).not.toContain('\u001b');
    expect(JSON.parse((await run('jobs', 'retry', '--all', '--json')).out)).toEqual({ retried: 1 });
    expect((await run('jobs', 'list')).out).toBe('Nothing.\n');
    expect((await findDueJobs(db, seen, 10)).jobs).toMatchObject([{ job_id: 'order-x', again: true }]);
  });
});

it('resolves exceptions', async () => {
  await openException(db, { code: 'trouble', subject: 's', orderId: null, detail: { why: 'x' } });
  const [open] = JSON.parse((await run('exceptions', 'list', '--json')).out);
  expect(open).toMatchObject({ code: 'trouble', detail: { why: 'x' } });
  expect((await run('exceptions', 'resolve', open.id, '--resolution', 'phoned them')).code).toBe(0);
  expect(JSON.parse((await run('exceptions', 'list', '--json')).out)).toEqual([]);
  expect(JSON.parse((await run('exceptions', 'list', '--all', '--json')).out)).toMatchObject([
    { resolution: 'phoned them' },
  ]);
  expect((await run('exceptions', 'resolve', open.id, '--resolution', 'again')).code).toBe(1);
});

it('says when an order is not there', async () => {
  expect(await run('orders', 'show', 'ORD-1')).toMatchObject({ code: 1, err: 'There is no order ORD-1.\n' });
  expect((await run('orders', 'show', NOBODY)).code).toBe(1);
});

it('migrates what is up to date without a change', async () => {
  expect(await run('migrate')).toMatchObject({ code: 0, out: 'The schema is up to date.\n' });
});

it.each([
  [[]],
  [['nonsense']],
  [['keys']],
  [['keys', 'create', '--scopes', 'orders:read']],
  [['keys', 'create', '--name', 'x']],
  [['keys', 'create', '--name', 'x', '--scopes', 'orders:eat']],
  [['keys', 'create', '--name', 'x', '--kind', 'publishable', '--scopes', 'orders:read']],
  [['keys', 'create', '--name', 'x', '--kind', 'golden']],
  [['keys', 'revoke', '7']],
  [['jobs', 'retry']],
  [['jobs', 'retry', 'q', 'j', '--all']],
  [['jobs', 'list', '--limit', 'many']],
  [['exceptions', 'resolve', NOBODY]],
  [['keys', 'list', '--loud']],
])('ends with 2 when used wrongly: %j', async (args) => {
  const { code, out, err } = await run(...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).not.toBe('');
});

it.each([[['--help']], [['keys', '--help']], [['keys', 'create', '--help']], [['jobs', 'retry', '--help']]])(
  'helps: %j',
  async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(out).toContain('Usage: stockroom');
  },
);

describe('the process', () => {
  it('says where it looked when there is no database', async () => {
    const cli = spawnNode(['cli/main.ts', 'keys', 'list'], { STOCKROOM_DATA_DIR: '/nowhere' });
    expect(await cli.exited).toMatchObject({ code: 2 });
    expect(cli.lines.join('\n')).toContain('set DATABASE_URL, or run `npm start`');
  });

  it('fails with one sentence when the database does not answer', async () => {
    const cli = spawnNode(['cli/main.ts', 'keys', 'list'], { DATABASE_URL: 'postgres://127.0.0.1:1/x' });
    expect(await cli.exited).toMatchObject({ code: 1 });
    expect(cli.lines.join('\n')).toContain('ECONNREFUSED');
    expect(cli.lines.join('\n')).not.toContain(' at ');
  });

  it('works on the database of its environment', async () => {
    const cli = spawnNode(['cli/main.ts', 'keys', 'list', '--json'], { DATABASE_URL: database.url });
    expect(await cli.exited).toMatchObject({ code: 0 });
    expect(Array.isArray(JSON.parse(cli.lines.join('\n')))).toBe(true);
  });
});
