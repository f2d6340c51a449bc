-- The daily close: a journal per day and currency that sums. Written with the day's closing, in its transaction, and never changed.

create table ledger_day_lines (
  day date not null references ledger_days (day),
  currency text not null,
  account text not null,
  opening bigint not null,
  debit bigint not null,
  credit bigint not null,
  closing bigint not null,
  primary key (day, currency, account),
  constraint ledger_day_lines_add_up check (closing = opening + debit - credit and debit >= 0 and credit >= 0)
);
create trigger ledger_day_lines_immutable before update or delete or truncate on ledger_day_lines
for each statement execute function refuse_ledger_change();
alter table ledger_day_lines enable always trigger ledger_day_lines_immutable;

-- What a day did to each account that it moved or that stood open: its journal, whether it is closed or not.
create function ledger_journal(p_day date)
returns table (currency text, account text, opening bigint, debit bigint, credit bigint, closing bigint)
language plpgsql stable set enable_seqscan = off as $$
#variable_conflict use_column
declare
  base date := (select max(day) from ledger_days where day < p_day);
begin
  return query
  select x.currency, x.account, sum(x.opening)::bigint, sum(x.debit)::bigint, sum(x.credit)::bigint,
    (sum(x.opening) + sum(x.debit) - sum(x.credit))::bigint
  from (
    select l.currency, l.account, l.closing as opening, 0 as debit, 0 as credit from ledger_day_lines l where l.day = base
    union all
    select e.currency, e.account, case when t.booked_on < p_day then e.amount else 0 end,
      case when t.booked_on = p_day then greatest(e.amount, 0) else 0 end,
      case when t.booked_on = p_day then greatest(-e.amount, 0) else 0 end
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
    where t.booked_on <= p_day and t.booked_on > coalesce(base, '-infinity')
  ) x
  group by x.currency, x.account
  having bool_or(x.debit <> 0 or x.credit <> 0) or sum(x.opening) <> 0;
end
$$;

-- Closes a day and keeps its journal. Returns why it did not, else null: closed (already), not_next (an earlier day is open),
-- not_over, behind (facts of the day are not booked yet; those that cannot be booked do not count, they go into a later day).
create function close_ledger_day(p_day date) returns text language plpgsql as $$
begin
  if exists (select from ledger_days d where d.day >= p_day) then
    return 'closed';
  elsif p_day >= (now() at time zone 'utc')::date then
    return 'not_over';
  elsif p_day <> (select coalesce((select max(day) + 1 from ledger_days), (select min(booked_on) from ledger_transactions), p_day)) then
    return 'not_next';
  elsif exists (select from ledger_due f where f.tries = 0 and f.since < (p_day + 1)::timestamp at time zone 'utc') then
    return 'behind';
  end if;
  -- Waits for bookings under way, and lets no other in until this transaction ends. Each statement below sees what they booked.
  insert into ledger_days (day) values (p_day) on conflict do nothing;
  if not found then
    return 'closed';
  end if;
  insert into ledger_day_lines (day, currency, account, opening, debit, credit, closing) select p_day, j.* from ledger_journal(p_day) j;
  return null;
end
$$;

-- The first day that is not closed and has been over for a while; null when there is none.
create function ledger_day_to_close(p_after_seconds float8) returns date language sql stable as $$
  select day from (
    select coalesce((select max(day) + 1 from ledger_days), (select min(booked_on) from ledger_transactions)) as day
  ) next where (day + 1)::timestamp + make_interval(secs => p_after_seconds) <= now() at time zone 'utc'
$$;
