/** When everything that was begun has ended, on our side and in the sandbox. */
import { setTimeout as delay } from 'node:timers/promises';
import { statement } from '../db/database.ts';
import type { System } from '../test/support/system.ts';

const open = statement(
  'faults_open_work',
  `select * from (
     select 'job ' || queue || ' ' || status as what, count(*)::integer as rows from outbox where status = 'pending' group by 1
     union all
     select 'order ' || status || '/' || payment_status || '/' || fulfillment_status, count(*)::integer from orders
     where status not in ('delivered', 'canceled', 'expired', 'rejected')
       and not exists (select from exceptions x where x.order_id = orders.id and x.resolved_at is null) group by 1
     union all
     select 'capture ' || status, count(*)::integer from captures where status = 'pending' group by 1
     union all
     select 'refund ' || status, count(*)::integer from refunds where status in ('pending', 'requested') group by 1
     union all
     select 'dispute ' || status, count(*)::integer from disputes
     where evidence_status = 'queued' or status in ('under_review', 'warning_under_review') group by 1
     union all
     select 'fact that is not booked', count(*)::integer from ledger_due
     union all
     select 'order of vendors that is not counted', count(*)::integer from vendor_due
     union all
     select 'transfer to a vendor', count(*)::integer from vendor_transfers where status = 'pending'
     union all
     select 'image ' || status, count(*)::integer from product_images where status = 'queued' group by 1
     union all
     select 'message ' || status, count(*)::integer from notifications n
     where status in ('queued', 'sending')
       or (status = 'uncertain' and not exists (select from exceptions x where x.subject = n.id::text)) group by 1
     union all
     select 'webhook that is due', count(*)::integer from webhook_deliveries d join webhook_endpoints w on w.id = d.endpoint_id
     where d.status = 'waiting' and d.next_attempt_at <= now() and w.status = 'active' and w.failures = 0
     union all
     select 'event that is not published', count(*)::integer from order_events e
     where e.created_at > now() - interval '1 hour' and exists (select from webhook_endpoints where status = 'active')
       and not pg_visible_in_snapshot(e.xid::text::xid8, (select seen from webhook_publisher))
     union all
     select 'event of ' || provider, count(*)::integer from inbox_events where status = 'received' group by 1
     union all
     select 'open intent of an order that is ' || o.status, count(*)::integer from payments p join orders o on o.id = p.order_id
     where o.status in ('canceled', 'expired', 'rejected') and p.provider_id is not null and p.status not in ('succeeded', 'canceled') group by 1
   ) open where rows > 0`,
);

export interface Settled {
  /** Milliseconds that it took; undefined: it did not settle in time. */
  ms: number | undefined;
  /** What was still open at the end, by kind. */
  open: Record<string, number>;
}

const EVERY_MS = 300;

/** Waits until nothing is open twice in a row. */
export async function settle(system: System, timeoutMs = 60_000): Promise<Settled> {
  const start = performance.now();
  let calm = 0;
  let last: Record<string, number> = {};
  while (performance.now() - start < timeoutMs) {
    last = await readOpen(system).catch((error: Error) => ({ [error.message]: 1 }));
    calm = Object.keys(last).length === 0 ? calm + 1 : 0;
    if (calm === 3) return { ms: Math.round(performance.now() - start), open: {} };
    await delay(EVERY_MS);
  }
  return { ms: undefined, open: last };
}

async function readOpen(system: System): Promise<Record<string, number>> {
  const rows = await system.db.rows<{ what: string; rows: number }>(open);
  const found = Object.fromEntries(rows.map((row) => [row.what, row.rows]));
  const response = await fetch(`${system.sandboxUrl}/sandbox/stripe/control/deliveries?limit=1`);
  const { count } = (await response.json()) as { count: Record<string, number> };
  if (count.pending) found["Stripe's deliveries under way"] = count.pending;
  return found;
}
