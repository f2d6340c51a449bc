/** Single variants: those that were asked for by an address of their own. */
import { type Executor, statement } from './database.ts';
import type { StoredVariant } from './pictures.ts';

export interface VariantName {
  sha256: string;
  recipe: string;
  preset: string;
  format: string;
}

const find = statement(
  'find_variant',
  `select preset, format, width, height, bytes, key from picture_variants
   where sha256 = $1 and recipe = $2 and preset = $3 and format = $4`,
);

export async function findVariant(
  db: Executor,
  { sha256, recipe, preset, format }: VariantName,
): Promise<StoredVariant | undefined> {
  const [row] = await db.rows<StoredVariant>(find, [sha256, recipe, preset, format]);
  return row;
}

const record = statement(
  'record_variant',
  `insert into picture_variants (sha256, recipe, preset, format, width, height, bytes, key)
   select sha256, $2, $3, $4, $5, $6, $7, $8 from pictures where sha256 = $1 and status = 'ready' for key share
   on conflict (sha256, recipe, preset, format) do update
   set width = excluded.width, height = excluded.height, bytes = excluded.bytes, key = excluded.key
   returning 1`,
);

/** A variant stands in storage. Returns false when its picture is gone or being removed. */
export async function recordVariant(
  db: Executor,
  sha256: string,
  recipe: string,
  { preset, format, width, height, bytes, key }: StoredVariant,
): Promise<boolean> {
  const rows = await db.rows(record, [sha256, recipe, preset, format, width, height, bytes, key]);
  return rows.length > 0;
}
