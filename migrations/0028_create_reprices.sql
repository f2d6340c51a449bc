-- What our own prices were, and what competitors' prices propose for them. Amounts are integer minor units of their currency.

-- Append-only: written with every change of a price, whoever makes it.
create table price_changes (
  id bigint generated always as identity primary key,
  variant_id uuid not null,
  currency text not null,
  -- Null: there was none before; there is none since.
  from_amount bigint,
  to_amount bigint,
  -- The proposal that it was made by.
  reprice_id uuid,
  -- Of the change and not of its transaction, which may have begun before that of an earlier change.
  changed_at timestamptz not null default clock_timestamp()
);
create index price_changes_variant_idx on price_changes (variant_id, currency, changed_at desc);

create function note_price_change() returns trigger language plpgsql as $$
begin
  insert into price_changes (variant_id, currency, from_amount, to_amount, reprice_id)
  values (coalesce(new.variant_id, old.variant_id), coalesce(new.currency, old.currency), old.amount, new.amount,
    nullif(current_setting('stockroom.reprice', true), '')::uuid);
  return null;
end
$$;
create trigger prices_insert_noted after insert on prices for each row execute function note_price_change();
create trigger prices_update_noted after update of amount on prices for each row
when (old.amount is distinct from new.amount) execute function note_price_change();
create trigger prices_delete_noted after delete on prices for each row execute function note_price_change();

-- The history of prices that were there before begins here.
insert into price_changes (variant_id, currency, to_amount) select variant_id, currency, amount from prices;

-- A proposal for one price of ours, which a person answers.
create table reprices (
  id uuid primary key,
  variant_id uuid not null references variants (id) on delete cascade,
  currency text not null,
  -- The price it was reckoned from: it is applied while that is still the price, and undone while its own is.
  from_amount bigint not null,
  to_amount bigint not null,
  -- How it was reckoned, what held it back, and what it rests on: domain/repricing.ts.
  rule jsonb not null,
  basis jsonb not null,
  alert_id uuid,
  observation_id uuid,
  status text not null default 'proposed',
  expires_at timestamptz not null,
  proposed_by text,
  decided_by text,
  decided_at timestamptz,
  applied_at timestamptz,
  undone_by text,
  undone_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reprices_status_known check (status in ('proposed', 'refused', 'applied', 'undone', 'expired')),
  constraint reprices_amounts_sound check (from_amount >= 0 and to_amount > 0 and from_amount <> to_amount),
  constraint reprices_currency_lower_case check (currency ~ '^[a-z]{3}$'),
  constraint reprices_application_told check ((status in ('applied', 'undone')) = (applied_at is not null))
);
create index reprices_status_idx on reprices (status, id desc);
create index reprices_variant_idx on reprices (variant_id, id desc);
create index reprices_alert_idx on reprices (alert_id) where alert_id is not null;
-- One question at a time about one price.
create unique index reprices_one_open on reprices (variant_id, currency) where status = 'proposed';
