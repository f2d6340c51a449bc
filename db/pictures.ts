/**
 * Pictures by content. Whoever has bytes claims them first, puts the original into storage, and then has a product image hold
 * the picture: in between, and for a grace time after its last product image went, a picture that nobody holds is kept.
 */
import type { ImageFormat } from '../domain/image-presets.ts';
import { type Executor, statement } from './database.ts';

/** Why a picture or a product image came to nothing; a code of domain/image-rejections.ts or domain/fetch-problems.ts. */
export interface ImageProblem {
  code: string;
  message: string;
}

export type PictureStatus = 'new' | 'ready' | 'rejected' | 'removing';

export interface Picture {
  sha256: string;
  bytes: number;
  format: string;
  status: PictureStatus;
  rejection: ImageProblem | null;
  stored_at: Date | null;
  recipe: string | null;
  late_recipe: string | null;
  width: number | null;
  height: number | null;
  has_alpha: boolean | null;
  unused_since: Date | null;
}

export interface NewPicture {
  sha256: string;
  bytes: number;
  format: string;
}

export interface Claim {
  status: PictureStatus;
  /** The original is in storage already. */
  stored: boolean;
}

const claim = statement(
  'claim_picture',
  `insert into pictures (sha256, bytes, format, unused_since) values ($1, $2, $3, now())
   on conflict (sha256) do update set unused_since = case when pictures.unused_since is not null then now() end
   where pictures.status <> 'removing'
   returning status, stored_at is not null as stored`,
);

/**
 * Makes sure that the picture's row is there and stays while its original is put into storage. `removing`: its bytes are being
 * deleted just now, so that nothing may be stored under its name; it is gone in a moment.
 */
export async function claimPicture(db: Executor, { sha256, bytes, format }: NewPicture): Promise<Claim> {
  const [row] = await db.rows<Claim>(claim, [sha256, bytes, format]);
  return row ?? { status: 'removing', stored: true };
}

const hold = statement(
  'hold_picture',
  `update pictures set unused_since = null, stored_at = coalesce(stored_at, now()), updated_at = now()
   where sha256 = $1 and status <> 'removing' returning status, rejection`,
);

/**
 * Says that the original is in storage and that a product image is about to hold the picture, and locks it: lock order is
 * product, picture, product image. Returns undefined when the picture is not to be had: claim it again.
 */
export async function holdPicture(
  tx: Executor,
  sha256: string,
): Promise<{ status: PictureStatus; rejection: ImageProblem | null } | undefined> {
  const [row] = await tx.rows<{ status: PictureStatus; rejection: ImageProblem | null }>(hold, [sha256]);
  return row;
}

const lock = statement('lock_picture', 'select from pictures where sha256 = $1 for no key update');
const leave = statement(
  'leave_picture',
  `update pictures set unused_since = now()
   where sha256 = $1 and unused_since is null and not exists (select from product_images where sha256 = $1)`,
);

/** Locks a picture before one of its product images goes; {@link leavePicture} follows in the same transaction. */
export async function lockPicture(tx: Executor, sha256: string): Promise<void> {
  await tx.rows(lock, [sha256]);
}

/** Marks a (locked) picture as unused when no product image holds it any more. */
export async function leavePicture(tx: Executor, sha256: string): Promise<void> {
  await tx.rows(leave, [sha256]);
}

const find = statement(
  'find_picture',
  `select sha256, bytes, format, status, rejection, stored_at, recipe, late_recipe, width, height, has_alpha, unused_since
   from pictures where sha256 = $1`,
);

export async function findPicture(db: Executor, sha256: string): Promise<Picture | undefined> {
  const [row] = await db.rows<Picture>(find, [sha256]);
  return row;
}

export interface StoredVariant {
  preset: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  key: string;
}

export interface Rendering {
  recipe: string;
  width: number;
  height: number;
  hasAlpha: boolean;
  thumbhash: string | undefined;
  dominantColor: string | undefined;
  perceptualHash: string | undefined;
  /** Milliseconds by step, for whoever asks why a picture took long. */
  timings: object;
  variants: readonly StoredVariant[];
}

const rendered = statement(
  'record_rendering',
  `update pictures set status = 'ready', rejection = null, recipe = $2, width = $3, height = $4, has_alpha = $5,
     thumbhash = coalesce($6, thumbhash), dominant_color = coalesce($7, dominant_color),
     perceptual_hash = coalesce($8, perceptual_hash), timings = $9, stored_at = coalesce(stored_at, now()), updated_at = now()
   where sha256 = $1 and status <> 'removing' returning 1`,
);
const variants = statement(
  'record_variants',
  `insert into picture_variants (sha256, recipe, preset, format, width, height, bytes, key)
   select $1, $2, v.preset, v.format, v.width, v.height, v.bytes, v.key
   from json_to_recordset($3) as v (preset text, format text, width integer, height integer, bytes integer, key text)
   on conflict (sha256, recipe, preset, format) do update
   set width = excluded.width, height = excluded.height, bytes = excluded.bytes, key = excluded.key`,
);

// A statement of its own behind the one that locked the picture: it sees product images that came until then.
const settle = statement(
  'settle_product_images',
  `update product_images i set status = $2, problem = $3, version = version + 1, updated_at = now()
   from (select id from product_images where sha256 = $1 and status = any($4) order by id for no key update) found
   where i.id = found.id returning i.product_id`,
);

const OPEN = ['queued'];
/** A picture that came out well after all is also good where it had been given up. */
const NOT_READY = ['queued', 'rejected', 'failed'];

async function settleImages(
  tx: Executor,
  sha256: string,
  [status, problem]: ['ready', undefined] | ['rejected' | 'failed', ImageProblem],
): Promise<number> {
  const from = status === 'ready' ? NOT_READY : OPEN;
  const rows = await tx.rows<{ product_id: string }>(settle, [
    sha256,
    status,
    problem ? JSON.stringify(problem) : null,
    from,
  ]);
  for (const { product_id } of rows) tx.signal('stockroom_images', product_id);
  return rows.length;
}

/**
 * The variants of a recipe stand in storage: the picture is ready, and so is every product image that waits for it. Returns
 * false, and records nothing, when the picture is gone or being removed. A second run records the same.
 */
export async function recordRendering(tx: Executor, sha256: string, it: Rendering): Promise<boolean> {
  const { recipe, width, height, hasAlpha, thumbhash, dominantColor, perceptualHash, timings } = it;
  const facts = [width, height, hasAlpha, thumbhash ?? null, dominantColor ?? null, perceptualHash ?? null];
  const rows = await tx.rows(rendered, [sha256, recipe, ...facts, JSON.stringify(timings)]);
  if (rows.length === 0) return false;
  await tx.rows(variants, [sha256, recipe, JSON.stringify(it.variants)]);
  await settleImages(tx, sha256, ['ready', undefined]);
  return true;
}

const late = statement(
  'record_late_rendering',
  `update pictures set late_recipe = $2, updated_at = now()
   where sha256 = $1 and recipe = $2 and status = 'ready' returning 1`,
);
const shownBy = statement('products_of_picture', 'select distinct product_id from product_images where sha256 = $1');

/** The formats that come later stand ready too. Returns false when the picture is of another recipe meanwhile, or gone. */
export async function recordLateVariants(
  tx: Executor,
  sha256: string,
  recipe: string,
  made: readonly StoredVariant[],
): Promise<boolean> {
  if ((await tx.rows(late, [sha256, recipe])).length === 0) return false;
  await tx.rows(variants, [sha256, recipe, JSON.stringify(made)]);
  for (const { product_id } of await tx.rows<{ product_id: string }>(shownBy, [sha256]))
    tx.signal('stockroom_images', product_id);
  return true;
}

const rejected = statement(
  'reject_picture',
  `update pictures set status = 'rejected', rejection = $2, updated_at = now()
   where sha256 = $1 and status in ('new', 'rejected') returning 1`,
);

/**
 * The picture is none, or a bad one: every product image that waits for it is told so. One that had come out well before (a
 * rebuild with smaller limits, say) stays as it is; then false is returned.
 */
export async function rejectPicture(tx: Executor, sha256: string, problem: ImageProblem): Promise<boolean> {
  if ((await tx.rows(rejected, [sha256, JSON.stringify(problem)])).length === 0) return false;
  await settleImages(tx, sha256, ['rejected', problem]);
  return true;
}

/** The attempts are used up for a reason that is not the picture's. Returns how many product images had waited. */
export async function failPicture(tx: Executor, sha256: string, problem: ImageProblem): Promise<number> {
  await lockPicture(tx, sha256);
  return settleImages(tx, sha256, ['failed', problem]);
}

const renew = statement(
  'renew_picture',
  `update pictures set status = 'new', rejection = null, updated_at = now() where sha256 = $1 and status = 'rejected'`,
);

/** Has a rejected picture judged anew: settings or the decoder may have changed. */
export async function renewPicture(tx: Executor, sha256: string): Promise<void> {
  await tx.rows(renew, [sha256]);
}

const forget = statement(
  'forget_original',
  `update pictures set stored_at = null where sha256 = $1 and status = 'new'`,
);

/** The original is not where it should be: whoever has the bytes next puts them there. */
export async function forgetOriginal(tx: Executor, sha256: string): Promise<void> {
  await tx.rows(forget, [sha256]);
}
