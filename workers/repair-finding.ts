/** Repairs what reconciliation may repair by itself, through the code that events go through. */
import type { Logger } from 'pino';
import type { RecordedFinding } from '../db/findings.ts';
import type { InboxEvent } from '../db/inbox.ts';
import { reopenJobs } from '../db/outbox.ts';
import { keepMissingFees } from '../db/reconciliation-balance.ts';
import type { Finding, RepairAction } from '../domain/reconciliation.ts';
import { makeJob } from '../queues/define-queue.ts';
import { readPayment } from '../queues/read-payment.ts';
import { applyTransferEvent, type ConnectEventDeps } from './connect-events.ts';
import type { MoneyEventDeps } from './money-events.ts';
import { applyDisputeEvent } from './read-disputes.ts';
import { applyRefundEvent } from './read-refunds.ts';

export type RepairDeps = MoneyEventDeps & Partial<Pick<ConnectEventDeps, 'connect'>>;

interface Repairable {
  finding: Finding;
  row: RecordedFinding;
}

type ActionOf<K extends RepairAction['kind']> = Extract<RepairAction, { kind: K }>;

/** Returns those that were repaired; one that fails stays open, and the next run tries it again. */
export async function repair(
  deps: RepairDeps,
  all: readonly Repairable[],
  log: Logger,
  repairOther: ((finding: Finding) => Promise<void>) | undefined,
): Promise<Repairable[]> {
  const of = <K extends RepairAction['kind']>(kind: K) => all.filter(({ finding }) => finding.action?.kind === kind);
  const actions = <K extends RepairAction['kind']>(kind: K) =>
    of(kind).map(({ finding }) => finding.action as ActionOf<K>);
  await keepMissingFees(deps.db, actions('keep_fee'));
  const payments = actions('read_payment').map(({ orderId }) => makeJob(readPayment, { order_id: orderId }));
  await reopenJobs(deps.db, payments);
  const repaired = [...of('keep_fee'), ...of('read_payment')];
  for (const each of all)
    if (await tried(() => repairAlone(deps, each.finding, repairOther), each, log)) repaired.push(each);
  return repaired;
}

/** False for what needs no call of its own. */
async function repairAlone(
  deps: RepairDeps,
  finding: Finding,
  repairOther: ((finding: Finding) => Promise<void>) | undefined,
): Promise<boolean> {
  const { action } = finding;
  if (action?.kind === 'read_refund') return isPlaced(await applyRefundEvent(deps, eventOf(action.refundId)));
  if (action?.kind === 'read_transfer')
    return deps.connect
      ? isPlaced(await applyTransferEvent({ ...deps, connect: deps.connect }, eventOf(action.transferId)))
      : false;
  if (action?.kind === 'read_dispute') return isPlaced(await applyDisputeEvent(deps, eventOf(action.disputeId)));
  if ((action?.kind !== 'receive_event' && action?.kind !== 'read_billing') || !repairOther) return false;
  await repairOther(finding);
  return true;
}

const isPlaced = (outcome: string) => !/^(foreign|held)/.test(outcome);

/** As the inbox holds an event that speaks of this object. */
const eventOf = (id: string): InboxEvent => ({ event_id: '', type: '', object_id: id, status: 'received' });

async function tried(run: () => Promise<boolean>, { finding }: Repairable, log: Logger): Promise<boolean> {
  try {
    return await run();
  } catch (err) {
    log.warn({ err, code: finding.code, subject: finding.subject }, 'a finding could not be repaired, it stays open');
    return false;
  }
}
