-- Pictures of products. A product image is a picture's place at a product; a picture is content, named by the SHA-256 of its original
-- bytes and shared by all product images that hold the same bytes; a variant is one rendition of it.

create domain image_status as text constraint product_images_status_known check (
  value in ('awaiting_upload', 'queued', 'ready', 'rejected', 'failed')
);
create domain picture_status as text constraint pictures_status_known check (value in ('new', 'ready', 'rejected', 'removing'));
create domain source_format as text constraint pictures_format_known check (value in ('jpeg', 'png', 'webp', 'avif', 'gif'));
create domain content_hash as text constraint content_hash_form check (value ~ '^[0-9a-f]{64}$');

create table pictures (
  sha256 content_hash primary key,
  bytes integer not null,
  format source_format not null,
  status picture_status not null default 'new',
  -- {code, message}
  rejection jsonb,
  -- When the original was known to be whole in storage; until then who has the bytes puts them there.
  stored_at timestamptz,
  -- Of the variants that stand ready, and the recipe for which the formats that come later stand ready too.
  recipe text,
  late_recipe text,
  -- Upright.
  width integer,
  height integer,
  has_alpha boolean,
  thumbhash text,
  dominant_color text,
  perceptual_hash text,
  timings jsonb,
  -- No product image has it since then; it goes after a grace time. Also set while its first product image is being made.
  unused_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pictures_rejection_told check ((status = 'rejected') = (rejection is not null) or status = 'removing'),
  constraint pictures_ready_whole check (
    status <> 'ready' or num_nonnulls(recipe, width, height, has_alpha, stored_at) = 5
  ),
  constraint pictures_bytes_positive check (bytes > 0)
);
create index pictures_unused_idx on pictures (unused_since) where unused_since is not null;
create index pictures_recipe_idx on pictures (recipe, sha256) where status = 'ready';

-- Seven parts of a perceptual hash's 64 bits, each with its place: hashes of which at most six bits differ have one in common.
create function perceptual_hash_parts(hash text) returns integer[] language sql immutable strict parallel safe as $$
  select array_agg(part * 1024 + substring(('x' || hash)::bit(64) from part * 9 + 1 for case part when 6 then 10 else 9 end)::integer)
  from generate_series(0, 6) as part
$$;
create index pictures_alike_idx on pictures using gin (perceptual_hash_parts(perceptual_hash)) where perceptual_hash is not null;

create table picture_variants (
  sha256 content_hash not null references pictures (sha256) on delete cascade,
  recipe text not null,
  preset text not null,
  format text not null,
  width integer not null,
  height integer not null,
  bytes integer not null,
  -- Where it stands in storage.
  key text not null,
  created_at timestamptz not null default now(),
  primary key (sha256, recipe, preset, format),
  constraint picture_variants_format_known check (format in ('avif', 'webp', 'jpeg')),
  constraint picture_variants_size_positive check (width > 0 and height > 0 and bytes > 0)
);

-- awaiting_upload → queued → ready | rejected (the picture's fault) | failed (ours, or the net's: can be retried)
create table product_images (
  id uuid primary key,
  product_id uuid not null references products (id) on delete cascade,
  source text not null,
  source_url text,
  sha256 content_hash references pictures (sha256),
  status image_status not null,
  -- {code, message} of what was rejected or failed.
  problem jsonb,
  alt text not null default '',
  position integer not null,
  -- Chosen by somebody; where nobody chose, the first that is ready counts as it.
  is_primary boolean not null default false,
  -- When a presigned upload must have been made.
  expires_at timestamptz,
  version integer not null default 1,
  -- Id of the API key.
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint product_images_source_known check (source in ('upload', 'url', 'presigned')),
  constraint product_images_url_told check ((source = 'url') = (source_url is not null)),
  constraint product_images_problem_told check ((status in ('rejected', 'failed')) = (problem is not null)),
  constraint product_images_ready_has_picture check (status <> 'ready' or sha256 is not null),
  constraint product_images_upload_expires check ((status = 'awaiting_upload') <= (source = 'presigned' and expires_at is not null))
);
create index product_images_product_idx on product_images (product_id, position, id);
create index product_images_picture_idx on product_images (sha256) where sha256 is not null;
create index product_images_status_idx on product_images (status, id);
create unique index product_images_one_primary on product_images (product_id) where is_primary;
-- The same address again is the same image.
create unique index product_images_url_key on product_images (product_id, source_url) where source_url is not null;

-- What each step of the pipeline has taken, over all processes, in the form of a Prometheus histogram (buckets are cumulative).
create table image_steps (
  step text primary key,
  count bigint not null,
  seconds float8 not null,
  buckets bigint[] not null
) with (fillfactor = 50);
