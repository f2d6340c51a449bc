/**
 * The life of an alert: each step changes its row, is an entry of its history, and is told by webhook, in the caller's transaction.
 * A step that finds the alert elsewhere does nothing.
 */
import type { Doubt, Resolution } from '../domain/price-alerts/watch.ts';
import type { Executor } from './database.ts';
import { restoreMessage, withdrawMessages } from './price-alert-messages.ts';
import {
  type AlertRow,
  type AlertStatus,
  type AlertsMeant,
  appendAlertEvent,
  endAlerts,
  escalateDueAlerts,
  insertHeldAlert,
  insertOpenAlert,
  type NewAlert,
  reopenAlert,
} from './price-alerts.ts';
import { appendShopEvent } from './shop-events.ts';

const tellWebhooks = (tx: Executor, id: string, what: string, data: object) =>
  appendShopEvent(tx, { type: `price_alert.${what}`, object: 'price_alert', objectId: id, data });

export async function holdAlert(tx: Executor, alert: NewAlert, doubts: readonly Doubt[]): Promise<void> {
  const written = await insertHeldAlert(tx, alert, doubts);
  if (!written) return;
  const data = { observation_id: alert.observationId, doubts, theirs: alert.facts.theirs };
  await appendAlertEvent(tx, written.id, { type: written.is_new ? 'held' : 'held_again', data });
}

/** @returns the alert's id; undefined when one of the rule is open already */
export async function openAlert(
  tx: Executor,
  alert: NewAlert,
  terms: { delivery: string; escalateAfterHours: number | null },
  actor: string | null = null,
): Promise<string | undefined> {
  const written = await insertOpenAlert(tx, alert, terms);
  if (!written) return undefined;
  const { id } = written;
  const data = { observation_id: alert.observationId, theirs: alert.facts.theirs, delivery: terms.delivery };
  await appendAlertEvent(tx, id, { type: 'opened', data, actor });
  await tellWebhooks(tx, id, 'opened', { kind: alert.rule.kind, sku: alert.facts.sku });
  return id;
}

export async function reopenQuietly(
  tx: Executor,
  listingId: string,
  ruleId: string,
  observationId: string,
): Promise<void> {
  const id = await reopenAlert(tx, listingId, ruleId);
  if (!id) return;
  await appendAlertEvent(tx, id, { type: 'reopened', data: { observation_id: observationId } });
  await restoreMessage(tx, id);
}

const LIVE: readonly AlertStatus[] = ['held', 'open', 'escalated'];
const TOLD: readonly AlertStatus[] = ['open', 'escalated'];

export interface Ending {
  why: Resolution;
  /** Who decided it; null: the rules themselves. */
  actor?: string | null;
  data?: object;
}

/** It is over, or was never so. Returns how many alerts that ended. */
export const resolveAlerts = (tx: Executor, meant: AlertsMeant, ending: Ending, from = TOLD): Promise<number> =>
  finish(tx, meant, ending, { from, to: 'resolved' });

export const resolveLive = (tx: Executor, meant: AlertsMeant, ending: Ending): Promise<number> =>
  resolveAlerts(tx, meant, ending, LIVE);

export const withdrawHeld = (tx: Executor, meant: AlertsMeant, ending: Ending): Promise<number> =>
  resolveAlerts(tx, meant, ending, ['held']);

/** A person does not want it. */
export const dismissAlerts = (tx: Executor, meant: AlertsMeant, ending: Ending): Promise<number> =>
  finish(tx, meant, ending, { from: LIVE, to: 'dismissed' });

async function finish(
  tx: Executor,
  meant: AlertsMeant,
  { why, actor = null, data = {} }: Ending,
  { from, to }: { from: readonly AlertStatus[]; to: 'resolved' | 'dismissed' },
): Promise<number> {
  const ended = await endAlerts(tx, meant, { from, to, why });
  for (const { id, opened_at } of ended) {
    await appendAlertEvent(tx, id, { type: to, data: { why, ...data }, actor });
    // Of what was never told nobody hears that it is over.
    if (opened_at) await tellWebhooks(tx, id, 'resolved', { why });
  }
  const told = ended.filter(({ opened_at }) => opened_at).map(({ id }) => id);
  await withdrawMessages(tx, told);
  return ended.length;
}

/** Those that nobody has done anything about in the time that their rule gives. */
export async function escalateAlerts(tx: Executor, limit: number): Promise<AlertRow[]> {
  const due = await escalateDueAlerts(tx, limit);
  for (const { id, kind } of due) {
    await appendAlertEvent(tx, id, { type: 'escalated' });
    await tellWebhooks(tx, id, 'escalated', { kind });
  }
  return due;
}
