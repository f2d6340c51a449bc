-- The double-entry ledger. An entry's amount is signed: debits are positive, credits negative, in minor units of its currency.
-- Rows are only ever added; what was wrong is reversed by a booking that names the one it takes back.

create table ledger_accounts (
  code text primary key,
  name text not null,
  type text not null,
  position integer not null,
  description text not null,
  constraint ledger_accounts_code_format check (code ~ '^[a-z][a-z_]{1,40}$'),
  constraint ledger_accounts_type_known check (type in ('asset', 'liability', 'revenue', 'contra_revenue', 'expense', 'clearing')),
  constraint ledger_accounts_position_key unique (position)
);

insert into ledger_accounts (position, code, type, name, description) values
  (10, 'stripe_balance', 'asset', 'Stripe balance', 'Money held by Stripe for us, pending and available together'),
  (20, 'bank', 'asset', 'Bank', 'Paid out by Stripe'),
  (30, 'customer_receivable', 'asset', 'Customers', 'Debit: owed by customers. Credit: taken without a sale, to be given back'),
  (40, 'disputes', 'asset', 'Disputed money', 'Withdrawn by Stripe for disputes that are not decided'),
  (45, 'vendor_payable', 'liability', 'Vendors', 'Owed to vendors for what they sold, less commission and what was transferred to them'),
  (50, 'tax_payable', 'liability', 'Tax payable', 'Tax that was charged, less what went back with refunds'),
  (60, 'revenue', 'revenue', 'Revenue', 'Goods sold, without tax'),
  (70, 'shipping_revenue', 'revenue', 'Shipping', 'Shipping charged to customers'),
  (75, 'commission', 'revenue', 'Commission', 'Kept of what vendors sold'),
  (80, 'refunds', 'contra_revenue', 'Refunds', 'Given back to customers, without tax'),
  (90, 'stripe_fees', 'expense', 'Stripe fees', 'What Stripe took for payments and services'),
  (100, 'dispute_fees', 'expense', 'Dispute fees', 'What Stripe took for disputes'),
  (110, 'dispute_losses', 'expense', 'Lost disputes', 'Money that went to customers by lost disputes'),
  (120, 'fx', 'clearing', 'Currency exchange', 'What one currency gave and another got when Stripe settled in another than the charge''s'),
  (130, 'suspense', 'clearing', 'Suspense', 'Money that nobody has explained yet');

-- A day that stands here is closed: it takes no further entries.
create table ledger_days (
  day date primary key,
  closed_at timestamptz not null default now()
);

create table ledger_transactions (
  id bigint generated always as identity primary key,
  -- Why it was booked. Unique, so that whoever asks again, books nothing.
  cause_kind text not null,
  cause_id text not null,
  -- Without a foreign key: the order's row is busy, and every check would lock it.
  order_id uuid,
  booked_on date not null,
  -- How many entries it has; they come with it in one statement or not at all.
  entries smallint not null,
  reverses bigint references ledger_transactions (id),
  description text,
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint ledger_transactions_cause_key unique (cause_kind, cause_id),
  constraint ledger_transactions_reverses_key unique (reverses),
  constraint ledger_transactions_entries_enough check (entries >= 2),
  constraint ledger_transactions_reverses_another check (reverses < id),
  constraint ledger_transactions_cause_known check (
    cause_kind in (
      'capture', 'fee', 'refund', 'refund_failure', 'dispute', 'dispute_won', 'dispute_lost', 'exchange', 'payout',
      'payout_failure', 'balance_transaction', 'correction', 'credit', 'credit_return', 'edit', 'vendor_share', 'transfer',
      'transfer_reversal'
    )
  )
);
create index ledger_transactions_order_idx on ledger_transactions (order_id) where order_id is not null;
create index ledger_transactions_day_idx on ledger_transactions (booked_on, id);

-- Its account and its transaction are checked by the statement below, not by foreign keys: a foreign key would lock the one row of
-- an account for every entry of every order.
create table ledger_entries (
  transaction_id bigint not null,
  position smallint not null,
  account text not null,
  currency text not null,
  amount bigint not null,
  primary key (transaction_id, position),
  constraint ledger_entries_amount_not_zero check (amount <> 0),
  constraint ledger_entries_currency_lower_case check (currency ~ '^[a-z]{3}$')
);
create index ledger_entries_account_idx on ledger_entries (account, transaction_id);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: the ledger is only ever added to', lower(tg_op), tg_table_name
    using errcode = 'restrict_violation', hint = 'Book a transaction that reverses the wrong one.';
end
$$;
create trigger ledger_entries_immutable before update or delete or truncate on ledger_entries
for each statement execute function refuse_ledger_change();
create trigger ledger_transactions_immutable before update or delete or truncate on ledger_transactions
for each statement execute function refuse_ledger_change();
create trigger ledger_days_immutable before update or delete or truncate on ledger_days
for each statement execute function refuse_ledger_change();
create trigger ledger_accounts_immutable before update of code or delete or truncate on ledger_accounts
for each statement execute function refuse_ledger_change();

-- Whoever books holds this lock in common, whoever closes a day holds it alone: no booking slips into a day while it is closed.
create function share_ledger() returns void language sql as $$
  select pg_advisory_xact_lock_shared(1819567975, 0)
$$;
create function own_ledger() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1819567975, 0);
  return null;
end
$$;
create trigger ledger_days_alone before insert on ledger_days for each statement execute function own_ledger();

-- Asks once per statement, however many entries it brought: complete, balanced in each currency, on known accounts, on an open
-- day, and exactly opposite to what it reverses.
create function check_ledger_entries() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  wrong record;
  first_open date;
begin
  perform share_ledger();
  select max(day) + 1 into first_open from ledger_days;

  select a.transaction_id, t.booked_on, t.booked_on < first_open as closed, a.unbalanced into wrong
  from (
    select c.transaction_id, sum(c.entries) as entries, min(c.least) as least, max(c.most) as most, bool_or(c.amount <> 0) as unbalanced
    from (
      select transaction_id, currency, count(*) as entries, min(position) as least, max(position) as most, sum(amount) as amount
      from added group by transaction_id, currency
    ) c group by c.transaction_id
  ) a
  left join lateral (select * from ledger_transactions x where x.id = a.transaction_id limit 1) t on true
  where a.unbalanced or t.id is null or a.entries <> t.entries or a.least <> 1 or a.most <> t.entries or t.booked_on < first_open
  limit 1;
  if found then
    if wrong.unbalanced then
      raise exception 'ledger transaction % does not balance', wrong.transaction_id
        using errcode = 'check_violation', constraint = 'ledger_entries_balance';
    elsif wrong.closed then
      raise exception 'ledger transaction %: the day % is closed', wrong.transaction_id, wrong.booked_on
        using errcode = 'check_violation', constraint = 'ledger_entries_day_open';
    end if;
    raise exception 'ledger transaction % does not exist, or its entries are not exactly those it announced', wrong.transaction_id
      using errcode = 'check_violation', constraint = 'ledger_entries_complete';
  end if;

  select n.account into wrong from (select distinct account from added) n
  where not exists (select from ledger_accounts c where c.code = n.account) limit 1;
  if found then
    raise exception 'there is no ledger account %', wrong.account
      using errcode = 'foreign_key_violation', constraint = 'ledger_entries_account_known';
  end if;

  select t.id into wrong
  from (select distinct transaction_id from added) a
  join lateral (select * from ledger_transactions x where x.id = a.transaction_id limit 1) t on t.reverses is not null
  where exists (
    select from ledger_entries e where e.transaction_id in (t.id, t.reverses) group by e.account, e.currency having sum(e.amount) <> 0
  )
  limit 1;
  if found then
    raise exception 'ledger transaction % is not the opposite of the one it reverses', wrong.id
      using errcode = 'check_violation', constraint = 'ledger_entries_reverse_exactly';
  end if;
  return null;
end
$$;
create trigger ledger_entries_checked after insert on ledger_entries referencing new table as added
for each statement execute function check_ledger_entries();

-- A transaction without entries would take its cause's place and book nothing.
create function check_ledger_transaction() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if not exists (select from ledger_entries e where e.transaction_id = new.id) then
    raise exception 'ledger transaction % has no entries', new.id
      using errcode = 'check_violation', constraint = 'ledger_transactions_have_entries';
  end if;
  return null;
end
$$;
create constraint trigger ledger_transactions_checked after insert on ledger_transactions
deferrable initially deferred for each row execute function check_ledger_transaction();

-- They hold also where a session has switched ordinary triggers off.
alter table ledger_entries enable always trigger ledger_entries_immutable;
alter table ledger_entries enable always trigger ledger_entries_checked;
alter table ledger_transactions enable always trigger ledger_transactions_immutable;
alter table ledger_transactions enable always trigger ledger_transactions_checked;
alter table ledger_days enable always trigger ledger_days_immutable;
alter table ledger_accounts enable always trigger ledger_accounts_immutable;

-- Books a set: [{cause_kind, cause_id, order_id?, occurred_at, description?, entries: [{account, currency, amount}]}, …], or with
-- {reverses_kind, reverses_id} instead of entries: the opposite of what that cause booked.
-- Each cause is booked once: `booked` tells whether it was now, `transaction_id` is null when there was nothing to reverse, or
-- when another booking has reversed it. The day is the one of occurred_at (UTC), or the first open one when that is closed.
create function post_ledger(p_bookings json)
returns table (n integer, transaction_id bigint, booked boolean)
language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  first_open date;
  today date := (now() at time zone 'utc')::date;
  made bigint[];
begin
  perform share_ledger();
  select max(day) + 1 into first_open from ledger_days;

  with wanted as (
    select distinct on (b.cause_kind, b.cause_id) b.*, r.id as reversed, r.order_id as reversed_order,
      coalesce(r.entries, json_array_length(b.entries)) as size
    from json_to_recordset(p_bookings) as b (
      n integer, cause_kind text, cause_id text, order_id uuid, occurred_at timestamptz, description text,
      reverses_kind text, reverses_id text, entries json
    )
    left join lateral (
      select t.id, t.order_id, t.entries from ledger_transactions t
      where t.cause_kind = b.reverses_kind and t.cause_id = b.reverses_id limit 1
    ) r on true
    left join lateral (
      select t.id from ledger_transactions t where t.cause_kind = b.cause_kind and t.cause_id = b.cause_id limit 1
    ) known on true
    where known.id is null and (b.reverses_kind is null or r.id is not null)
    order by b.cause_kind, b.cause_id, b.n
  ), item as materialized (
    select nextval('ledger_transactions_id_seq') as id, w.* from (select * from wanted order by n) w
  ), header as (
    insert into ledger_transactions (id, cause_kind, cause_id, order_id, booked_on, entries, reverses, description, occurred_at)
    overriding system value
    select id, cause_kind, cause_id, coalesce(order_id, reversed_order),
      greatest(least((occurred_at at time zone 'utc')::date, today), first_open), size, reversed, description, occurred_at
    from item
    -- One order of causes for all: two sets that overlap wait for each other, and never in a ring.
    order by cause_kind, cause_id
    on conflict do nothing
    returning id
  ), line as (
    insert into ledger_entries (transaction_id, position, account, currency, amount)
    select i.id, e.position, e.account, e.currency, e.amount
    from item i
    cross join lateral (
      select g.position, g.account, g.currency, g.amount
      from rows from (json_to_recordset(i.entries) as (account text, currency text, amount bigint))
        with ordinality as g (account, currency, amount, position)
      where i.reversed is null
      union all
      select o.position, o.account, o.currency, -o.amount from ledger_entries o where o.transaction_id = i.reversed
    ) e
    -- `is true` makes a hash table of it, where a join would compare all with all.
    where (i.id in (select id from header)) is true
  )
  select array_agg(id) into made from header;

  -- Asked anew: a cause that somebody else booked meanwhile is seen only now.
  return query
  select b.n, t.id, (t.id in (select unnest(made))) is true
  from json_to_recordset(p_bookings) as b (n integer, cause_kind text, cause_id text)
  left join lateral (
    select x.id from ledger_transactions x where x.cause_kind = b.cause_kind and x.cause_id = b.cause_id limit 1
  ) t on true;
end
$$;

-- The currency of payments.fee_amount: what Stripe settles in. Null: the payment's own.
alter table payments add column fee_currency text;

-- Payments and refunds whose money has changed since the ledger looked: whatever code changes them, the change is noted with it.
-- One row per change and no key on the subject: the poster deletes exactly the rows that it has seen.
create table ledger_due (
  id bigint generated always as identity primary key,
  subject text not null,
  subject_id uuid not null,
  since timestamptz not null default now(),
  -- What could not be booked is tried again later and later.
  tries smallint not null default 0,
  available_at timestamptz not null default now(),
  constraint ledger_due_subject_known check (subject in ('payment', 'refund', 'credit', 'edit'))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

create function note_ledger_due() returns trigger language plpgsql as $$
begin
  insert into ledger_due (subject, subject_id) values (tg_argv[0], new.id);
  return null;
end
$$;
create trigger payments_ledger_due after update of captured_amount, fee_amount, fee_currency on payments for each row
when (new.captured_amount <> old.captured_amount or new.fee_amount is distinct from old.fee_amount
  or new.fee_currency is distinct from old.fee_currency)
execute function note_ledger_due('payment');
create trigger refunds_ledger_due after update of status on refunds for each row
when (new.status <> old.status and new.status in ('succeeded', 'failed', 'canceled'))
execute function note_ledger_due('refund');
-- Rows that come with money already (an import, a refund that was made in Stripe's dashboard).
create trigger payments_ledger_due_new after insert on payments for each row
when (new.captured_amount > 0 or new.fee_amount is not null) execute function note_ledger_due('payment');
create trigger refunds_ledger_due_new after insert on refunds for each row
when (new.status = 'succeeded') execute function note_ledger_due('refund');
