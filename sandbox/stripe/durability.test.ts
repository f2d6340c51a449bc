import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';

const ROOT = process.cwd();
const PROGRAM = `
import express from 'express';
import { openStore } from '${ROOT}/sandbox/store.ts';
import { createStripeSandbox } from '${ROOT}/sandbox/stripe/app.ts';
const app = express();
app.use(createStripeSandbox({ store: openStore(process.env.STORE), baseUrl: 'http://127.0.0.1', settings: { settleDelayMs: 50 } }));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

let folder: string;
let child: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stripe-kill-'));
});

afterEach(() => {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Stripe> {
  child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', PROGRAM], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, STORE: join(folder, 'sandbox.db') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout!, 'data');
  return new Stripe('sk_test_x', {
    host: '127.0.0.1',
    port: Number(String(port)),
    protocol: 'http',
    maxNetworkRetries: 0,
  });
}

const pay = (stripe: Stripe, idempotencyKey: string) =>
  stripe.paymentIntents.create(
    { amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, return_url: 'https://x.test' },
    { idempotencyKey },
  );

describe('the sandbox, killed at any moment', () => {
  it('keeps every payment it answered, and its keys make each one once', async () => {
    const first = await start();
    const answered = new Map<string, string>();
    const run = async (lane: number) => {
      for (let i = 0; ; i += 1) {
        const key = `order-${lane}-${i}`;
        answered.set(key, (await pay(first, key)).id);
        if (answered.size === 120) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map(run));
    expect(answered.size).toBeGreaterThanOrEqual(120);
    const second = await start();
    for (const [key, id] of answered) expect((await pay(second, key)).id).toBe(id);
    // At most one per lane was done without being answered.
    const all = await second.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
    expect(all.length).toBeGreaterThanOrEqual(answered.size);
    expect(all.length).toBeLessThanOrEqual(answered.size + 8);
    expect(all.every(({ status }) => status === 'succeeded')).toBe(true);
  });
});
