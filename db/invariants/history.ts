/** Invariant 5: an order never goes backwards. Its history is gapless, in time, and leads to where the order stands. */
import { type Contradiction, replayOrder, type Standing } from '../../domain/replay-order.ts';
import { type Executor, statement } from '../database.ts';
import { rule, type Violations } from './rule.ts';

export const history = [
  rule(
    5,
    'history_has_gaps',
    `select o.id as order_id, o.last_event, e.events, e.first, e.last from orders o left join (
       select order_id, count(*) as events, min(sequence) as first, max(sequence) as last from order_events group by order_id
     ) e on e.order_id = o.id
     where e.events is null or e.first <> 1 or e.last <> e.events or e.last <> o.last_event`,
  ),
  // An event carries the time at which its transaction began, which may have waited for the one before it: hence the minute.
  rule(
    5,
    'history_runs_backwards_in_time',
    `select order_id, sequence, type, created_at, before from (
       select e.*, lag(e.created_at) over (partition by e.order_id order by e.sequence) as before, o.created_at as accepted
       from order_events e join orders o on o.id = e.order_id
     ) e where created_at < before - interval '1 minute' or created_at < accepted - interval '1 minute' or created_at > now() + interval '1 minute'`,
  ),
];

interface History extends Standing {
  id: string;
  events: string[];
}

const PAGE = 5_000;
const readHistories = statement(
  'invariant_5_histories',
  `select o.id, o.status, o.payment_status as payment, o.fulfillment_status as fulfillment,
     array(select e.type from order_events e where e.order_id = o.id order by e.sequence) as events
   from orders o where o.id > $1 order by o.id limit $2`,
);

/** Replays every order's events over the transition tables, a page of orders at a time. */
export async function replayHistories(db: Executor, limit: number): Promise<Violations> {
  const found: Violations = { count: 0, examples: [] };
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await db.rows<History>(readHistories, [after, PAGE]);
    for (const order of page) {
      const contradiction = replayOrder(order.events, order);
      if (!contradiction) continue;
      found.count += 1;
      if (found.examples.length < limit) found.examples.push(describe(order, contradiction));
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return found;
    after = last.id;
  }
}

const write = ({ status, payment, fulfillment }: Standing) => `${status}/${payment}/${fulfillment}`;

function describe(order: History, { problem, at, event, standings }: Contradiction): object {
  return {
    rule: `history_${problem}`,
    order_id: order.id,
    stands: write(order),
    by_history: standings.map(write),
    ...(event ? { event: `${at + 1}: ${event}` } : {}),
    events: order.events,
  };
}
