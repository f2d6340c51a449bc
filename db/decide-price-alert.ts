/** What people do about an alert, by the API or by a link in its mail. A second time changes nothing. */

import { acceptPrice, dismissHeld } from '../domain/price-alerts/judge-listing.ts';
import { DEFAULT_RULE, proposePrice } from '../domain/repricing.ts';
import type { Executor } from './database.ts';
import { rejectMatch } from './match-decisions.ts';
import { dismissAlerts, resolveAlerts, resolveLive } from './price-alert-life.ts';
import { type AlertRow, appendAlertEvent, findAlert, lockAlert } from './price-alerts.ts';
import { findOurPrices } from './price-facts.ts';
import { findMuteOfListing, insertMute, type MuteRow } from './price-mutes.ts';
import { lockWatch, storeState } from './price-watches.ts';
import { approveReprice, proposeReprice } from './reprices.ts';

interface Decided {
  actor: string;
  note?: string | undefined;
}

const noted = (note: string | undefined) => (note ? { note } : {});

/** The listing's row first, as the judge takes them. Undefined when there is no such alert. */
export async function lockAlertToDecide(tx: Executor, id: string): Promise<AlertRow | undefined> {
  const known = await findAlert(tx, id);
  if (known?.listing_id) await lockWatch(tx, known.listing_id);
  return known && lockAlert(tx, id);
}

/** Nobody is to hear of it any more; what follows is measured as if it had been told. */
export async function dismissAlert(tx: Executor, alert: AlertRow, { actor, note }: Decided): Promise<void> {
  const { id, status, listing_id, rule_id } = alert;
  const locked = status === 'held' && listing_id && rule_id ? await lockWatch(tx, listing_id) : undefined;
  if (locked) await storeState(tx, listing_id!, dismissHeld(locked.watch, rule_id!));
  await dismissAlerts(tx, { id }, { why: 'dismissed', actor, data: noted(note) });
}

/** Their price is as it is: falls and rises are measured from it. */
export async function acceptAlert(tx: Executor, alert: AlertRow, { actor, note }: Decided): Promise<void> {
  const { id, listing_id, rule_id } = alert;
  if (listing_id && rule_id) {
    const locked = await lockWatch(tx, listing_id);
    if (locked) await storeState(tx, listing_id, acceptPrice(locked.watch, rule_id));
  }
  await dismissAlerts(tx, { id }, { why: 'accepted', actor, data: noted(note) });
}

/** What is held is believed by a person: the judge takes it as seen twice. False when it is not what is held any more. */
export async function trustHeld(tx: Executor, alert: AlertRow, { actor }: Decided): Promise<boolean> {
  const { id, listing_id, observation_id } = alert;
  const locked = listing_id ? await lockWatch(tx, listing_id) : undefined;
  const held = locked?.watch.held;
  if (!listing_id || !locked || !held || alert.status !== 'held' || held.facts.observationId !== observation_id)
    return false;
  if (held.trustedBy) return true;
  await storeState(tx, listing_id, { ...locked.watch, held: { ...held, trustedBy: actor } });
  await appendAlertEvent(tx, id, { type: 'unheld', actor });
  return true;
}

/** For a while, of all rules on this page. */
export async function muteAlert(
  tx: Executor,
  { id, listing_id }: AlertRow,
  { actor, hours }: Decided & { hours: number },
): Promise<MuteRow | undefined> {
  if (!listing_id) return undefined;
  const known = await findMuteOfListing(tx, listing_id);
  if (known) return known;
  const mute = await insertMute(tx, {
    scope: 'listing',
    scope_value: listing_id,
    rule_id: null,
    reason: null,
    actor,
    hours,
  });
  await dismissAlerts(tx, { id }, { why: 'muted', actor, data: { mute_id: mute.id, until: mute.ends_at } });
  return mute;
}

/** The page is not of our variant: they are untied for good, and all that was told of it ends. */
export async function rejectAlertMatch(tx: Executor, alert: AlertRow, { actor, note }: Decided): Promise<boolean> {
  const { listing_id: listingId, variant_id: variantId } = alert;
  if (!listingId || !variantId) return false;
  if (alert.resolution === 'wrong_match') return true;
  await lockWatch(tx, listingId);
  await rejectMatch(tx, { listingId, variantId, by: actor, note: note ?? 'A price alert was of the wrong product.' });
  await resolveLive(tx, { listingId }, { why: 'wrong_match', actor });
  return true;
}

export type AlertProposal =
  | { kind: 'proposal'; from: number; to: number; currency: string; floor: string | null; marginPercent: number | null }
  | { kind: 'none'; reason: string };

/** Our price as theirs would have it, by the default rule: reckoned from the price that the alert tells, in our terms. Writes nothing. */
export async function proposalFor(db: Executor, { variant_id, facts }: AlertRow): Promise<AlertProposal> {
  const theirs = facts.comparable;
  const all = variant_id && theirs ? await findOurPrices(db, variant_id) : [];
  const ours = all.find(({ currency }) => currency === theirs?.currency);
  if (!theirs || !ours) return { kind: 'none', reason: 'no_price' };
  const { amount, currency, cost_amount: cost, map_amount: map } = ours;
  const proposal = proposePrice({ ours: { amount, currency }, theirs, cost, map }, DEFAULT_RULE);
  if (proposal.kind === 'none') return proposal;
  const { to, floor, marginPercent } = proposal;
  return { kind: 'proposal', from: amount, to, currency, floor, marginPercent };
}

export type RepriceEnd =
  | { kind: 'repriced'; from: number; to: number; currency: string }
  | { kind: 'price_changed' }
  | { kind: 'none' };

/** Changes our price as it was shown, which ends the alert; not when it would be reckoned otherwise by now. */
export async function repriceForAlert(
  tx: Executor,
  alert: AlertRow,
  shown: { from: number; to: number },
  { actor }: Decided,
): Promise<RepriceEnd> {
  const proposal = await proposalFor(tx, alert);
  if (proposal.kind === 'none') return { kind: 'none' };
  const { from, to, currency, floor } = proposal;
  if (from !== shown.from || to !== shown.to) return { kind: 'price_changed' };
  const { facts, variant_id, observation_id: observationId } = alert;
  const { comparable: theirs, competitor, url, observed_at } = facts;
  const { id } = await proposeReprice(tx, {
    ...{
      variantId: variant_id!,
      currency,
      fromAmount: from,
      toAmount: to,
      rule: DEFAULT_RULE,
      alertId: alert.id,
      observationId,
    },
    ...{ basis: { theirs, competitor, url, observed_at, floor }, by: actor },
  });
  const { kind } = await approveReprice(tx, id, actor);
  if (kind === 'price_changed' || kind === 'expired') return { kind: 'price_changed' };
  if (kind !== 'done') return { kind: 'none' };
  await resolveAlerts(tx, { id: alert.id }, { why: 'repriced', actor, data: { reprice_id: id, from, to } });
  return { kind: 'repriced', from, to, currency };
}
