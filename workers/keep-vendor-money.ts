/**
 * Reads what has moved in a vendor's connected account since the last look and keeps it: movements, payouts and what they consist of,
 * the balance. Readings overlap, and an earlier one never replaces a later one, so it may be read twice and at once.
 */
import type { Database } from '../db/database.ts';
import { readBalancePairs } from '../db/match-vendor-accounts.ts';
import {
  findPayoutsToList,
  findPayoutsUnderWay,
  keepAccountBalances,
  keepAccountMovements,
  keepVendorPayouts,
  noteAccountReading,
  type VendorAccount,
} from '../db/vendor-account-money.ts';
import type { AccountBalance, ConnectProvider } from '../providers/connect.ts';

export interface VendorMoneyDeps {
  db: Database;
  connect: ConnectProvider;
}

/** Lists may show a movement some time after later ones. */
const OVERLAP_MS = 6 * 3_600_000;
/** A payout may still fail some days after it was paid. */
const PAYOUT_OVERLAP_MS = 14 * 86_400_000;

export async function keepVendorMoney(deps: VendorMoneyDeps, account: VendorAccount): Promise<void> {
  const readAt = new Date();
  const known = account.seen_until?.getTime() ?? 0;
  let newest = await keepMovements(deps, account, new Date(Math.max(0, known - OVERLAP_MS)));
  await keepPayouts(deps, account, new Date(Math.max(0, known - PAYOUT_OVERLAP_MS)));
  await keepBalances(deps, account);
  // Something may have moved between the two readings: then both are asked once more.
  if ((await readBalancePairs(deps.db, account.account_id)).some(({ held, moved }) => held !== moved)) {
    newest = Math.max(newest, await keepMovements(deps, account, new Date(Math.max(0, known - OVERLAP_MS))));
    await keepBalances(deps, account);
  }
  const seenUntil = newest > 0 ? new Date(newest) : null;
  await noteAccountReading(deps.db, account, { seenUntil, isLost: false, readAt });
}

/** Returns when the newest movement was made; 0 when there is none. */
async function keepMovements({ db, connect }: VendorMoneyDeps, account: VendorAccount, since: Date): Promise<number> {
  let newest = 0;
  let readAt = new Date();
  for await (const page of connect.listBalanceTransactions(account.account_id, { since })) {
    await keepAccountMovements(db, account, page, { readAt });
    newest = Math.max(newest, ...page.map(({ createdAt }) => createdAt.getTime()));
    readAt = new Date();
  }
  return newest;
}

async function keepPayouts({ db, connect }: VendorMoneyDeps, account: VendorAccount, since: Date): Promise<void> {
  const { account_id: id, vendor_id: vendorId } = account;
  let readAt = new Date();
  for await (const page of connect.listPayouts(id, since)) {
    await keepVendorPayouts(db, vendorId, page, readAt);
    readAt = new Date();
  }
  for (const payoutId of await findPayoutsUnderWay(db, id, since)) {
    const askedAt = new Date();
    await keepVendorPayouts(db, vendorId, [await connect.retrievePayout(id, payoutId)], askedAt);
  }
  for (const payoutId of await findPayoutsToList(db, id)) {
    const askedAt = new Date();
    for await (const page of connect.listBalanceTransactions(id, { payoutId }))
      await keepAccountMovements(db, account, page, { readAt: askedAt, payoutId });
  }
}

async function keepBalances({ db, connect }: VendorMoneyDeps, account: VendorAccount): Promise<void> {
  const readAt = new Date();
  await keepAccountBalances(db, account, byCurrency(await connect.balance(account.account_id)), readAt);
}

function byCurrency({ available, pending }: AccountBalance) {
  const sums = new Map<string, { currency: string; available: number; pending: number }>();
  for (const [side, entries] of [['available', available] as const, ['pending', pending] as const])
    for (const { currency, amount } of entries) {
      const sum = sums.get(currency) ?? { currency, available: 0, pending: 0 };
      sums.set(currency, { ...sum, [side]: sum[side] + amount });
    }
  return [...sums.values()];
}
