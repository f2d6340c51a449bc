/** Once a day, when something is open: a message with all open findings to whoever keeps the books. */
import type { Database } from '../db/database.ts';
import { isFinanceTold, readFinanceFacts } from '../db/finance-summary.ts';
import { hasAudience, tell } from '../db/tell.ts';

/** Nobody is told by mail when nobody is known: the exceptions list has it all. */
export async function tellFinance(db: Database, fallback: string | undefined): Promise<void> {
  if (!(await hasAudience(db, 'finance', fallback)) || (await isFinanceTold(db))) return;
  const summary = await readFinanceFacts(db);
  if (summary.open === 0) return;
  const cause = `reconciliation.open/${summary.day}`;
  await tell(db, {
    event: 'reconciliation.open',
    orderId: null,
    cause,
    data: summary,
    fallback: { finance: fallback },
  });
}
