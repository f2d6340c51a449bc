/** Once a day, when something is open: a message with all open findings to whoever keeps the books. */
import type { Database } from '../db/database.ts';
import { insertFinanceSummary, isFinanceTold, readFinanceFacts } from '../db/finance-summary.ts';

/** Nobody is told by mail when no address is configured: the exceptions list has it all. */
export async function tellFinance(db: Database, recipient: string | undefined): Promise<void> {
  if (!recipient || (await isFinanceTold(db, recipient))) return;
  const summary = await readFinanceFacts(db);
  if (summary.open > 0) await insertFinanceSummary(db, recipient, summary);
}
