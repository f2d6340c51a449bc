-- Politeness towards the hosts that pictures are fetched from: how often each is asked, whichever process asks.

create table host_turns (
  host text primary key,
  -- The next start that is free. Starts are given out in the order in which they are asked for.
  next_at timestamptz not null default now(),
  -- The host asked for a rest (Retry-After).
  rests_until timestamptz not null default '-infinity'
) with (fillfactor = 70);

-- Who has a turn at which host: booked, or (with an end) under way. The end is a lease, since a process may die in between.
create table host_visits (
  visit text primary key,
  host text not null,
  starts_at timestamptz not null,
  ends_at timestamptz
) with (fillfactor = 70);
create index host_visits_under_way_idx on host_visits (host, ends_at) where ends_at is not null;

-- Takes the visit's turn, or books one. Returns the seconds to wait until asking again; 0 says that the turn has come.
-- p_at_once: how many visits a host has at the same time, and how many begin per second.
create function take_host_turn(p_host text, p_visit text, p_at_once integer, p_lease_seconds float8) returns float8
language plpgsql as $$
declare
  gap interval := make_interval(secs => 1.0 / p_at_once);
  h host_turns;
  moment timestamptz;
  booked timestamptz;
begin
  insert into host_turns (host) values (p_host) on conflict do nothing;
  -- One at a time asks for a host's turns, and reads the clock when it is let in.
  select * into h from host_turns where host = p_host for update;
  moment := clock_timestamp();
  select starts_at into booked from host_visits where visit = p_visit and host = p_host;
  if booked is null or booked < h.rests_until and h.rests_until > moment then
    booked := greatest(h.next_at, h.rests_until, moment);
  elsif booked <= moment and p_at_once <= (
    select count(*) from host_visits where host = p_host and ends_at > moment and visit <> p_visit
  ) then
    -- The host is slower than its turns come: this one goes to the end of the queue.
    booked := greatest(h.next_at, h.rests_until, moment + gap);
  elsif booked <= moment then
    update host_visits set ends_at = moment + make_interval(secs => p_lease_seconds) where visit = p_visit;
    return 0;
  else
    return extract(epoch from booked - moment);
  end if;
  update host_turns set next_at = booked + gap where host = p_host;
  insert into host_visits (visit, host, starts_at) values (p_visit, p_host, booked)
  on conflict (visit) do update set host = excluded.host, starts_at = excluded.starts_at, ends_at = null;
  if booked > moment then
    return extract(epoch from booked - moment);
  end if;
  -- The host is idle: what was booked begins now.
  return take_host_turn(p_host, p_visit, p_at_once, p_lease_seconds);
end
$$;
