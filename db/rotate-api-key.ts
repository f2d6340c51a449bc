/** Rotation: a successor with the same rights, and an end for the old key after an overlap. */
import { type ApiKeyRow, insertApiKey, lockApiKey, replaceApiKey } from './api-keys.ts';
import type { Executor } from './database.ts';

export type Rotation =
  | { outcome: 'rotated'; successor: ApiKeyRow & { key: string } }
  | { outcome: 'unknown' | 'ended' | 'rotated before' };

/**
 * @param overlapSeconds how long the old key works on beside its successor
 * @param mayGrant whether the caller may hand on these scopes; throws when not
 * @param vendorId whose it must be, where that matters
 */
export async function rotateApiKey(
  tx: Executor,
  id: string,
  overlapSeconds: number,
  mayGrant: (key: { scopes: string[]; mode: 'test' | 'live' }) => void = () => {},
  vendorId?: string,
): Promise<Rotation> {
  const old = await lockApiKey(tx, id);
  if (!old || (vendorId !== undefined && old.vendor_id !== vendorId)) return { outcome: 'unknown' };
  if (old.replaced_by !== null) return { outcome: 'rotated before' };
  if (old.revoked || old.expired) return { outcome: 'ended' };
  mayGrant(old);
  const { name, kind, mode, scopes, vendor_id } = old;
  const successor = await insertApiKey(tx, { name, kind, mode, scopes, vendorId: vendor_id });
  await replaceApiKey(tx, id, overlapSeconds, successor.id);
  return { outcome: 'rotated', successor };
}
