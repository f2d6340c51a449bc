-- Who asks to be told when little of a variant is left. What nobody asks of costs a comparison per changed level: the trigger's
-- condition is judged without a call.

-- One per variant with a threshold. The row's lock puts changes of the variant's levels in one order, so that two orders of
-- different places cannot both see "still enough".
create table stock_watches (
  variant_id uuid primary key references variants (id) on delete cascade,
  threshold integer not null,
  -- Told, or set up so: armed again when there is more than the threshold.
  is_low boolean not null
) with (fillfactor = 70);

-- Each time that the units free to sell, over all places, came down to the threshold; taken by whoever tells of it.
create table low_stock_news (
  id uuid primary key default gen_random_uuid(),
  variant_id uuid not null references variants (id) on delete cascade,
  available bigint not null,
  threshold integer not null,
  created_at timestamptz not null default now()
);

-- After the statement, so a sum over several places is whole. Each query of it sees what was committed while it waited for the lock.
create function judge_stock_watch() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  watch stock_watches;
  free bigint;
begin
  select * into watch from stock_watches w where w.variant_id = new.variant_id for no key update;
  if not found then
    return null;
  end if;
  select coalesce(sum(s.on_hand - s.reserved), 0) into free from stock_levels s where s.variant_id = new.variant_id;
  if watch.is_low = (free <= watch.threshold) then
    return null;
  end if;
  update stock_watches w set is_low = not watch.is_low where w.variant_id = new.variant_id;
  if not watch.is_low then
    insert into low_stock_news (variant_id, available, threshold) values (new.variant_id, free, watch.threshold);
  end if;
  return null;
end
$$;
create trigger stock_levels_watched after update of on_hand, reserved on stock_levels for each row
when (new.is_watched and new.on_hand - new.reserved <> old.on_hand - old.reserved)
execute function judge_stock_watch();

-- A place that gets the variant later. The lock waits for a threshold that is being set.
create function watch_new_level() returns trigger language plpgsql as $$
declare
  threshold integer;
begin
  select v.low_stock_threshold into threshold from variants v where v.id = new.variant_id for share;
  new.is_watched := threshold is not null;
  return new;
end
$$;
create trigger stock_levels_begin before insert on stock_levels for each row execute function watch_new_level();

-- To set a threshold is no news: who sets it above what is there knows. Levels are locked before the watch, as by what moves stock.
create function set_stock_watch() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  perform from stock_levels s where s.variant_id = new.id order by s.location_id for no key update;
  update stock_levels s set is_watched = new.low_stock_threshold is not null
  where s.variant_id = new.id and s.is_watched <> (new.low_stock_threshold is not null);
  if new.low_stock_threshold is null then
    delete from stock_watches w where w.variant_id = new.id;
    return null;
  end if;
  insert into stock_watches (variant_id, threshold, is_low)
  select new.id, new.low_stock_threshold, coalesce(sum(s.on_hand - s.reserved), 0) <= new.low_stock_threshold
  from stock_levels s where s.variant_id = new.id
  on conflict (variant_id) do update set threshold = excluded.threshold, is_low = excluded.is_low;
  return null;
end
$$;
create trigger variants_watched_from_start after insert on variants for each row
when (new.low_stock_threshold is not null) execute function set_stock_watch();
create trigger variants_watched after update of low_stock_threshold on variants for each row
when (new.low_stock_threshold is distinct from old.low_stock_threshold) execute function set_stock_watch();
