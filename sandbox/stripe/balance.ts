import type { Sandbox } from './context.ts';
import * as p from './params.ts';
import { route } from './routes.ts';

/** The balance as the sums of what was booked say it. */
export function readBalance(sandbox: Sandbox) {
  const rows = sandbox.store
    .statement(
      `SELECT currency, sum(CASE WHEN available_on <= ?1 THEN net ELSE 0 END) AS available, sum(CASE WHEN available_on > ?1 THEN net ELSE 0 END) AS pending
       FROM stripe_balances WHERE account = ?2 GROUP BY currency`,
    )
    .all(sandbox.now(), sandbox.account) as unknown as { currency: string; available: number; pending: number }[];
  const entries = rows.length > 0 ? rows : [{ currency: 'usd', available: 0, pending: 0 }];
  const side = (name: 'available' | 'pending') =>
    entries.map((row) => ({ amount: row[name], currency: row.currency, source_types: { card: row[name] } }));
  return { object: 'balance', available: side('available'), livemode: false, pending: side('pending') };
}

/** Tells that money can be paid out from now on. A balance has no id. */
export function tellAvailable(sandbox: Sandbox): void {
  sandbox.emit('balance.available', readBalance(sandbox));
}

export const balanceRoutes = [route('GET', '/v1/balance', {}, p.expand, ({ sandbox }) => readBalance(sandbox))];
