/** For tests: a played Twilio on a port of its own. */
import { createServer } from 'node:http';
import express from 'express';
import { createFaults } from '../faults.ts';
import { listenOn } from '../sendgrid/test-sandbox.ts';
import { openStore } from '../store.ts';
import { createTwilioSandbox, type TwilioSandboxOptions } from './app.ts';

export async function startTwilioSandbox(options: Partial<TwilioSandboxOptions> = {}) {
  const store = options.store ?? openStore(':memory:');
  const faults = options.faults ?? createFaults();
  const account = { accountSid: `AC${'a'.repeat(32)}`, authToken: 'b'.repeat(32) };
  const sandbox = createTwilioSandbox({ ...account, tickMs: 10, ...options, store, faults });
  const server = createServer(express().use(sandbox));
  const url = await listenOn(server);
  return {
    ...{ ...account, url, faults, sandbox },
    async messages(query = '') {
      const answer = await fetch(`${url}/sms.json${query}`);
      return (await answer.json()) as { data: Record<string, unknown>[]; total: number };
    },
    async close() {
      await sandbox.close();
      server.closeAllConnections();
      server.close();
      store.close();
    },
  };
}
