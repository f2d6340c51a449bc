-- What keeps pictures as they should be: rebuilds of all variants, chores of the schedule, and indexes for what the sweeper looks for.

-- One runs at a time. How far it is, the pictures say: those of another recipe are still to do.
create table image_rebuilds (
  id uuid primary key,
  status text not null default 'running',
  -- Of the configuration that the schedule runs by; null until it has seen the rebuild.
  recipe text,
  total integer,
  created_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint image_rebuilds_status_known check (status in ('running', 'done', 'canceled')),
  constraint image_rebuilds_end_told check ((status = 'running') = (finished_at is null))
);
create unique index image_rebuilds_one_running on image_rebuilds (status) where status = 'running';

-- Work of a timer that is done now and then, by whichever process comes first.
create table image_chores (
  name text primary key,
  due_at timestamptz not null default now()
);

create index pictures_new_idx on pictures (updated_at) where status = 'new';
create index pictures_late_idx on pictures (recipe, updated_at) where status = 'ready' and late_recipe is distinct from recipe;
create index picture_variants_recipe_idx on picture_variants (recipe, sha256);
