/** The catalogue's, the stock's and the keys' routes on a port of their own, with a key of each kind. */
import type { AddressInfo } from 'node:net';
import express, { Router } from 'express';
import { pino } from 'pino';
import { apiKeyRoutes } from '../../api/api-keys.ts';
import { categoryRoutes } from '../../api/categories.ts';
import { createImageViews } from '../../api/image-views.ts';
import { importRoutes } from '../../api/import-products.ts';
import { createAuthenticator } from '../../api/middleware/authenticate.ts';
import { parseJsonBody } from '../../api/middleware/json-body.ts';
import { answerProblems, unknownPath } from '../../api/middleware/problem.ts';
import { productRoutes } from '../../api/products.ts';
import { mountRoutes } from '../../api/route.ts';
import { stockRoutes } from '../../api/stock.ts';
import { type ApiKey, insertApiKey } from '../../db/api-keys.ts';
import { type Database, openDatabase } from '../../db/database.ts';
import { createTestDatabase } from './database.ts';
import { imageSettings } from './fake-storage.ts';

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
  body: any;
}

export interface Send {
  key?: string;
  headers?: Record<string, string>;
  /** Sent as it is; anything but a string, buffer or stream goes out as JSON. */
  body?: unknown;
}

export interface CatalogueApi {
  db: Database;
  url: string;
  secretKey: string;
  publishableKey: string;
  makeKey(scopes: string[], kind?: ApiKey['kind']): Promise<string>;
  send(method: string, path: string, options?: Send): Promise<Reply>;
  close(): Promise<void>;
}

export async function startCatalogueApi(): Promise<CatalogueApi> {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, applicationName: 'catalogue-test' });
  const makeKey = async (scopes: string[], kind: ApiKey['kind'] = 'secret') =>
    (await insertApiKey(db, { name: 'test', kind, mode: 'test', scopes })).key;
  const [secretKey, publishableKey] = [await makeKey(['*']), await makeKey([], 'publishable')];
  const server = createApp(db).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    db,
    url,
    secretKey,
    publishableKey,
    makeKey,
    send: (method, path, options = {}) => send(`${url}${path}`, method, { key: secretKey, ...options }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await db.close();
      await database.drop();
    },
  };
}

function createApp(db: Database) {
  const app = express();
  app.disable('etag');
  app.set('query parser', 'simple');
  const router = Router();
  app.use((_req, res, next) => {
    res.locals.log = pino({ level: 'silent' });
    next();
  });
  const settings = imageSettings();
  const images = { ...settings, views: createImageViews({ url: settings.storage.url }) };
  const routes = [importRoutes, productRoutes, categoryRoutes, stockRoutes, apiKeyRoutes].flatMap((make) =>
    make({ db, images }),
  );
  mountRoutes(router, routes, {
    authenticate: createAuthenticator(db),
    limit: (_req, _res, next) => next(),
    json: (besides) => parseJsonBody('256kb', besides),
  });
  return app.use(router, unknownPath, answerProblems);
}

async function send(url: string, method: string, { key, headers, body }: Send): Promise<Reply> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body instanceof ReadableStream;
  const response = await fetch(url, {
    method,
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: (raw ? body : JSON.stringify(body)) as string, duplex: 'half' }),
  } as RequestInit);
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
