/** For tests: a played Firecrawl and the shops that it looks at, on a port of their own. */
import { createServer, type Server } from 'node:http';
import express from 'express';
import { createCompetitors } from '../competitors/app.ts';
import { createFaults } from '../faults.ts';
import { listenOn } from '../sendgrid/test-sandbox.ts';
import { openStore } from '../store.ts';
import { createFirecrawlSandbox, type FirecrawlSandboxOptions } from './app.ts';

export async function startFirecrawlSandbox(options: Partial<FirecrawlSandboxOptions> & { server?: Server } = {}) {
  const store = options.store ?? openStore(':memory:');
  const faults = options.faults ?? createFaults();
  const server = options.server ?? createServer();
  const url = await listenOn(server);
  const competitors = createCompetitors({ store, baseUrl: url });
  const { settings = {}, ...rest } = options;
  const all = { ...rest, store, faults, baseUrl: url, competitors, settings: { pageMs: 5, ...settings } };
  const sandbox = createFirecrawlSandbox(all);
  const app = express();
  app.use(competitors.byHost);
  app.use('/sandbox/control/competitors', competitors.control);
  app.use('/sandbox/control/firecrawl', sandbox.control);
  app.use(sandbox.router);
  server.on('request', app);
  const { port } = new URL(url);
  return {
    ...{ url, store, faults, competitors, settings: sandbox.settings },
    /** The address of a shop's page. */
    page: (shop: string, path: string) => `http://${shop}.localhost:${port}${path}`,
    async call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { Authorization: 'Bearer fc-test', 'Content-Type': 'application/json', ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
    },
    async change(body: object) {
      await fetch(`${url}/sandbox/control/competitors`, {
        ...{ method: 'PUT', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } },
      });
    },
    async close() {
      sandbox.close();
      competitors.close();
      server.closeAllConnections();
      server.close();
      if (!options.store) store.close();
    },
  };
}
