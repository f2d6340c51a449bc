/** A Redis of a test's own: durable or not, killed and restarted at will, gone with the test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

export interface RedisOptions {
  port?: number;
  /** Keep an append-only file with fsync every second, as production does (default: keep nothing). */
  appendonly?: boolean;
  /** As redis.conf writes it, e.g. `20mb` (default: no limit). */
  maxmemory?: string;
  /** Where the files go; a given folder is left in place (default: a temporary one). */
  dir?: string;
}

export interface RedisServer {
  url: string;
  port: number;
  /** An orderly end; the temporary folder goes too. */
  stop(): Promise<void>;
  /** SIGKILL: what was not written is lost. */
  kill(): Promise<void>;
  /** Ends it (when it still runs) and starts it on the same port and folder. */
  restart(): Promise<void>;
  /** FLUSHALL: the loss of the whole queue store. */
  flush(): Promise<void>;
}

let available: boolean | undefined;

/** Whether `redis-server` is on the PATH. */
export function redisAvailable(): boolean {
  available ??= spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  return available;
}

export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const port = options.port ?? (await findFreePort());
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'stockroom-test-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const start = () => launch(port, dir, options);
  let child = await start();
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    url,
    port,
    kill: () => end('SIGKILL'),
    flush: () => command(port, 'FLUSHALL').then(() => {}),
    async restart() {
      await end('SIGTERM');
      child = await start();
    },
    async stop() {
      await end('SIGTERM');
      if (!options.dir) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, dir: string, options: RedisOptions): Promise<ChildProcess> {
  const settings: Record<string, string> = {
    port: `${port}`,
    bind: '127.0.0.1',
    dir,
    save: '',
    // BullMQ's demand: an evicted key is a lost job.
    'maxmemory-policy': 'noeviction',
    maxmemory: options.maxmemory ?? '0',
    appendonly: options.appendonly ? 'yes' : 'no',
    appendfsync: 'everysec',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const dieWithTests = () => child.kill('SIGKILL');
  process.once('exit', dieWithTests);
  child.once('exit', () => process.off('exit', dieWithTests));
  await waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}: ${output.slice(-300)}`);
      return command(port, 'PING');
    },
    { describe: `redis-server on port ${port}` },
  );
  return child;
}

/** One inline command over a bare socket; resolves with the first line of the answer. */
async function command(port: number, name: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 }, () => socket.write(`${name}\r\n`));
  socket.once('timeout', () => socket.destroy(new Error(`redis-server on port ${port} does not answer ${name}`)));
  try {
    const [answer] = (await once(socket, 'data')) as [Buffer];
    if (!answer.toString().startsWith('+')) throw new Error(`redis-server: ${answer.toString().trim()}`);
    return answer.toString().trim();
  } finally {
    socket.destroy();
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
