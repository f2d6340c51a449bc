/** What processes ask of others, counted. */
export type Kind = 'durable' | 'async' | 'read';

export interface CallCounts {
  httpIn: number;
  httpOut: number;
  /** To PostgreSQL: a transaction of n statements has n + 2. */
  roundTrips: number;
  /** By how they commit: waiting for the disk, not waiting, nothing written. A statement over a set counts each of its items. */
  transactions: Record<Kind, number>;
  /** By connection's name and statement's name. */
  statements: Record<string, number>;
}

export function perOrder(counts: CallCounts, orders: number): CallCounts {
  const each = (value: number) => Math.round((value / orders) * 1_000) / 1_000;
  const all = <T extends Record<string, number>>(record: T) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, each(value)])) as T;
  const statements = Object.fromEntries(Object.entries(all(counts.statements)).sort(([, a], [, b]) => b - a));
  const { httpIn, httpOut, roundTrips, transactions } = counts;
  return {
    httpIn: each(httpIn),
    httpOut: each(httpOut),
    roundTrips: each(roundTrips),
    transactions: all(transactions),
    statements,
  };
}

export function addCounts(a: CallCounts, b: CallCounts): CallCounts {
  const names = new Set([...Object.keys(a.statements), ...Object.keys(b.statements)]);
  return {
    httpIn: a.httpIn + b.httpIn,
    httpOut: a.httpOut + b.httpOut,
    roundTrips: a.roundTrips + b.roundTrips,
    transactions: {
      durable: a.transactions.durable + b.transactions.durable,
      async: a.transactions.async + b.transactions.async,
      read: a.transactions.read + b.transactions.read,
    },
    statements: Object.fromEntries(
      [...names].map((name) => [name, (a.statements[name] ?? 0) + (b.statements[name] ?? 0)]),
    ),
  };
}
