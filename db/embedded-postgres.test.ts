import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { groupOf, postmasterPidOf, query, spawnPostgresOwner } from '../test/support/embedded-owner.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { findPostmaster, stopPostmaster } from './embedded/postmaster.ts';
import { isAlive } from './embedded/process-identity.ts';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres.ts';

const isRoot = process.getuid?.() === 0;
const SETTINGS = { fsync: 'off' };
let parent: string;
let dataDir: string;

/** A data folder as an earlier start left it: initdb is the slow part, so the tests that do not watch it copy this one. */
let seed: string;

beforeAll(async () => {
  seed = mkdtempSync(join(tmpdir(), 'stockroom-launcher-seed-'));
  chmodSync(seed, 0o755);
  await (await startEmbeddedPostgres({ dataDir: join(seed, 'postgres'), settings: SETTINGS })).stop();
});

afterAll(() => rmSync(seed, { recursive: true, force: true }));

function startedBefore(): void {
  mkdirSync(join(parent, 'nested'));
  execFileSync('cp', ['-a', join(seed, 'postgres'), dataDir]);
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'stockroom-launcher-'));
  chmodSync(parent, 0o755);
  dataDir = join(parent, 'nested', 'postgres');
});

afterEach(async () => {
  const left = existsSync(join(dataDir, 'data')) && (await findPostmaster(join(dataDir, 'data')));
  if (left) await stopPostmaster(left.pid);
  rmSync(parent, { recursive: true, force: true });
});

const spawnOwner = (prelude?: string) => spawnPostgresOwner(dataDir, prelude);
const postmasterPid = () => postmasterPidOf(dataDir);

/** The message of the refusal, which must be one sentence. */
async function refusal(): Promise<string> {
  const error: unknown = await startEmbeddedPostgres({ dataDir }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  const { message } = error as EmbeddedPostgresError;
  expect(message).toMatch(/^[A-Z/][^\n]*\.$/);
  return message;
}

describe('the life of an embedded PostgreSQL', () => {
  it('starts from nothing with a database for UTF-8 text, reachable from this machine alone', async () => {
    const server = await startEmbeddedPostgres({ dataDir, settings: { ...SETTINGS, work_mem: '5MB' } });
    expect(server.adopted).toBe(false);
    expect(new URL(server.url)).toMatchObject({ hostname: '127.0.0.1', pathname: '/stockroom' });
    const [row] = await query<Record<string, string>>(
      server.url,
      `select lower('ÉCLAIR ŁÓDŹ') as lower, to_tsvector('simple', 'ÉCLAIR') @@ 'éclair' as found,
         current_setting('server_version_num')::int / 10000 as major, current_setting('work_mem') as work_mem,
         current_setting('listen_addresses') as listens, current_setting('server_encoding') as encoding`,
    );
    expect(row).toEqual({
      lower: 'éclair łódź',
      found: true,
      major: 18,
      work_mem: '5MB',
      listens: '127.0.0.1',
      encoding: 'UTF8',
    });
    await server.stop();
  });

  it('keeps its password from other users and refuses a wrong one', async () => {
    startedBefore();
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    await server.stop();
  });

  it('keeps data and address over a restart, and leaves no process when it stops', async () => {
    startedBefore();
    const first = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    await query(first.url, "create table kept as select 'yes' as answer");
    const pid = postmasterPid();
    await first.stop();
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false);

    const second = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    expect(second).toMatchObject({ adopted: false, url: first.url });
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 'yes' }]);
    await second.stop();
  });

  it('stops although a client holds a transaction open', async () => {
    startedBefore();
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    const client = new pg.Client(server.url);
    client.on('error', () => {});
    await client.connect();
    await client.query('begin; create table never ()');
    const pid = postmasterPid();
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    await client.end().catch(() => {});
  });
});

describe('after a kill', () => {
  it('adopts the server of an owner that was killed', async () => {
    startedBefore();
    const owner = spawnOwner();
    const [, url] = await owner.waitForLine(/started (.*)/);
    await query(url ?? '', 'create table kept (id int)');
    const pid = postmasterPid();
    await owner.kill('SIGKILL');

    const server = await startEmbeddedPostgres({ dataDir });
    expect(server).toMatchObject({ adopted: true, url });
    expect(postmasterPid()).toBe(pid);
    expect(await query(server.url, 'select * from kept')).toEqual([]);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('adopts a server that is still starting when its owner is killed', async () => {
    startedBefore();
    const owner = spawnOwner();
    await waitFor(() => existsSync(join(dataDir, 'data/postmaster.pid')), {
      everyMs: 1,
      describe: 'a starting server',
    });
    await owner.kill('SIGKILL');
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    expect(server.adopted).toBe(true);
    await server.stop();
  });

  it('starts anew when the server was killed too, whoever has its process number now', async () => {
    startedBefore();
    const owner = spawnOwner();
    await owner.waitForLine(/started/);
    const pidFile = readFileSync(join(dataDir, 'data/postmaster.pid'), 'utf8');
    const pid = postmasterPid();
    await owner.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await waitFor(() => !isAlive(pid));
    // As after a reboot: the numbers in the files are those of somebody else, here of this very process.
    writeFileSync(join(dataDir, 'data/postmaster.pid'), pidFile.replace(/^\d+/, `${process.pid}`));
    writeFileSync(join(dataDir, 'owner.lock'), `${process.pid} of-another-boot`);

    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  it('is not reached by the Ctrl-C that ends its owner', async () => {
    startedBefore();
    const owner = spawnOwner();
    await owner.waitForLine(/started/);
    const pid = postmasterPid();
    const groups = [pid, owner.child.pid].map((each) => groupOf(each ?? 0));
    expect(groups[0]).toBe(`${pid}`);
    expect(groups[0]).not.toBe(groups[1]);
    await owner.kill('SIGINT');
    expect(isAlive(pid)).toBe(true);
  });
});

describe('what is in the way is said in one sentence', () => {
  it('refuses the folder of a live owner, and says which process that is', async () => {
    startedBefore();
    const owner = spawnOwner();
    await owner.waitForLine(/started/);
    expect(await refusal()).toContain(`another Stockroom (process ${owner.child.pid}) runs PostgreSQL on it`);
    await owner.kill('SIGKILL');
  });

  it('refuses a second start in one process', async () => {
    startedBefore();
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    expect(await refusal()).toContain('this process already runs PostgreSQL on it');
    await server.stop();
  });

  it('refuses a path on which a file lies', async () => {
    writeFileSync(join(parent, 'nested'), 'not a folder');
    expect(await refusal()).toContain(`${dataDir} cannot be written (ENOTDIR)`);
  });

  it('refuses a folder that this user may not write', async () => {
    chmodSync(parent, 0o555);
    const asNobody = isRoot ? 'process.setgid(65534); process.setuid(65534);' : '';
    const owner = spawnOwner(asNobody);
    const [line] = await owner.waitForLine(/refused: .*/);
    expect(line).toContain(`EmbeddedPostgresError: The data folder ${dataDir} cannot be written (EACCES)`);
    await owner.exited;
    chmodSync(parent, 0o755);
  });

  it('refuses data whose password is lost', async () => {
    startedBefore();
    rmSync(join(dataDir, 'password'));
    expect(await refusal()).toContain('password cannot be read');
    expect(await findPostmaster(join(dataDir, 'data'))).toBeUndefined();
  });

  it('passes on why PostgreSQL does not start, and gives the folder back', async () => {
    startedBefore();
    await expect(startEmbeddedPostgres({ dataDir, settings: { shared_buffers: 'many' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
    await (await startEmbeddedPostgres({ dataDir, settings: SETTINGS })).stop();
  });
});

if (isRoot && process.platform === 'linux') {
  it('runs as a system user when it is started by root', async () => {
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    const owner = statSync(join(dataDir, 'data')).uid;
    expect(owner).not.toBe(0);
    expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(owner);
    await server.stop();
  });

  it('keeps its files elsewhere when its user may not enter the folder of root', async () => {
    chmodSync(parent, 0o700);
    const said: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, settings: SETTINGS, log: (line) => said.push(line) });
    expect(said.join()).toContain(`may not enter ${parent}`);
    await server.stop();
    const again = await startEmbeddedPostgres({ dataDir, settings: SETTINGS });
    const [row] = await query<{ data_directory: string }>(again.url, 'show data_directory');
    await again.stop();
    expect(row?.data_directory).toMatch(/^\/var\/lib\/stockroom\//);
    rmSync(row?.data_directory ?? '', { recursive: true });
  });
}
