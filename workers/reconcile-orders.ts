/** (b) Every payment that is not settled as far as we know, against its intent; what is behind is read as for an event. */
import { findOpenPayments } from '../db/reconciliation-objects.ts';
import { keepStripeObjects } from '../db/stripe-objects.ts';
import { judgeOpenPayment, type OpenPayment } from '../domain/reconciliation-orders.ts';
import { inParallel } from './in-parallel.ts';
import type { ReconcileDeps, Run } from './reconciliation-run.ts';

const PAGE = 200;
/** Questions under way at once: Stripe limits what an account may ask, and orders are waiting too. */
const AT_ONCE = 8;
const FIRST = '00000000-0000-0000-0000-000000000000';

export async function reconcileOrders(deps: ReconcileDeps, run: Run): Promise<Record<string, Date>> {
  for (;;) {
    const after = run.cursor.after ?? FIRST;
    const payments = await findOpenPayments(deps.db, { after, graceSeconds: deps.graceSeconds, limit: PAGE });
    const last = payments.at(-1);
    if (!last) return {};
    await comparePage(deps, run, payments);
    run.advance(payments.length);
    run.cursor = { after: last.payment_id };
    await run.note();
  }
}

async function comparePage({ db, lists }: ReconcileDeps, run: Run, payments: readonly OpenPayment[]): Promise<void> {
  const readAt = new Date();
  const intents = await inParallel(payments, AT_ONCE, ({ intent_id: id }) => lists.retrieve('payment_intent', id));
  await keepStripeObjects(
    db,
    intents.filter((intent) => intent !== undefined),
    readAt,
  );
  const findings = payments.map((payment, at) => judgeOpenPayment(payment, intents[at]));
  await run.report(findings.filter((found) => found !== undefined));
}
