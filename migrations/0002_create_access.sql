-- Who may call, and what was answered to whom.

create table api_keys (
  id uuid primary key,
  name text not null,
  kind text not null,
  mode text not null,
  scopes text[] not null,
  key_hash bytea not null,
  key_hint text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  replaced_by uuid references api_keys (id),
  constraint api_keys_hash_key unique (key_hash),
  constraint api_keys_kind_known check (kind in ('publishable', 'secret')),
  constraint api_keys_mode_known check (mode in ('test', 'live'))
);

-- One row per Idempotency-Key and caller, written in the transaction of the effect it stands for.
create table idempotency_records (
  api_key_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  -- json, not jsonb: a replay is equal to the letter, members in their order
  body json,
  location text,
  waited_body json,
  created_at timestamptz not null default now(),
  primary key (api_key_id, key)
);
create index idempotency_records_age_idx on idempotency_records using brin (created_at);
