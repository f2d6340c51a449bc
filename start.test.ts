/** What a newcomer meets: refusals in one sentence, a start that works, an end that is clean, and life after kill -9. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Exit, type SpawnedNode, spawnNode } from './test/support/spawn-node.ts';
import {
  choosePlace,
  listenAnywhere,
  READY,
  readRuntime,
  type StartPlace,
  startSystem,
} from './test/support/started-system.ts';
import { waitFor } from './test/support/wait-for.ts';

let place: StartPlace;
beforeAll(async () => {
  const chosen = await choosePlace();
  // A doubted price is looked at again at once, so that its alert needs no minute.
  place = { ...chosen, env: { ...chosen.env, STOCKROOM_PRICE_RECHECK_SECONDS: '5' } };
});
afterAll(() => place.remove());

/** Starts what must be refused; returns what it said and how it ended. */
async function refused(env: Record<string, string>): Promise<Exit & { said: string[] }> {
  const attempt = spawnNode('start.ts', { ...place.env, ...env });
  return { ...(await attempt.exited), said: attempt.lines };
}

describe('a start that cannot be', () => {
  it('names the busy port and the setting that changes it', async () => {
    const occupant = await listenAnywhere();
    try {
      const { port } = occupant.address() as AddressInfo;
      const { code, said } = await refused({ PORT: String(port) });
      expect(code).toBe(1);
      expect(said).toEqual([expect.stringMatching(new RegExp(`^Port ${port}, for the API, is in use.* set PORT `))]);
      const sandbox = await refused({ STOCKROOM_SANDBOX_PORT: String(port) });
      expect(sandbox.said).toEqual([expect.stringContaining('set STOCKROOM_SANDBOX_PORT')]);
    } finally {
      occupant.close();
    }
  });

  it('names a data folder that cannot be written', async () => {
    const file = join(place.dataDir, 'a-file');
    writeFileSync(file, '');
    const { code, said } = await refused({ STOCKROOM_DATA_DIR: join(file, 'inside') });
    expect(code).toBe(1);
    expect(said).toEqual([expect.stringMatching(/^The data folder .*a-file\/inside cannot be written \(ENOTDIR\)/)]);
  });

  it('does not play with money in production', async () => {
    const { code, said } = await refused({ NODE_ENV: 'production' });
    expect(code).toBe(78);
    expect(said).toEqual([expect.stringContaining('NODE_ENV=production')]);
  });

  it('says which half of a provider’s settings is missing', async () => {
    const { code, said } = await refused({ STRIPE_SECRET_KEY: 'sk_test_x' });
    expect(code).toBe(78);
    expect(said).toEqual([expect.stringContaining('STRIPE_WEBHOOK_SECRET is not')]);
  });

  it('shows what a process says when a setting is wrong, and ends', async () => {
    const { code, said } = await refused({ STOCKROOM_RETENTION_DAYZ: '3' });
    expect(code).toBe(78);
    expect(said.join('\n')).toMatch(/did you mean STOCKROOM_RETENTION_DAYS/);
    expect(said.at(-1)).toContain('stopping PostgreSQL');
  }, 90_000);
});

describe('a system that runs', () => {
  let system: SpawnedNode;
  const call = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${place.port}${path}`, init);
  const asMerchant = () => ({ headers: { Authorization: `Bearer ${readRuntime(place).secret_key}` } });
  const countOrders = async () =>
    ((await (await call('/v1/orders', asMerchant())).json()) as { data: object[] }).data.length;

  it('is there within 45 seconds of the first start, with what to open', async () => {
    const began = performance.now();
    system = await startSystem(place);
    expect(performance.now() - began).toBeLessThan(45_000);
    await system.waitForLine(/^ {2}Mailbox +http/);
    await system.waitForLine(/SANDBOX: Stripe, SendGrid, SMTP, Twilio, web push, carrier, Firecrawl are played/);
  }, 90_000);

  it('keeps its secrets and its address for its owner alone', () => {
    for (const name of ['secrets.json', 'runtime.json']) {
      expect(statSync(join(place.dataDir, name)).mode & 0o077).toBe(0);
    }
    expect(readRuntime(place)).toMatchObject({ pid: system.child.pid, api_url: `http://127.0.0.1:${place.port}` });
  });

  it('holds the demo catalogue, with stock and four prices', async () => {
    const answer = await call('/v1/products?limit=100', asMerchant());
    const { data } = (await answer.json()) as { data: { variants: { prices: object[]; available: number }[] }[] };
    expect(data).toHaveLength(30);
    expect(data.every(({ variants }) => variants.every(({ prices }) => prices.length === 4))).toBe(true);
    expect(data.flatMap(({ variants }) => variants.map(({ available }) => available))).toContain(1);
  });

  it('has people who are told, and a chat that they read', async () => {
    const { sandbox_url } = readRuntime(place);
    const answer = await call('/v1/recipients?audience=operations', asMerchant());
    const { data } = (await answer.json()) as { data: { email: string; chat_url: string }[] };
    expect(data).toMatchObject([{ email: 'operations@stockroom.example' }]);
    expect(data[0]!.chat_url).toBe(`${new URL(sandbox_url).origin}/…`);
    await call('/v1/stock/adjustments', {
      method: 'POST',
      headers: { ...asMerchant().headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ sku: 'TEAPOT-6', location: 'east', change: -1, reason: 'dropped' }),
    });
    // Pictures are still being processed, and competitors looked at.
    await waitFor(
      async () => {
        const chat = (await (await fetch(`${sandbox_url}/chat.json`)).json()) as { data: { text: string }[] };
        return chat.data.some(({ text }) => text.includes('Cast Iron Teapot'));
      },
      { timeoutMs: 30_000 },
    );
    const pages = ['sandbox', 'mailbox', 'sms', 'push', 'chat', 'hooks', 'sandbox/competitors', 'firecrawl'];
    const shown = await Promise.all(pages.map(async (path) => (await fetch(`${sandbox_url}/${path}`)).status));
    expect(shown).toEqual(pages.map(() => 200));
  }, 60_000);

  it('mails a price alert by itself: of a competitor next door who asks less, seen twice', async () => {
    const { sandbox_url } = readRuntime(place);
    const subject = await waitFor(
      async () => {
        const mailbox = (await (await fetch(`${sandbox_url}/mailbox.json`)).json()) as { data: { subject: string }[] };
        return mailbox.data.find((mail) => mail.subject.includes('Pepper Mill'))?.subject;
      },
      { timeoutMs: 240_000, everyMs: 1_000, describe: 'a price alert in the mailbox' },
    );
    expect(subject).toContain('Kettle & Company');
    const seen = await fetch(`${sandbox_url}/sandbox/control/competitors/requests`);
    const { data } = (await seen.json()) as { data: { host: string; path: string; user_agent: string }[] };
    const hosts = new Set(data.map(({ host }) => host));
    // Nobody's page is asked for before its rules are.
    for (const host of [...hosts].filter((name) => !name.startsWith('www.')))
      expect(data.find((request) => request.host === host)?.path).toBe('/robots.txt');
    expect(data.every(({ user_agent }) => user_agent.startsWith('Stockroom/'))).toBe(true);
  }, 250_000);

  it('prints a curl line that places a paid order', async () => {
    const [line] = await system.waitForLine(/^curl -s .*/);
    const answer = JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' })) as Record<string, string>;
    expect(answer.number).toMatch(/^ORD-/);
    await waitFor(async () => {
      const order = (await (await call(`/v1/orders/${answer.id}`, asMerchant())).json()) as { payment_status: string };
      return order.payment_status === 'paid';
    });
  });

  it('refuses a second start on the same folder and says where the first is', async () => {
    const { code, said } = await refused({});
    expect(code).toBe(1);
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`already runs on ${place.dataDir} \\(process ${system.child.pid}\\)`)),
    ]);
  });

  it('starts a process again that was killed, and says so', async () => {
    const [killed] = processesOf(system, 'workers/main.ts');
    process.kill(killed!, 'SIGKILL');
    await system.waitForLine(/workers was ended by SIGKILL; it is started again/);
    await waitFor(() => processesOf(system, 'workers/main.ts').find((pid) => pid !== killed));
  });

  it('starts PostgreSQL again when that is killed, and orders go on', async () => {
    const [postmaster] = readFileSync(join(place.dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(postmaster), 'SIGKILL');
    await system.waitForLine(/PostgreSQL is back/, 30_000);
    await waitFor(async () => (await countOrders()) === 1);
  }, 60_000);

  it('comes back after kill -9 within 10 seconds of starting, with its data and no trace of the old processes', async () => {
    const left = await waitFor(() => {
      const all = processesOf(system, 'main.ts');
      return all.length === 3 && all;
    });
    await system.kill('SIGKILL');
    const began = performance.now();
    system = await startSystem(place);
    expect(performance.now() - began).toBeLessThan(20_000);
    // They finish what is in hand first, for which they have 25 seconds.
    await waitFor(() => left.filter(isAlive).length === 0, { timeoutMs: 30_000 });
    expect(await countOrders()).toBe(1);
  }, 90_000);

  it('drains and exits 0 within 10 seconds of Ctrl-C, and leaves nothing running', async () => {
    const children = processesOf(system, 'main.ts');
    const began = performance.now();
    const exit = await system.kill('SIGINT');
    expect(exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(system.lines.at(-1)).toContain('stopping PostgreSQL');
    expect(children.filter(isAlive)).toEqual([]);
    expect(existsSync(join(place.dataDir, 'runtime.json'))).toBe(false);
    expect(existsSync(join(place.dataDir, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
  }, 30_000);

  it('is there within 10 seconds of a later start, and Ctrl-C works while it starts', async () => {
    const began = performance.now();
    system = await startSystem(place);
    expect(performance.now() - began).toBeLessThan(15_000);
    await system.kill('SIGINT');
    const cutShort = spawnNode('start.ts', place.env);
    await cutShort.waitForLine(/starting PostgreSQL/);
    expect(await cutShort.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(cutShort.lines.some((line) => READY.test(line))).toBe(false);
  }, 60_000);
});

/** Ids of the children of a start whose command line ends as given. */
function processesOf(system: SpawnedNode, ending: string): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...command]) => Number(parent) === system.child.pid && command.join(' ').endsWith(ending))
    .map(([pid]) => Number(pid));
}

/** A process that is only waiting to be reaped is dead. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}
