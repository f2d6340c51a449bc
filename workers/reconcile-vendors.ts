/** (e) Every vendor's connected account: read anew, its vendor moved by it, and its movements and payouts against our transfers. */
import type { Database } from '../db/database.ts';
import {
  findStrangeMovements,
  matchSentTransfers,
  matchVendorPayouts,
  readBalancePairs,
} from '../db/match-vendor-accounts.ts';
import { listVendorAccounts, type VendorAccount } from '../db/vendor-account-money.ts';
import { recordAccount, startReading } from '../db/vendor-accounts.ts';
import { accountLost, judgeBalance, judgeSent, judgeStrange, judgeVendorPayout } from '../domain/vendors/payouts.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { keepVendorMoney } from './keep-vendor-money.ts';
import { loseAccount } from './lose-account.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

const PAGE = 50;
const FIRST = '00000000-0000-0000-0000-000000000000';
/** A transfer shows in the account some time after it was made. */
const RECEIVED_GRACES = 12;

type Deps = ReconcileDeps & { connect: ConnectProvider };

/** Goes on behind the vendor that the run's cursor names. */
export async function reconcileVendors(deps: Deps, run: Run): Promise<void> {
  for (;;) {
    const after = run.cursor.vendor ?? FIRST;
    const accounts = await listVendorAccounts(deps.db, { after, limit: PAGE });
    if (accounts.length === 0) return;
    for (const account of accounts) {
      await reconcileAccount(deps, run, account);
      run.advance(1);
      run.cursor = { ...run.cursor, vendor: account.vendor_id };
      await run.note();
    }
  }
}

async function reconcileAccount(deps: Deps, run: Run, account: VendorAccount): Promise<void> {
  const { db, connect } = deps;
  const { account_id: id, seen_until: seenUntil } = account;
  const reading = await startReading(db);
  try {
    const read = await connect.retrieveAccount(id);
    if (!run.dryRun) await recordAccount(db as Database, read, reading);
  } catch (error) {
    if (!(error instanceof PaymentRefusedError)) throw error;
    if (!run.dryRun) await loseAccount(db as Database, account, reading);
    return run.report([accountLost(id, account.vendor_number, new Date())]);
  }
  await keepVendorMoney(deps, account);
  await compare(deps, run, account, sinceOf(run, seenUntil));
}

/** What was compared by an earlier run agrees still, unless a finding about it is open. */
const OVERLAP_MS = 14 * 86_400_000;
const sinceOf = (run: Run, seenUntil: Date | null): Date =>
  new Date(Math.min(run.since.getTime(), (seenUntil?.getTime() ?? 0) - OVERLAP_MS));

async function compare({ db, graceSeconds }: Deps, run: Run, account: VendorAccount, since: Date): Promise<void> {
  const { account_id: id } = account;
  await run.report((await matchVendorPayouts(db, id, since)).flatMap(judgeVendorPayout));
  const grace = graceSeconds * RECEIVED_GRACES;
  await run.report((await matchSentTransfers(db, account, since, grace)).map(judgeSent));
  await run.report((await findStrangeMovements(db, id, since, grace)).map(judgeStrange));
  const balances = (await readBalancePairs(db, id)).map(judgeBalance);
  await run.report(balances.filter((found) => found !== undefined));
}
