/** Stripe's subscriptions and invoices against ours: what no event told is brought about through the code that events go through. */
import {
  compareInvoices,
  compareSubscriptions,
  findUnplacedIntents,
  findUnsettledInvoices,
} from '../db/reconciliation-invoices.ts';
import { judgeInvoice, judgeSubscription } from '../domain/subscriptions/reconciliation.ts';
import type { BillingProvider } from '../providers/billing.ts';
import type { InvoiceProvider } from '../providers/billing-invoices.ts';
import { inParallel } from './in-parallel.ts';
import { readSubscription } from './read-subscription.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';
import { recordInvoice } from './record-invoice.ts';

export interface ReconcileBillingDeps extends ReconcileDeps {
  billing: BillingProvider;
  invoices: InvoiceProvider;
}

const AT_ONCE = 4;
/** Drafts become open after an hour, and lists may show something late. */
const OVERLAP_MS = 3 * 3_600_000;
const EVERYTHING = new Date(0);

/** Nothing where nothing is billed. */
export async function reconcileSubscriptions(
  deps: ReconcileDeps & Partial<ReconcileBillingDeps>,
  run: Run,
): Promise<void> {
  const { billing, invoices } = deps;
  if (!billing || !invoices) return;
  const all = { ...deps, billing, invoices };
  await readSubscriptions(all, run);
  await readInvoices(all, run);
}

/** All that have not ended here, however old they are: their state may have changed without a word. */
async function readSubscriptions(deps: ReconcileBillingDeps, run: Run): Promise<void> {
  for await (const page of deps.billing.listSubscriptions({ since: EVERYTHING })) {
    const differing = await compareSubscriptions(deps.db, page, deps.graceSeconds);
    await run.report(differing.map(judgeSubscription), async ({ subject }) => {
      await readSubscription(deps, subject);
    });
    run.advance(page.length);
    await run.note();
  }
}

/** Those that are new since the last run, and ours that were still open then: they may be paid weeks later. */
async function readInvoices(deps: ReconcileBillingDeps, run: Run): Promise<void> {
  const record = async ({ subject }: { subject: string }) => {
    await recordInvoice(deps, subject);
  };
  const since = new Date(Math.min(run.since.getTime(), Date.now() - OVERLAP_MS));
  for await (const page of deps.invoices.listInvoices(since)) {
    await run.report((await compareInvoices(deps.db, page, deps.graceSeconds)).map(judgeInvoice), record);
    run.advance(page.length);
    await run.note();
  }
  if (run.dryRun) return;
  await inParallel(await findUnsettledInvoices(deps.db, deps.graceSeconds), AT_ONCE, (id) => recordInvoice(deps, id));
}

/** A charge of an invoice whose order is not made yet is nobody else's: the order is made before the charge is judged. */
export async function placeInvoiceCharges(
  deps: ReconcileDeps & Partial<ReconcileBillingDeps>,
  run: Run,
): Promise<void> {
  const { billing, invoices } = deps;
  if (!billing || !invoices || run.dryRun) return;
  await inParallel(await findUnplacedIntents(deps.db, run.since), AT_ONCE, async (intent) => {
    const invoice = await invoices.invoiceOfIntent(intent);
    if (invoice) await recordInvoice({ ...deps, billing, invoices }, invoice);
  });
}
