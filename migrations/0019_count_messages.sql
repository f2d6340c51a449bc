-- What became of the calls to the providers of messages, counted by all processes for /metrics.
create table message_outcomes (
  channel text not null,
  provider text not null,
  outcome text not null,
  count bigint not null,
  seconds float8 not null,
  primary key (channel, provider, outcome)
) with (fillfactor = 50);
