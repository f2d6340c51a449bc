import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { createPublicFetch, type PublicFetch } from '../providers/public-fetch.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { fetchPicture, type PictureAddress } from './fetch-picture.ts';

let database: TestDatabase;
let db: Database;
let server: Server;
let publicFetch: PublicFetch;
let answer: http.RequestListener;
let visits: number;

const base = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const fetchIt = (address: Partial<PictureAddress> = {}, settings = {}) =>
  fetchPicture(
    { db, publicFetch, settings: { maxBytes: 10_000, timeoutMs: 2_000, fetchesPerHost: 5, ...settings } },
    { id: 'image', url: `http://${base()}/a.png`, since: new Date(), ...address },
  );
const underWay = async () => (await db.pool.query('select from host_visits')).rowCount;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'fetch-picture' });
  server = http.createServer((req, res) => {
    visits++;
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  visits = 0;
  answer = (_req, res) => res.end('a picture');
  publicFetch = createPublicFetch({ userAgent: 'Test/1', allowedPrivateHosts: [base()] });
  await db.pool.query('truncate host_turns, host_visits');
});
afterEach(() => publicFetch.close());

describe('a picture at an address', () => {
  it('is fetched, and its turn is given back', async () => {
    const fetched = await fetchIt();
    expect(fetched).toMatchObject({ kind: 'fetched', finalUrl: `http://${base()}/a.png` });
    expect(fetched.kind === 'fetched' && Buffer.from(fetched.bytes).toString()).toBe('a picture');
    expect(await underWay()).toBe(0);
  });

  it('waits for its turn without a visit', async () => {
    await fetchIt({ id: 'first' });
    const second = await fetchIt({ id: 'second' });
    expect(second.kind).toBe('later');
    expect(second.kind === 'later' && second.delayMs).toBeGreaterThan(0);
    expect(visits).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, second.kind === 'later' ? second.delayMs + 5 : 0));
    expect((await fetchIt({ id: 'second' })).kind).toBe('fetched');
  });

  it.each([
    [404, 'rejected'],
    [410, 'rejected'],
    [401, 'rejected'],
    [204, 'rejected'],
    [304, 'rejected'],
    [500, 'again'],
    [502, 'again'],
    [408, 'again'],
  ])('that is answered with %i is %s', async (status, kind) => {
    answer = (_req, res) => void res.writeHead(status).end();
    expect(await fetchIt()).toEqual({
      kind,
      code: 'http_status',
      message: `The server did not answer with a file. (${status})`,
    });
    expect(await underWay()).toBe(0);
  });

  it.each([429, 503])(
    'is left alone as long as the host asks for (%i), and so are the others of it',
    async (status) => {
      answer = (_req, res) => void res.writeHead(status, { 'Retry-After': '40' }).end();
      expect(await fetchIt()).toEqual({ kind: 'later', delayMs: 40_000 });
      const other = await fetchIt({ id: 'other' });
      expect(other.kind === 'later' && other.delayMs).toBeGreaterThan(39_000);
      expect(visits).toBe(1);
    },
  );

  it('is not left alone for ever', async () => {
    answer = (_req, res) => void res.writeHead(429, { 'Retry-After': '99999999' }).end();
    expect(await fetchIt()).toEqual({ kind: 'later', delayMs: 6 * 3_600_000 });
    await db.pool.query('truncate host_turns, host_visits');
    expect(await fetchIt({ since: new Date(Date.now() - 25 * 3_600_000) })).toMatchObject({ kind: 'again' });
  });

  it.each([
    ['file:///etc/passwd', 'address_invalid'],
    ['http://', 'address_invalid'],
    ['http://10.0.0.1/a.png', 'address_not_public'],
    ['http://user:secret@shop.test/a.png', 'address_invalid'],
    ['http://localhost:25/', 'port_refused'],
  ])('%s is rejected: %s', async (url, code) => {
    expect(await fetchIt({ url })).toMatchObject({ kind: 'rejected', code });
    expect([visits, await underWay()]).toEqual([0, 0]);
  });

  it('that is too large is rejected', async () => {
    answer = (_req, res) => res.end(Buffer.alloc(10_001));
    expect(await fetchIt()).toMatchObject({ kind: 'rejected', code: 'too_many_bytes' });
  });

  it('whose server breaks off or is silent is worth an attempt', async () => {
    answer = (req) => req.socket.destroy();
    expect(await fetchIt()).toMatchObject({ kind: 'again', code: 'connection_failed' });
    answer = () => {};
    await db.pool.query('truncate host_turns, host_visits');
    expect(await fetchIt({ id: 'two' }, { timeoutMs: 200, fetchesPerHost: 1_000 })).toMatchObject({
      kind: 'again',
      code: 'fetch_timeout',
    });
    expect(await underWay()).toBe(0);
  });
});
