/** An embedded PostgreSQL seen from outside: another process that owns it, its process number, its answers. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type SpawnedNode, spawnNode } from './spawn-node.ts';

/** Another process that owns the folder; says `started <url>` or `refused: <error>`. `prelude` runs in it first. */
export function spawnPostgresOwner(dataDir: string, prelude = ''): SpawnedNode {
  const code = `
    import { startEmbeddedPostgres } from './db/embedded-postgres.ts';
    ${prelude}
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: { fsync: 'off' } })
      .catch((error) => { console.log('refused: ' + error.name + ': ' + error.message); process.exit(1); });
    console.log('started ' + server.url);
    setInterval(() => {}, 1e6);`;
  return spawnNode(['--input-type=module', '-e', code]);
}

export function postmasterPidOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The process group: the third field after the name in parentheses (proc(5)). */
export function groupOf(pid: number): string | undefined {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-o', 'pgid=', '-p', `${pid}`])
      .toString()
      .trim();
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
}

export async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
