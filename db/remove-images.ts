/** Images leave products; a picture that nobody holds any more is marked, and goes after a grace time. */
import { type Executor, statement } from './database.ts';

const lock = statement(
  'lock_pictures_of_images',
  `select sha256 from pictures where sha256 in (select sha256 from product_images where id = any($1) and sha256 is not null)
   order by sha256 for no key update`,
);
const remove = statement(
  'delete_product_images',
  'delete from product_images where id = any($1) returning product_id, sha256',
);
const lockAll = statement(
  'lock_pictures',
  'select sha256 from pictures where sha256 = any($1) order by sha256 for no key update',
);
// A statement behind the deletion and behind the lock: it sees who else has come to hold the pictures.
const leave = statement(
  'leave_pictures',
  `update pictures p set unused_since = now() where p.sha256 = any($1) and p.unused_since is null
     and not exists (select from product_images i where i.sha256 = p.sha256)`,
);

/** Deletes images. The picture of an image whose bytes came between the look and the deletion is marked as well. */
export async function removeImages(tx: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.rows(lock, [ids]);
  const gone = await tx.rows<{ product_id: string; sha256: string | null }>(remove, [ids]);
  const pictures = [...new Set(gone.flatMap(({ sha256 }) => sha256 ?? []))].sort();
  if (pictures.length > 0) {
    await tx.rows(lockAll, [pictures]);
    await tx.rows(leave, [pictures]);
  }
  for (const productId of new Set(gone.map((image) => image.product_id))) tx.signal('stockroom_images', productId);
}
