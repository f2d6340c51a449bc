/**
 * Stripe's movements joined to our rows and to the ledger, in slices by time. The joins and the test for agreement are SQL;
 * only what does not agree in every figure leaves the database, to be judged.
 */
import { SELF_EXPLAINING } from '../domain/reconciliation-balance.ts';
import type { Movement } from '../domain/reconciliation-movement.ts';
import type { UnseenCharge } from '../domain/reconciliation-orders.ts';
import type { FeeRates } from '../domain/stripe-fees.ts';
import { type Executor, setStatement, statement } from './database.ts';

export interface SliceStart {
  at: Date;
  id: string;
}

interface Slice {
  since: string;
  after_at: string;
  after_id: string;
  limit: number;
  grace: number;
  rates: FeeRates;
}

const CHARGES = `('charge', 'payment')`;

/** Movements younger than the grace are left for the next run: their payment or booking may be on its way. */
const OLD_ENOUGH = 't.created_at not between now() - make_interval(secs => item.grace) and now()';

/**
 * `|| ''` keeps the planner from an index on that column, which would give it all captures for each movement, where the other
 * column leads to the few rows of one order.
 */
const select = (movements: string) => `
  with item as materialized (
    select * from json_to_recordset($1) as item (
      n integer, since timestamptz, after_at timestamptz, after_id text, "limit" integer, grace float8, rates json, payout text
    )
  ), unposted as materialized (
    select subject_id from ledger_due
  ), t as materialized (${movements})
  select item.n, t.id, t.type, t.amount, t.fee, t.net, t.currency, t.exchange_rate::text, t.source_id, t.created_at,
    s.type as source_type, s.status as source_status, s.amount as source_amount, s.currency as source_currency,
    (s.data ->> 'automatic')::boolean as automatic, s.charge_id,
    case when s.type = 'charge' then s.amount else c.amount end as charge_amount,
    case when s.type = 'charge' then s.currency else c.currency end as charge_currency, coalesce(s.intent_id, c.intent_id) as intent_id,
    coalesce(back.amount, 0) as charge_returned, coalesce(own.net, 0) as source_net,
    p.id as payment_id, p.status as payment_status, p.charge_id as payment_charge, p.amount as payment_amount, p.currency as payment_currency,
    p.captured_amount, p.fee_amount, p.fee_currency, p.order_id, o.number as order_number,
    named.id as named_order, named.number as named_number, named.captured_amount as named_captured,
    r.id as refund_id, r.status as refund_status, r.amount as refund_amount, r.currency as refund_currency,
    ledger.amount as booked, ledger.own as own_booking,
    (p.id in (select subject_id from unposted)) is true or (r.id in (select subject_id from unposted)) is true as due
  from item cross join t
  left join stripe_objects s on s.id = t.source_id
  left join stripe_objects c on c.id = s.charge_id and s.type <> 'charge'
  left join payments p on p.provider_id = coalesce(s.intent_id, c.intent_id)
  left join orders o on o.id = p.order_id
  left join lateral (
    select no.id, no.number, np.captured_amount from orders no join payments np on np.order_id = no.id
    where no.id = case
      when p.id is null and coalesce(c.order_id, s.order_id) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then coalesce(c.order_id, s.order_id)::uuid
    end
  ) named on true
  left join refunds r on s.type = 'refund' and r.provider_id = t.source_id
  -- What went back of a charge that is not ours, and what a dispute's movements come to: only asked where it is judged.
  left join lateral (
    select -sum(bt.amount)::bigint as amount from stripe_objects so join stripe_balance_transactions bt on bt.source_id = so.id
    where s.type = 'charge' and so.charge_id = s.id and so.type || '' = 'refund'
      and (p.id is null or p.charge_id is distinct from s.id)
  ) back on true
  left join lateral (
    select sum(bt.net)::bigint as net from stripe_balance_transactions bt
    where s.type = 'dispute' and bt.source_id = t.source_id and bt.currency = t.currency
  ) own on true
  left join lateral (
    select sum(e.amount)::bigint as amount, coalesce(bool_or(l.own), false) as own
    from (
      select lt.id, false as own from ledger_transactions lt
      where t.type in ${CHARGES} and lt.order_id = p.order_id and lt.cause_kind || '' in ('capture', 'fee')
      union all
      select lt.id, lt.cause_kind in ('exchange', 'balance_transaction') from ledger_transactions lt
      where lt.cause_id = any(array[t.id, r.id::text, t.source_id] || array(
        select bt.source_id || '/' || bt.id from stripe_balance_transactions bt where s.type = 'dispute' and bt.source_id = t.source_id
      )) and lt.cause_kind = any(
        array['exchange', 'balance_transaction'] || case
          when s.type = 'refund' then array[case when t.amount < 0 then 'refund' else 'refund_failure' end]
          when s.type = 'dispute' then array['dispute', 'dispute_won', 'dispute_lost']
          when s.type = 'payout' then array[case when t.amount < 0 then 'payout' else 'payout_failure' end]
          else array[]::text[]
        end
      )
      union all
      select lt.id, false from findings f join ledger_transactions lt
        on lt.cause_kind = 'correction' and lt.cause_id = any(array[f.id::text, f.id::text || '/booked'])
      where f.subject in (t.id, t.source_id)
    ) l
    -- Behind a fence: the planner would rather read all entries of the account for each movement.
    cross join lateral (
      select x.amount from ledger_entries x
      where x.transaction_id = l.id and x.account = 'stripe_balance' and x.currency = t.currency offset 0
    ) e
  ) ledger on true
  where ${OLD_ENOUGH} and not coalesce(case
    when t.type in ${CHARGES} then p.status = 'succeeded' and coalesce(p.charge_id, t.source_id) = t.source_id
      and (t.currency = p.currency and t.amount = p.captured_amount
        or t.currency <> p.currency and t.exchange_rate is not null and s.amount = p.captured_amount and ledger.own)
      and t.fee = p.fee_amount and coalesce(p.fee_currency, p.currency) = t.currency and t.net = t.amount - t.fee
      and ledger.amount = t.net and (item.rates -> t.currency) is null
    when s.type = 'refund' then p.id is not null and r.status = 'succeeded' and t.currency = r.currency
      and abs(t.amount) = r.amount and t.amount < 0 and t.fee = 0 and ledger.amount = t.net
    when s.type = 'dispute' then p.id is not null and ledger.amount = own.net
    when s.type = 'payout' then ledger.amount = t.net
    else ledger.own and t.type = any(array[${SELF_EXPLAINING.map((type) => `'${type}'`).join(', ')}])
  end, false)
  order by t.created_at, t.id`;

const slice = setStatement<Slice, Movement>(
  'match_movements',
  () => 'balance',
  select(`
    select b.* from item join stripe_balance_transactions b
      on (b.created_at, b.id) > (item.after_at, item.after_id) and b.created_at >= item.since
    order by b.created_at, b.id limit (select "limit" from item)`),
);

const sliceEnd = statement(
  'end_of_movements',
  `select created_at as at, id, count(*) over ()::integer as size from (
     select created_at, id from stripe_balance_transactions
     where (created_at, id) > ($1, $2) and created_at >= $3 order by created_at, id limit $4
   ) slice order by created_at desc, id desc limit 1`,
);

export interface MatchOptions {
  since: Date;
  limit: number;
  graceSeconds: number;
  rates: FeeRates;
}

/** The next movements in the order of time: how many there are, where they end, and those of them that disagree. */
export async function matchMovements(
  db: Executor,
  after: SliceStart,
  { since, limit, graceSeconds: grace, rates }: MatchOptions,
): Promise<{ end: SliceStart; size: number; disagreeing: Movement[] } | undefined> {
  const [end] = await db.rows<SliceStart & { size: number }>(sliceEnd, [after.at, after.id, since, limit]);
  if (!end) return undefined;
  const from = { since: since.toISOString(), after_at: after.at.toISOString(), after_id: after.id };
  const disagreeing = await db.each(slice, { ...from, limit: end.size, grace, rates });
  return { end, size: end.size, disagreeing };
}

const again = setStatement<{ since: string; grace: number; rates: FeeRates }, Movement>(
  'match_movements_of_findings',
  () => 'balance',
  select(`
    select b.* from stripe_balance_transactions b
    where b.created_at < (select since from item) and b.id in (
      select f.stripe ->> 'transaction' from findings f where f.kind = 'balance' and f.status = 'open'
    )`),
);

/** Movements from before `since` that an open finding speaks of: they are judged anew with every run. */
export function matchOpenFindings(
  db: Executor,
  { since, graceSeconds: grace, rates }: Omit<MatchOptions, 'limit'>,
): Promise<Movement[]> {
  return db.each(again, { since: since.toISOString(), grace, rates });
}

const ofPayout = setStatement<{ payout: string; grace: number; rates: FeeRates }, Movement>(
  'match_movements_of_payout',
  () => 'balance',
  select('select b.* from item join stripe_balance_transactions b on b.payout_id = item.payout'),
);

/** Movements that left with a payout, those of them that disagree. */
export function matchMovementsOfPayout(db: Executor, payout: string, rates: FeeRates): Promise<Movement[]> {
  return db.each(ofPayout, { payout, grace: 0, rates });
}

const count = statement(
  'count_movements',
  'select count(*)::integer as movements from stripe_balance_transactions where created_at >= $1',
);

export async function countMovements(db: Executor, since: Date): Promise<number> {
  const [row] = await db.rows<{ movements: number }>(count, [since]);
  return row?.movements ?? 0;
}

// Payments older than the oldest movement that was ever read say nothing: their movements were never asked for.
const unseen = statement(
  'charges_without_movement',
  `select p.id as payment_id, p.order_id, o.number as order_number, p.provider_id as intent_id, p.charge_id, p.captured_amount,
     p.currency, p.created_at
   from payments p join orders o on o.id = p.order_id
   where p.captured_amount > 0 and p.provider_id is not null and p.updated_at < now() - make_interval(secs => $2)
     and (p.created_at >= $1 or p.id::text in (select f.subject from findings f where f.code = 'charge_missing' and f.status = 'open'))
     and p.created_at >= coalesce((select min(created_at) from stripe_balance_transactions), '-infinity')
     and not exists (
       select from stripe_objects c join stripe_balance_transactions t on t.source_id = c.id
       where c.intent_id = p.provider_id and c.type = 'charge'
     )
     and not exists (select from findings f where f.code = 'intent_missing' and f.subject = p.provider_id and f.status = 'open')
   order by p.id limit $3`,
);

/** Captured payments that no movement of Stripe's stands for, although there was time for one. */
export function findUnseenCharges(
  db: Executor,
  since: Date,
  graceSeconds: number,
  limit: number,
): Promise<UnseenCharge[]> {
  return db.rows<UnseenCharge>(unseen, [since, graceSeconds, limit]);
}

export interface FeeToKeep {
  paymentId: string;
  amount: number;
  currency: string;
  chargeId: string;
}

const keepFees = statement(
  'keep_missing_fees',
  `update payments p set fee_amount = item.amount, fee_currency = item.currency, charge_id = coalesce(p.charge_id, item."chargeId"),
     updated_at = now()
   from json_to_recordset($1) as item ("paymentId" uuid, amount bigint, currency text, "chargeId" text)
   where p.id = item."paymentId" and p.fee_amount is null`,
);

/** Keeps fees that were never told; one that is known meanwhile stays. */
export async function keepMissingFees(db: Executor, fees: readonly FeeToKeep[]): Promise<void> {
  if (fees.length === 0) return;
  const sorted = [...fees].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
  await db.rows(keepFees, [JSON.stringify(sorted)]);
}
