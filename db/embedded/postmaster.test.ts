import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findPostmaster, waitUntilReady } from './postmaster.ts';

let cluster: string;
let pidFile: string;

beforeEach(() => {
  cluster = realpathSync(mkdtempSync(join(tmpdir(), 'stockroom-postmaster-')));
  pidFile = join(cluster, 'postmaster.pid');
});

afterEach(() => rmSync(cluster, { recursive: true, force: true }));

it('waits for a process number that a starting server has not written yet', async () => {
  writeFileSync(pidFile, '');
  const found = findPostmaster(cluster);
  // Stands for the server: a process that works in the folder.
  const server = spawn('sleep', ['60'], { cwd: cluster });
  writeFileSync(pidFile, `${server.pid}\n${cluster}\n0\n5432\n`);
  expect(await found).toMatchObject({ pid: server.pid, port: 5432, status: '' });
  const exited = once(server, 'exit');
  server.kill();
  await exited;
  expect(await findPostmaster(cluster)).toBeUndefined();
});

it('removes a file whose number belongs to a process elsewhere, which PostgreSQL would take for its own', async () => {
  writeFileSync(pidFile, `${process.pid}\n${cluster}\n0\n5432\n`);
  expect(await findPostmaster(cluster)).toBeUndefined();
  expect(existsSync(pidFile)).toBe(false);
});

it('takes no file of a killed server for the word of the one that starts', async () => {
  const write = (pid: number, status: string) =>
    writeFileSync(pidFile, `${pid}\n${cluster}\n0\n5432\n\n127.0.0.1\n\n${status}\n`);
  write(2_147_483_000, 'ready');
  let isReady = false;
  const ready = waitUntilReady(cluster, process.pid, () => undefined).finally(() => {
    isReady = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(isReady).toBe(false);
  write(process.pid, 'ready');
  expect(await ready).toEqual({ pid: process.pid, port: 5432 });
});
