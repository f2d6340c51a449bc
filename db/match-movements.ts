/**
 * Stripe's movements joined to our rows and to the ledger, in slices by time. The joins and the test for agreement are SQL;
 * only what does not agree in every figure leaves the database, to be judged.
 */
import { SELF_EXPLAINING } from '../domain/reconciliation-balance.ts';
import type { Movement } from '../domain/reconciliation-movement.ts';
import type { FeeRates } from '../domain/stripe-fees.ts';
import { corrections, OF_PAYMENT, withCorrection } from './booked-corrections.ts';
import { type Executor, setStatement, statement } from './database.ts';
import { doubledTransfer, ownTransfer, TRANSFERS } from './own-transfers.ts';

export interface SliceStart {
  at: Date;
  id: string;
}

interface Slice {
  after_at: string;
  after_id: string;
  end_at: string;
  end_id: string;
  grace: number;
  rates: FeeRates;
}

export const CHARGES = `('charge', 'payment')`;

/** What a fee depends on: the currencies of charge and settlement, and what paid. */
export const FEE_KIND = `t.currency || '/' || s.currency || '/' || (s.data ->> 'fee_kind')`;

/** Movements younger than the grace are left for the next run: their payment or booking may be on its way. */
const OLD_ENOUGH = 't.created_at not between now() - make_interval(secs => item.grace) and now()';

/**
 * `|| ''` keeps the planner from an index on that column, which would give it all captures for each movement, where the other
 * column leads to the few rows of one order.
 */
const select = (movements: string) => `
  with item as materialized (
    select * from json_to_recordset($1) as item (
      n integer, since timestamptz, after_at timestamptz, after_id text, end_at timestamptz, end_id text, grace float8, rates json, payout text, movement text
    )
  ), unposted as materialized (
    select subject_id from ledger_due
  ), t as materialized (${movements})
  select item.n, t.id, t.type, t.amount, t.fee, t.fee_detailed, t.net, t.currency, t.exchange_rate::text, t.source_id, t.created_at,
    s.type as source_type, s.status as source_status, s.amount as source_amount, s.currency as source_currency,
    (s.data ->> 'automatic')::boolean as automatic, s.charge_id,
    case when s.type = 'charge' then s.amount else c.amount end as charge_amount,
    case when s.type = 'charge' then s.currency else c.currency end as charge_currency, coalesce(s.intent_id, c.intent_id) as intent_id,
    ${FEE_KIND} as fee_kind, coalesce(back.amount, 0) as charge_returned,
    coalesce(own.net, 0) as source_net, coalesce(own.fee, 0) as source_fee, coalesce(own.moves, 0) as source_moves,
    coalesce(known.net, 0) as known_net, coalesce(known.fee, 0) as known_fee, coalesce(known.moves, 0) as known_moves,
    p.id as payment_id, p.status as payment_status, p.charge_id as payment_charge, p.amount as payment_amount, p.currency as payment_currency,
    p.captured_amount, p.fee_amount, p.fee_currency, p.order_id, o.number as order_number,
    named.id as named_order, named.number as named_number, named.captured_amount as named_captured,
    r.id as refund_id, r.status as refund_status, r.amount as refund_amount, r.currency as refund_currency,
    ledger.amount as booked, ledger.own as own_booking,
    coalesce((
      select json_agg(json_build_object('code', f.code, 'stripe_amount', f.stripe_amount, 'settles', f.account is not null))
      from findings f where f.subject in (t.id, t.source_id) and f.status = 'corrected'
    ), '[]') as corrected,
    (select f.account from findings f where f.subject = coalesce(s.charge_id, t.id) and f.account is not null limit 1) as settled_account,
    case when t.type in ${TRANSFERS} then ${doubledTransfer('t', 's')} end as doubled_transfer,
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
  -- One at most, and said so: on a young table the planner would rather walk all refunds.
  left join lateral (select * from refunds x where s.type = 'refund' and x.provider_id = t.source_id limit 1) r on true
  -- What went back of a charge that is not ours, and what a dispute's movements come to: only asked where it is judged.
  left join lateral (
    select -sum(bt.amount)::bigint as amount from stripe_objects so join stripe_balance_transactions bt on bt.source_id = so.id
    where s.type = 'charge' and so.charge_id = s.id and so.type || '' = 'refund'
      and (p.id is null or p.charge_id is distinct from s.id)
  ) back on true
  left join lateral (
    select sum(bt.net)::bigint as net, sum(bt.fee)::bigint as fee, count(*)::integer as moves from stripe_balance_transactions bt
    where s.type = 'dispute' and bt.source_id = t.source_id and bt.currency = t.currency
  ) own on true
  left join lateral (
    select sum(m.net_amount)::bigint as net, sum(m.fee_amount)::bigint as fee, count(*)::integer as moves
    from disputes d join dispute_movements m on m.dispute_id = d.id
    where s.type = 'dispute' and d.provider_id = t.source_id and m.currency = t.currency
  ) known on true
  left join lateral (
    select sum(e.amount)::bigint as amount, coalesce(bool_or(l.own), false) as own
    from (
      select lt.id, false as own from ledger_transactions lt
      where t.type in ${CHARGES} and lt.order_id = p.order_id and ${OF_PAYMENT}
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
      ${corrections(`array[t.id, t.source_id, case when t.type in ${CHARGES} then p.id::text end]`)}
    ) l
    -- Behind a fence: the planner would rather read all entries of the account for each movement.
    cross join lateral (
      select x.amount from ${withCorrection('l.id')} b join ledger_entries x on x.transaction_id = b.id
      where x.account = 'stripe_balance' and x.currency = t.currency offset 0
    ) e
  ) ledger on true
  where ${OLD_ENOUGH} and not coalesce(case
    when t.type in ${CHARGES} then p.status = 'succeeded' and coalesce(p.charge_id, t.source_id) = t.source_id
      and (t.currency = p.currency and t.amount = p.captured_amount
        or t.currency <> p.currency and t.exchange_rate is not null and s.amount = p.captured_amount and ledger.own)
      and t.fee = p.fee_amount and coalesce(p.fee_currency, p.currency) = t.currency and t.net = t.amount - t.fee
      and ledger.amount = t.net and t.fee_detailed = t.fee and coalesce((
        select abs(t.fee * 10000 - t.amount * (rate ->> 'basisPoints')::bigint - (rate ->> 'fixed')::bigint * 10000) <= 10000
        from coalesce(item.rates -> t.currency, item.rates -> (${FEE_KIND})) as rate
      ), true)
    when s.type = 'refund' then p.id is not null and r.status = 'succeeded' and t.currency = r.currency
      and abs(t.amount) = r.amount and t.amount < 0 and t.fee = 0 and ledger.amount = t.net
    when s.type = 'dispute' then p.id is not null and ledger.amount = own.net
    when s.type = 'payout' then ledger.amount = t.net
    when t.type in ${TRANSFERS} then exists ${ownTransfer('t', 's')}
    else ledger.own and t.type = any(array[${SELF_EXPLAINING.map((type) => `'${type}'`).join(', ')}])
  end, false)
  order by t.created_at, t.id`;

const slice = setStatement<Slice, Movement>(
  'match_movements',
  () => 'balance',
  select(`
    select b.* from item join stripe_balance_transactions b
      on (b.created_at, b.id) > (item.after_at, item.after_id) and (b.created_at, b.id) <= (item.end_at, item.end_id)`),
);

const sliceEnd = statement(
  'end_of_movements',
  `select created_at as at, id, count(*) over ()::integer as size from (
     select created_at, id from stripe_balance_transactions
     where (created_at, id) > ($1, $2) order by created_at, id limit $3
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
  { limit, graceSeconds: grace, rates }: Omit<MatchOptions, 'since'>,
): Promise<{ end: SliceStart; size: number; disagreeing: Movement[] } | undefined> {
  const [end] = await db.rows<SliceStart & { size: number }>(sliceEnd, [after.at, after.id, limit]);
  if (!end) return undefined;
  const from = { after_at: after.at.toISOString(), after_id: after.id };
  const until = { end_at: end.at.toISOString(), end_id: end.id };
  const disagreeing = await db.each(slice, { ...from, ...until, grace, rates });
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

const one = setStatement<{ movement: string; grace: number; rates: FeeRates }, Movement>(
  'match_movement',
  () => 'balance',
  select('select b.* from item join stripe_balance_transactions b on b.id = item.movement'),
);

/** A movement as it stands now; undefined when it agrees. */
export async function matchMovement(db: Executor, movement: string, rates: FeeRates): Promise<Movement | undefined> {
  const [found] = await db.each(one, { movement, grace: 0, rates });
  return found;
}
