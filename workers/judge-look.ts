/** One look at a listing, judged by its rules: what they decide becomes alerts, messages and another look, in one transaction. */
import { type CoveringRule, takeAlertTurn } from '../db/alert-rules.ts';
import { findProductPicture } from '../db/comparison-terms.ts';
import type { Executor } from '../db/database.ts';
import { holdAlert, openAlert, reopenQuietly, resolveAlerts, withdrawHeld } from '../db/price-alert-life.ts';
import type { NewAlert } from '../db/price-alerts.ts';
import { saveWatch } from '../db/price-watches.ts';
import { planRecheck } from '../db/scrapes.ts';
import { judgeListing } from '../domain/price-alerts/judge-listing.ts';
import type { AlertRule } from '../domain/price-alerts/rule.ts';
import type { Decision, Judgement, Watch } from '../domain/price-alerts/watch.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { factsOf } from './price-alert-facts.ts';
import { type AlertAudience, type ToldAlert, tellAlerts } from './tell-price-alert.ts';
import type { ListingAround, Look } from './watched-look.ts';

export interface JudgeOptions extends AlertAudience {
  /** Where pictures of our products are; absent: mails have none. */
  storage?: Pick<ObjectStorage, 'url'>;
  /** So long after a doubted look the page is seen again. */
  recheckSeconds: number;
}

/** @returns the watch as it is now */
export async function judgeLook(
  tx: Executor,
  options: JudgeOptions,
  around: ListingAround,
  watch: Watch,
  look: Look,
): Promise<Watch> {
  const judgement = judgeListing(watch, look.seen, look.world);
  await record(tx, options, around, { before: watch, judgement, look });
  return judgement.watch;
}

interface Judged {
  before: Watch;
  judgement: Judgement;
  look: Look;
  /** Who had it so; nobody: the rules themselves. */
  actor?: string | null;
}

export async function record(
  tx: Executor,
  options: JudgeOptions,
  around: ListingAround,
  { before, judgement, look, actor = null }: Judged,
): Promise<void> {
  const { listing } = around.found;
  const told: ToldAlert[] = [];
  for (const decision of judgement.decisions) {
    const opened = await carryOut(tx, options, around, { before, look, decision, actor });
    if (opened) told.push(opened);
  }
  await tellAlerts(tx, options, 'price_alert.opened', told);
  if (judgement.recheck) await planRecheck(tx, listing.id, new Date(Date.now() + options.recheckSeconds * 1_000));
  const isBelieved = judgement.watch.good?.observationId === look.observation.id;
  const priced = look.observation.amount !== null;
  const comparable = isBelieved && priced ? comparableOf(look) : undefined;
  const moved = look.moved && { way: look.moved, at: look.observation.observed_at };
  await saveWatch(tx, listing.id, judgement.watch, { comparable, moved });
}

const comparableOf = ({ comparison }: Look) => (comparison?.kind === 'comparable' ? comparison.price : null);

interface Step {
  before: Watch;
  look: Look;
  decision: Decision;
  actor: string | null;
}

/** @returns an alert that is to be told */
async function carryOut(
  tx: Executor,
  options: JudgeOptions,
  around: ListingAround,
  step: Step,
): Promise<ToldAlert | undefined> {
  const { decision, look } = step;
  const listingId = around.found.listing.id;
  switch (decision.do) {
    case 'open':
      return open(tx, options, around, { ...step, rule: decision.rule });
    case 'hold':
      return void (await holdAlert(tx, alertOf(around, step, decision.rule), decision.doubts));
    case 'reopen':
      return void (await reopenQuietly(tx, listingId, decision.rule.id, look.observation.id));
    case 'withdraw':
      return void (await withdrawHeld(
        tx,
        { listingId, ruleId: decision.ruleId },
        { why: decision.why, data: seenIn(look) },
      ));
    case 'resolve':
      return void (await resolveAlerts(
        tx,
        { listingId, ruleId: decision.ruleId },
        { why: decision.why, data: seenIn(look) },
      ));
  }
}

const seenIn = ({ observation: { id, amount, currency } }: Look) => ({
  observation_id: id,
  ...(amount === null ? {} : { theirs: { amount, currency } }),
});

function alertOf({ found }: ListingAround, { before, look }: Pick<Step, 'before' | 'look'>, rule: AlertRule): NewAlert {
  const { id, kind, name, percent, amount, rank } = rule;
  return {
    rule: { id, kind, name, percent, amount, rank },
    listingId: found.listing.id,
    competitorId: found.competitor.id,
    variantId: found.variant!.id,
    observationId: look.observation.id,
    observedAt: look.observation.observed_at,
    facts: factsOf(found, look, before, rule),
  };
}

/** Beyond the rule's number of an hour, and where the rule wants it, it is told together with others. */
async function open(
  tx: Executor,
  options: JudgeOptions,
  around: ListingAround,
  step: Step & { rule: AlertRule },
): Promise<ToldAlert | undefined> {
  const { rule } = step;
  const { delivery, escalate_after_hours } = around.rules.find(({ id }) => id === rule.id) as CoveringRule;
  const how = delivery === 'digest' ? 'daily' : (await takeAlertTurn(tx, rule.id)) ? 'immediate' : 'hourly';
  const alert = alertOf(around, step, rule);
  const id = await openAlert(tx, alert, { delivery: how, escalateAfterHours: escalate_after_hours }, step.actor);
  if (!id) return undefined;
  const { listingId, observationId, facts } = alert;
  const pictureUrl = await findPicture(tx, options, around);
  return { id, listingId, observationId, rule: alert.rule, facts, delivery: how, pictureUrl };
}

async function findPicture(
  tx: Executor,
  { storage }: JudgeOptions,
  { found }: ListingAround,
): Promise<string | undefined> {
  const key = storage && found.variant ? await findProductPicture(tx, found.variant.product_id) : undefined;
  return key && storage?.url(key);
}
