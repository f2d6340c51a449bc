/**
 * Preloaded into api and workers (`--import`): counts what a process asks of others, and answers the benchmark over IPC.
 * Some hundred nanoseconds a call; it changes nothing.
 */
import diagnostics from 'node:diagnostics_channel';
import v8 from 'node:v8';
import vm from 'node:vm';
import pg from 'pg';
import type { CallCounts, Kind } from './call-counts.ts';

let counts = empty();

function empty(): CallCounts {
  return { httpIn: 0, httpOut: 0, roundTrips: 0, transactions: { durable: 0, async: 0, read: 0 }, statements: {} };
}

diagnostics.subscribe('http.server.request.start', () => {
  counts.httpIn++;
});
diagnostics.subscribe('http.client.request.start', () => {
  counts.httpOut++;
});
diagnostics.subscribe('undici:request:create', () => {
  counts.httpOut++;
});

interface Watched {
  /** Undefined outside a transaction, else whether it has written. */
  openTransaction?: { wrote: boolean } | undefined;
  options?: string;
  connectionParameters: { application_name?: string; options?: string };
}

const WRITES = /\b(insert into|update|delete from|pg_notify|begin_checkout|reserve_stock|release_stock|post_ledger)\b/i;
const ASYNC = /synchronous_commit[=', ]+off/;

const original = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function query(this: pg.Client, ...args: unknown[]) {
  note(this as unknown as Watched, args[0] as Asked);
  return original.apply(this, args);
} as typeof pg.Client.prototype.query;

type Asked = string | { text?: string; name?: string; values?: unknown[] };

function note(client: Watched, asked: Asked): void {
  const text = typeof asked === 'string' ? asked : (asked.text ?? '');
  const name = typeof asked === 'string' ? asked.slice(0, 40) : (asked.name ?? text.slice(0, 40));
  const app = client.connectionParameters.application_name ?? '';
  const label = `${app} ${name}`;
  counts.statements[label] = (counts.statements[label] ?? 0) + 1;
  // What BullMQ asks of PostgreSQL is a queue's hop, which the floor's queues make themselves.
  if (app.endsWith('-queues')) return;
  counts.roundTrips++;
  const writes = WRITES.test(text);
  if (/^begin/i.test(text)) client.openTransaction = { wrote: false };
  else if (/^(commit|rollback)/i.test(text)) {
    counts.transactions[kindOf(client, text, client.openTransaction?.wrote ?? false)]++;
    client.openTransaction = undefined;
  } else if (client.openTransaction) client.openTransaction.wrote ||= writes;
  else counts.transactions[kindOf(client, text, writes)] += itemsOf(asked);
}

/** A statement over a set (db/gather.ts) does what so many statements did: each of its items begins with its place. */
function itemsOf(asked: Asked): number {
  const [first] = typeof asked === 'string' ? [] : (asked.values ?? []);
  return typeof first === 'string' && first.startsWith('[{"n":0') ? first.split('{"n":').length - 1 : 1;
}

function kindOf(client: Watched, text: string, writes: boolean): Kind {
  if (!writes) return 'read';
  return ASYNC.test(client.connectionParameters.options ?? '') || ASYNC.test(text) ? 'async' : 'durable';
}

process.on('message', (message: { id: number; question: string }) => {
  if (message?.question === 'memory') {
    const before = process.memoryUsage();
    v8.setFlagsFromString('--expose-gc');
    (vm.runInNewContext('gc') as () => void)();
    process.send?.({ id: message.id, value: { before, live: process.memoryUsage() } });
  }
  if (message?.question !== 'counts') return;
  process.send?.({ id: message.id, value: counts });
  counts = empty();
});
process.channel?.unref?.();
