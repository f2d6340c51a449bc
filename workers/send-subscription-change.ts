/**
 * Makes one change of a subscription at Stripe and records what it has become. Before it asks, it looks: what is there already is not
 * asked for again, so a lost answer or a death between act and record does no harm. A failure that Stripe has stored under the key is
 * followed by a look and a new key. A refusal settles the change with its reason, for the customer and for the exceptions list.
 */
import type { Database, Executor } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { recordSubscription, rejectSubscription } from '../db/record-subscription.ts';
import { takeReading } from '../db/stripe-readings.ts';
import { type ChangeRow, rotateChangeKey, settleChange } from '../db/subscription-changes.ts';
import { appendSubscriptionEvent } from '../db/subscription-events.ts';
import { writePlanLines } from '../db/subscription-lines.ts';
import {
  findSubscription,
  lockSubscription,
  noteCancelReason,
  notePausedUntil,
  type SubscriptionRow,
  writeSubscriptionTerms,
} from '../db/subscriptions.ts';
import type { Change } from '../domain/subscriptions/change.ts';
import type { ProviderSubscription } from '../providers/billing.ts';
import { PaymentRefusedError, PaymentStuckError } from '../providers/payments.ts';
import { DeclinedError } from '../providers/stripe-call.ts';
import { ChangeRefusedError, changeAtStripe } from './change-at-stripe.ts';
import { type CreateAtStripeDeps, createAtStripe, forgetMissingProducts } from './create-at-stripe.ts';

export interface SubscriptionChangeDeps extends CreateAtStripeDeps {
  db: Database;
}

/** Returns what came of it, in words for the log. */
export async function sendSubscriptionChange(deps: SubscriptionChangeDeps, change: ChangeRow): Promise<string> {
  const { db } = deps;
  const row = await findSubscription(db, change.subscription_id);
  if (!row) throw new Error(`there is no subscription ${change.subscription_id}`);
  try {
    const made = await make(deps, row, change);
    return await record(db, change, made);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal && !(await forgetMissingProducts(db, change, error))) return refuse(db, row, change, refusal);
    // What is stored under the key is no answer to this request: the next run looks, and asks under a new one.
    if (refusal || error instanceof PaymentStuckError) await rotateChangeKey(db, change);
    throw error;
  }
}

interface Made {
  seen: ProviderSubscription;
  reading: number;
}

async function make(deps: SubscriptionChangeDeps, row: SubscriptionRow, change: ChangeRow): Promise<Made> {
  const key = `subscription-change-${change.id}-${change.tries}`;
  const take = () => takeReading(deps.db);
  if (change.kind === 'create') return createAtStripe(deps, row, change, { key, take });
  return changeAtStripe(deps, row, change, { key, take });
}

function refusalOf(error: unknown): { code: string; message: string } | undefined {
  if (error instanceof DeclinedError) return { code: 'card_declined', message: 'The payment was declined.' };
  if (error instanceof PaymentRefusedError || error instanceof ChangeRefusedError)
    return { code: error.code, message: error.message };
  return undefined;
}

function record(db: Database, change: ChangeRow, { seen, reading }: Made): Promise<string> {
  const { subscription_id: id, actor } = change;
  return db.transaction(async (tx) => {
    await lockSubscription(tx, id);
    if (!(await settleChange(tx, change.id, 'applied'))) return 'another run was first';
    await writePlan(tx, change);
    await recordSubscription(tx, seen, reading, actor);
    await writeRest(tx, change as ChangeRow & Change);
    return `${change.kind}: made`;
  });
}

/** Before what was seen is recorded: its items name these lines. */
async function writePlan(tx: Executor, { subscription_id: id, ...change }: ChangeRow): Promise<void> {
  const { kind, wish } = change as ChangeRow & Change;
  if (kind !== 'plan') return;
  await writePlanLines(tx, id, wish.plan);
  await writeSubscriptionTerms(tx, id, wish.plan);
  await appendSubscriptionEvent(tx, id, 'subscription.changed', change.actor, { change_id: change.id });
}

/** What Stripe does not know of. */
async function writeRest(tx: Executor, { subscription_id: id, kind, wish }: ChangeRow & Change): Promise<void> {
  if (kind === 'pause') await notePausedUntil(tx, id, wish.until);
  if (kind === 'cancel') await noteCancelReason(tx, id, wish.reason);
  if (kind === 'reactivate') await noteCancelReason(tx, id, null);
}

function refuse(
  db: Database,
  { id, number }: SubscriptionRow,
  change: ChangeRow,
  error: { code: string; message: string },
): Promise<string> {
  const { kind, actor } = change;
  return db.transaction(async (tx) => {
    await lockSubscription(tx, id);
    if (!(await settleChange(tx, change.id, 'refused', error))) return 'another run was first';
    const data = { change_id: change.id, kind, code: error.code };
    await appendSubscriptionEvent(tx, id, 'subscription.change_refused', actor, data);
    if (kind === 'create') await rejectSubscription(tx, id, actor, error.code);
    const detail = { subscription_id: id, number, kind, ...error };
    await openException(tx, { code: 'subscription_change_refused', subject: change.id, orderId: null, detail });
    return `${kind}: refused, ${error.code}`;
  });
}
