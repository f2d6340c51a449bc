/**
 * Triggered by each event in the inbox: reads the object it speaks of anew and records that, so that events may come
 * twice, late, in any order, or before our own commit. An event of a foreign object ends as ignored.
 */
import type { Database } from '../db/database.ts';
import { closeStripeEvent, findStripeEvent, type InboxEvent } from '../db/inbox.ts';
import { findPaymentByIntent, recordIntent } from '../db/payments.ts';
import { findRefundByProviderId } from '../db/refunds.ts';
import { type PaymentProvider, PaymentRefusedError } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';
import { done } from './outcome.ts';
import { recordRefund } from './record-refund.ts';
import type { Processor } from './run-worker.ts';

interface Deps {
  db: Database;
  payments: PaymentProvider;
}

export function createApplyStripeEvent(deps: Deps): Processor<{ event_id: string }> {
  return async ({ event_id: eventId }) => {
    const event = await findStripeEvent(deps.db, eventId);
    if (event?.status !== 'received') return done('applied before');
    const outcome = event.type.includes('refund') ? await applyRefund(deps, event) : await applyIntent(deps, event);
    await closeStripeEvent(deps.db, eventId, outcome.startsWith('foreign') ? 'ignored' : 'applied', outcome);
    return done(outcome);
  };
}

/** A settled payment has nothing more to learn from its intent but the fee, which comes with `charge.updated`. */
const settles = (status: string, type: string, fee: number | null) =>
  (status === 'succeeded' && (type !== 'charge.updated' || fee !== null)) || status === 'canceled';

async function applyIntent({ db, payments }: Deps, { object_id: intentId, type }: InboxEvent): Promise<string> {
  if (!intentId?.startsWith('pi_')) return 'foreign: speaks of no PaymentIntent';
  const known = await findPaymentByIntent(db, intentId);
  if (known && settles(known.status, type, known.fee_amount)) return `known: the payment is ${known.status}`;
  const intent = await payments.retrieveIntent(intentId).catch(refused);
  if (!intent) return 'foreign: Stripe does not know the intent';
  const orderId = known?.order_id ?? intent.orderId;
  if (!orderId || !isUuid(orderId)) return 'foreign: the intent names no order of ours';
  const judgement = await db.transaction((tx) => recordIntent(tx, orderId, intent, followUps));
  if (!judgement) return 'foreign: there is no such order here';
  return judgement.kind === 'nothing' ? `nothing new: ${judgement.why}` : judgement.kind;
}

async function applyRefund({ db, payments }: Deps, { object_id: refundId }: InboxEvent): Promise<string> {
  const known = refundId ? await findRefundByProviderId(db, refundId) : undefined;
  if (!known || !refundId) return 'foreign: no refund of ours';
  await recordRefund(db, known, await payments.retrieveRefund(refundId));
  return 'refund read';
}

function refused(error: unknown): undefined {
  if (error instanceof PaymentRefusedError) return undefined;
  throw error;
}

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
