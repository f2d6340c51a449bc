/**
 * Triggered by each event in the inbox: reads the object it speaks of anew and records that, so that events may come
 * twice, late, in any order, or before our own commit. An event of a foreign object ends as ignored.
 */
import { closeStripeEvent, type TakenEvent, takeStripeEvent } from '../db/inbox.ts';
import type { PaymentRow } from '../db/payments.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { Intent } from '../domain/judge-intent.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { type BillingEventDeps, billingEventApplier } from './billing-events.ts';
import { type ConnectEventDeps, connectEventApplier } from './connect-events.ts';
import { followUps } from './follow-ups.ts';
import { type MoneyEventDeps, moneyEventApplier } from './money-events.ts';
import { done } from './outcome.ts';
import type { Processor } from './run-worker.ts';

type EventDeps = MoneyEventDeps & Partial<BillingEventDeps> & Partial<ConnectEventDeps>;

export function createApplyStripeEvent(deps: EventDeps): Processor<{ event_id: string }> {
  return async ({ event_id: eventId }) => {
    const event = await takeStripeEvent(deps.db, eventId);
    if (event?.status !== 'received') return done('applied before');
    if (event.closed !== null) return done(event.closed);
    const { outcome, fee } = await applyAny(deps, event);
    const status = outcome.startsWith('foreign') ? 'ignored' : 'applied';
    await closeStripeEvent(deps.db, eventId, { status, outcome }, fee);
    return done(outcome);
  };
}

type Applied = { outcome: string; fee?: Intent };

async function applyAny(deps: EventDeps, event: TakenEvent): Promise<Applied> {
  const { billing, invoices, connect } = deps;
  const applyConnect = connectEventApplier(event);
  if (applyConnect && !connect) return { outcome: 'foreign: no vendors are paid here' };
  if (applyConnect && connect) return { outcome: await applyConnect({ ...deps, connect }, event) };
  const applyMoney = moneyEventApplier(event.type);
  if (applyMoney) return { outcome: await applyMoney(deps, event) };
  const applyBilling = billingEventApplier(event.type);
  if (!applyBilling) return applyIntent(deps, event);
  if (!billing || !invoices) return { outcome: 'foreign: nothing is billed here' };
  return { outcome: await applyBilling({ ...deps, billing, invoices }, event) };
}

/** What came of it; a fee is kept with the closing of the event. */
async function applyIntent(deps: MoneyEventDeps, event: TakenEvent): Promise<Applied> {
  const { object_id: intentId, payment: known } = event;
  if (!intentId?.startsWith('pi_')) return { outcome: 'foreign: speaks of no PaymentIntent' };
  const intent = await deps.payments.retrieveIntent(intentId).catch(refused);
  if (!intent) return { outcome: 'foreign: Stripe does not know the intent' };
  if (known?.status === 'succeeded' && known.fee_amount === null && intent.feeAmount !== null)
    return { outcome: 'the fee', fee: intent };
  return { outcome: await recordNews(deps, intent, known ?? undefined) };
}

async function recordNews({ db }: MoneyEventDeps, intent: Intent, known: PaymentRow | undefined): Promise<string> {
  const orderId = known?.order_id ?? intent.orderId;
  if (!orderId || !isUuid(orderId)) return 'foreign: the intent names no order of ours';
  const judgement = await recordIntent(db, orderId, intent, followUps, known);
  if (!judgement) return 'foreign: there is no such order here';
  return judgement.kind === 'nothing' ? `nothing new: ${judgement.why}` : judgement.kind;
}

function refused(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
