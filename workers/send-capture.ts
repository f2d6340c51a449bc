/**
 * Takes the money of a capture row at Stripe, once, and records where that leads. The intent itself is captured once, whoever
 * asks, so a repeated, late or doubled run reads what the first one did; a stored failure of Stripe's rotates the row's key. An
 * order that has ended is not captured any more. What Stripe refuses has failed, stands in the exceptions list, and can be
 * asked for again by a row of its own.
 */
import { type CaptureRow, rotateCaptureKey, settleCapture } from '../db/captures.ts';
import type { Database } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { recordIntent } from '../db/record-intent.ts';
import type { Intent } from '../domain/judge-intent.ts';
import { type PaymentProvider, PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { followUps } from './follow-ups.ts';

export interface CaptureDeps {
  db: Database;
  payments: PaymentProvider;
}

const ENDED = new Set(['canceled', 'expired', 'rejected']);

/** Returns what came of it, in words for the log. */
export async function sendCapture(deps: CaptureDeps, capture: CaptureRow): Promise<string> {
  if (capture.status !== 'pending') return `the capture has ${capture.status}`;
  // Heard by an event or a look of the sweeper's: Stripe need not be asked again.
  const { intent_status: status, captured_amount: amountReceived } = capture;
  if (status === 'succeeded' || status === 'canceled') return settle(deps, capture, { status, amountReceived });
  if (ENDED.has(capture.order_status)) return fail(deps, capture, { code: `order_${capture.order_status}` });
  const { intent, refusal } = await take(deps, capture);
  await recordIntent(deps.db, capture.order_id, intent, followUps);
  return settle(deps, capture, intent, refusal);
}

interface Refusal {
  code: string;
  message?: string;
  /** What was taken by somebody else. */
  captured?: number;
}

interface Taken {
  intent: Intent;
  refusal?: PaymentRefusedError;
}

async function take({ db, payments }: CaptureDeps, capture: CaptureRow): Promise<Taken> {
  const { id, tries, payment_intent: intentId, amount } = capture;
  try {
    return { intent: await payments.captureIntent(intentId, amount, `capture-${id}-${tries}`) };
  } catch (error) {
    const isStuck = error instanceof PaymentStuckError;
    if (!isStuck && !(error instanceof PaymentRefusedError)) throw error;
    const intent = await payments.retrieveIntent(intentId);
    if (!isStuck) return { intent, refusal: error };
    if (intent.status !== 'requires_capture') return { intent };
    await rotateCaptureKey(db, capture);
    throw error;
  }
}

/** The intent says what was taken, whoever took it. */
function settle(
  deps: CaptureDeps,
  capture: CaptureRow,
  intent: Pick<Intent, 'status' | 'amountReceived'>,
  refusal?: PaymentRefusedError,
) {
  const { status, amountReceived } = intent;
  if (status === 'succeeded' && amountReceived === capture.amount) return succeed(deps, capture);
  if (status === 'succeeded') return fail(deps, capture, { code: 'captured_elsewhere', captured: amountReceived });
  const code = refusal?.code ?? `intent_${status}`;
  return fail(deps, capture, { code, ...(refusal ? { message: refusal.message } : {}) });
}

async function succeed({ db }: CaptureDeps, { id }: CaptureRow): Promise<string> {
  await settleCapture(db, id, 'succeeded');
  return 'captured';
}

async function fail({ db }: CaptureDeps, capture: CaptureRow, error: Refusal): Promise<string> {
  const { id, order_id: orderId, amount, currency, order_status } = capture;
  await db.transaction(async (tx) => {
    if (!(await settleCapture(tx, id, 'failed', error))) return;
    const detail = { capture_id: id, amount, currency, ...error };
    await appendOrderEvent(tx, orderId, 'payment.capture_failed', detail);
    // Of an order that was ended nobody wants the money any more.
    if (!ENDED.has(order_status)) await openException(tx, { code: 'capture_failed', subject: id, orderId, detail });
  });
  return `not captured: ${error.code}`;
}
