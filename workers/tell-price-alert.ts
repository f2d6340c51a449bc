/** Tells merchandisers of an alert. The links are put in when it is sent: they are signed for their recipient, and expire. */
import type { Executor } from '../db/database.ts';
import { appendAlertEvent, type RuleOfAlert } from '../db/price-alerts.ts';
import { tell } from '../db/tell.ts';
import type { FiredRule, MessageData } from '../domain/messages/message-data.ts';
import type { AlertFacts } from '../domain/price-alerts/alert-facts.ts';
import type { RuleKind } from '../domain/price-alerts/rule.ts';

export interface AlertAudience {
  /** The address for when no recipient of merchandisers is known. */
  merchandiserEmail: string | undefined;
}

export interface ToldAlert {
  id: string;
  listingId: string;
  observationId: string;
  rule: RuleOfAlert;
  facts: AlertFacts;
  /** immediate, or together with others. */
  delivery: string | null;
  /** Of our product. */
  pictureUrl?: string | undefined;
}

type AlertNews = 'price_alert.opened' | 'price_alert.escalated';

/** What presses most comes first: what is told at once, and of that what concerns our own price. */
const DELIVERIES: readonly (string | null)[] = ['immediate', 'hourly', 'daily'];
const KINDS: readonly RuleKind[] = ['map_violation', 'undercut', 'position', 'lowest_in_30_days', 'price_drop'];
const place = <T>(list: readonly T[], value: T) => (list.includes(value) ? list.indexOf(value) : list.length);
const byUrgency = (a: ToldAlert, b: ToldAlert) =>
  place(DELIVERIES, a.delivery) - place(DELIVERIES, b.delivery) ||
  place(KINDS, a.rule.kind) - place(KINDS, b.rule.kind);

/** One change is one message, however many rules it fires: the most pressing one tells it, and names the others. */
export async function tellAlerts(
  tx: Executor,
  audience: AlertAudience,
  event: AlertNews,
  alerts: readonly ToldAlert[],
): Promise<void> {
  const looks = Map.groupBy(alerts, ({ listingId, observationId }) => `${listingId} ${observationId}`);
  for (const ofLook of looks.values()) {
    const [first, ...others] = ofLook.toSorted(byUrgency);
    await tellAlert(tx, audience, event, first!, others);
    const data = { alert_id: first!.id, cause: causeOf(event, first!) };
    for (const { id } of others) await appendAlertEvent(tx, id, { type: 'told_with', data });
  }
}

const causeOf = (event: AlertNews, { id }: ToldAlert) => `${event}/${id}`;

async function tellAlert(
  tx: Executor,
  { merchandiserEmail }: AlertAudience,
  event: AlertNews,
  alert: ToldAlert,
  others: readonly ToldAlert[],
): Promise<void> {
  const { delivery } = alert;
  const together =
    event === 'price_alert.opened' && (delivery === 'hourly' || delivery === 'daily') ? delivery : undefined;
  const also = others.map(({ rule, facts }) => firedRule(rule, facts));
  const data = {
    ...messageOf(alert),
    ...(also.length > 0 ? { also } : {}),
    ...(together ? { together } : {}),
    escalated: event === 'price_alert.escalated',
  };
  const fallback = { merchandisers: merchandiserEmail };
  await tell(tx, { event, orderId: null, cause: causeOf(event, alert), data, fallback });
}

function messageOf({ id, listingId, observationId, rule, facts, pictureUrl }: ToldAlert): MessageData['price-alert'] {
  const price = facts.comparable ?? facts.theirs;
  return {
    ...{ alertId: id, listingId, observationId },
    ...{ product: facts.product, sku: facts.sku, competitor: facts.competitor },
    ...{ ours: facts.ours, theirs: facts.theirs, previous: facts.previous, previousAt: facts.previous_at },
    comparable: price !== facts.theirs && price?.amount !== facts.theirs?.amount ? price : null,
    ...{ notes: facts.notes, incomparable: facts.incomparable, inStock: facts.in_stock },
    ...{ lowest30Days: facts.lowest_30_days, median30Days: facts.median_30_days },
    ...{ observedAt: facts.observed_at, listingUrl: facts.url, snippet: facts.snippet, pageTitle: facts.title },
    ...firedRule(rule, facts),
    ...{ matchedBy: facts.match.by, matchConfidence: facts.match.confidence, confidence: facts.confidence },
    ...{ marginPercent: facts.margin_percent, marginAfterPercent: facts.margin_after_percent },
    ...{ rank: facts.rank, competitors: facts.competitors, minimumAdvertised: facts.minimum_advertised },
    hasEvidence: facts.has_evidence || facts.has_screenshot,
    ...(pictureUrl ? { pictureUrl } : {}),
  };
}

const firedRule = (rule: RuleOfAlert, facts: AlertFacts): FiredRule => ({
  ...{ rule: rule.kind, ruleName: rule.name, limitPercent: rule.percent, limitRank: rule.rank },
  limitAmount: rule.amount === null ? null : { amount: rule.amount, currency: limitCurrency(rule, facts) },
});

/** A fall or rise is in their currency, everything else in ours. */
function limitCurrency({ kind }: RuleOfAlert, { theirs, ours }: AlertFacts): string {
  const isTheirs = ['price_drop', 'price_rise', 'lowest_in_30_days'].includes(kind);
  return (isTheirs ? theirs : ours)?.currency ?? theirs?.currency ?? 'eur';
}
