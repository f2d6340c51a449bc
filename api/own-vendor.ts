/** Which vendor a call may reach: a vendor's key its own, the shop's any. Another's is answered for as one that does not exist. */
import type { Executor } from '../db/database.ts';
import { findVendor, lockVendor, type VendorRow } from '../db/vendors.ts';
import { notFound } from './problem.ts';
import type { Call } from './route.ts';

export type VendorCall = Pick<Call<unknown, unknown, { id: string }>, 'params' | 'key'>;

/** Throws 404 for a vendor that is not the key's, before anything is looked up. */
export function assertOwn({ params, key }: VendorCall): void {
  if (key.vendor_id !== null && key.vendor_id !== params.id) throw notFound('vendor', params.id);
}

export async function getOwnVendor(db: Executor, call: VendorCall): Promise<VendorRow> {
  assertOwn(call);
  const vendor = await findVendor(db, call.params.id);
  if (!vendor) throw notFound('vendor', call.params.id);
  return vendor;
}

export async function lockOwnVendor(tx: Executor, call: VendorCall): Promise<VendorRow> {
  assertOwn(call);
  const vendor = await lockVendor(tx, call.params.id);
  if (!vendor) throw notFound('vendor', call.params.id);
  return vendor;
}

/** A vendor's key sees no actor: who works at the shop, and with which key, is the shop's business. */
export const showHistory = <E extends { actor: string }>(events: readonly E[]) =>
  events.map(({ actor: _, ...event }) => event);
