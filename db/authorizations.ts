/** Authorizations as far as the schedule watches them: those that run out soon, and what was said of those that are over. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface ExpiringAuthorization {
  order_id: string;
  payment_intent: string;
  amount: number;
  currency: string;
  capture_before: Date;
}

// Stripe does not name the time for every method; seven days is what most have (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).
const until = `coalesce(p.capture_before, p.created_at + interval '7 days')`;

const expiring = statement(
  'expiring_authorizations',
  `select o.id as order_id, p.provider_id as payment_intent, p.amount, p.currency, ${until} as capture_before
   from orders o join payments p on p.order_id = o.id
   where o.status in ('awaiting_payment', 'authorized') and o.payment_status in ('requires_action', 'processing', 'authorized')
     and o.status = 'authorized' and p.status = 'requires_capture' and ${until} < now() + make_interval(hours => $1)
     and not exists (select from exceptions x where x.code = 'authorization_expiring' and x.subject = o.id::text)
   order by o.id limit $2`,
);

/** Authorized orders whose time runs out within so many hours and of which nobody was told. */
export function findExpiringAuthorizations(
  db: Executor,
  withinHours: number,
  limit: number,
): Promise<ExpiringAuthorization[]> {
  return db.rows(expiring, [withinHours, limit]);
}

const note = statement(
  'note_expiring_authorization',
  `insert into exceptions (id, order_id, code, subject, detail)
   select $2, id, 'authorization_expiring', id::text, $3 from orders where id = $1 and status = 'authorized'
   on conflict (code, subject) do nothing returning id`,
);

/** Puts an authorization that runs out into the exceptions list, once. False when it was there, or is over. */
export async function noteExpiring(tx: Executor, { order_id, ...detail }: ExpiringAuthorization): Promise<boolean> {
  return (await tx.rows(note, [order_id, uuidv7(), JSON.stringify(detail)])).length > 0;
}

// Money of which another amount was taken than was asked for stays a person's.
const settle = statement(
  'resolve_settled_authorizations',
  `update exceptions x set resolved_at = now(), resolution = 'The order is ' || o.status || '.'
   from orders o
   where x.resolved_at is null and x.code in ('authorization_expiring', 'capture_failed')
     and o.id = x.order_id and o.status <> 'authorized' and x.detail ->> 'code' is distinct from 'captured_elsewhere'`,
);

/** What was said of an authorization needs nobody any more when it is captured or over. */
export async function resolveSettledAuthorizations(db: Executor): Promise<void> {
  await db.rows(settle);
}
