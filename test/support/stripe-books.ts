/** The reading side of Stripe in memory, over HTTP: lists and objects for the real client, as many as a test puts in. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StripeRecord {
  id: string;
  object: string;
  created: number;
  [field: string]: unknown;
}

export interface StripeBooks {
  url: string;
  /** By type, in the order they came to be. */
  lists: Map<string, StripeRecord[]>;
  add(record: StripeRecord): StripeRecord;
  find(id: string): StripeRecord | undefined;
  /** Events that no endpoint has answered with 2xx. */
  undelivered: Set<string>;
  requests: string[];
  /** So many of the next requests are answered with 429. */
  refuse: number;
  /** Called before each answer: a test may kill, count or wait. */
  onRequest: (url: URL) => void | Promise<void>;
  close(): Promise<void>;
}

const PATHS: Readonly<Record<string, string>> = {
  events: 'event',
  balance_transactions: 'balance_transaction',
  payment_intents: 'payment_intent',
  refunds: 'refund',
  disputes: 'dispute',
  payouts: 'payout',
  charges: 'charge',
};

export async function startStripeBooks(): Promise<StripeBooks> {
  const lists = new Map<string, StripeRecord[]>(Object.values(PATHS).map((type) => [type, []]));
  const byId = new Map<string, StripeRecord>();
  // What a test throws cuts the connection.
  const server = createServer((req, res) => void answer(books, req, res).catch(() => req.socket.destroy()));
  const books: StripeBooks = {
    url: '',
    lists,
    undelivered: new Set(),
    requests: [],
    refuse: 0,
    onRequest: () => {},
    add(record) {
      lists.get(record.object)!.push(record);
      byId.set(record.id, record);
      return record;
    },
    find: (id) => byId.get(id),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  books.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return books;
}

async function answer(books: StripeBooks, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://stripe.test');
  books.requests.push(`${url.pathname}${url.search}`);
  await books.onRequest(url);
  if (books.refuse > 0) {
    books.refuse--;
    return send(res, 429, {
      error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' },
    });
  }
  const [, , path = '', id] = url.pathname.split('/');
  const type = PATHS[path];
  if (!type)
    return send(res, 404, { error: { type: 'invalid_request_error', message: `Unrecognized URL ${url.pathname}` } });
  const paths = url.searchParams.getAll('expand[]').concat(url.searchParams.getAll('expand[0]'));
  if (id === undefined) return send(res, 200, list(books, type, url.searchParams, paths));
  const found = books.find(id);
  if (!found)
    return send(res, 404, {
      error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such ${type}: '${id}'` },
    });
  send(res, 200, expand(books, found, paths));
}

function send(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Newest first, as Stripe's. */
function list(books: StripeBooks, type: string, query: URLSearchParams, paths: readonly string[]) {
  const all = books.lists.get(type)!;
  const limit = Number(query.get('limit') ?? 10);
  const since = Number(query.get('created[gte]') ?? 0);
  const after = query.get('starting_after');
  const types = [...query.entries()].filter(([name]) => /^types\[\d*\]$/.test(name)).map(([, value]) => value);
  const fits = (record: StripeRecord) =>
    record.created >= since &&
    (types.length === 0 || types.includes(String(record.type))) &&
    (query.get('delivery_success') !== 'false' || books.undelivered.has(record.id)) &&
    (!query.has('payout') || record.payout === query.get('payout'));
  const data: StripeRecord[] = [];
  let at = after === null ? all.length - 1 : indexOf(all, after) - 1;
  for (; at >= 0 && data.length <= limit; at--) if (fits(all[at]!)) data.push(all[at]!);
  const inner = paths.filter((each) => each.startsWith('data.')).map((each) => each.slice('data.'.length));
  const shown = data.slice(0, limit).map((record) => expand(books, record, inner));
  return { object: 'list', url: `/v1/${type}s`, has_more: data.length > limit, data: shown };
}

const places = new WeakMap<StripeRecord[], Map<string, number>>();

/** Where a record stands, remembered: a hundred thousand are paged through. */
function indexOf(all: StripeRecord[], id: string): number {
  let known = places.get(all);
  if (known?.size !== all.length) {
    known = new Map(all.map((record, at) => [record.id, at]));
    places.set(all, known);
  }
  return known.get(id) ?? -1;
}

function expand(books: StripeBooks, record: StripeRecord, paths: readonly string[]): StripeRecord {
  if (paths.length === 0) return record;
  const copy = { ...record };
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    const value = copy[name];
    const found = typeof value === 'string' ? books.find(value) : undefined;
    if (found) copy[name] = expand(books, found, rest.length > 0 ? [rest.join('.')] : []);
  }
  return copy;
}
