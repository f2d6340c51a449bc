/** Tells merchandisers of an alert. The links are put in when it is sent: they are signed for their recipient, and expire. */
import type { Executor } from '../db/database.ts';
import type { RuleOfAlert } from '../db/price-alerts.ts';
import { tell } from '../db/tell.ts';
import type { MessageData } from '../domain/messages/message-data.ts';
import type { AlertFacts } from '../domain/price-alerts/alert-facts.ts';

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

export async function tellAlert(
  tx: Executor,
  { merchandiserEmail }: AlertAudience,
  event: 'price_alert.opened' | 'price_alert.escalated',
  alert: ToldAlert,
): Promise<void> {
  const { delivery } = alert;
  const together =
    event === 'price_alert.opened' && (delivery === 'hourly' || delivery === 'daily') ? delivery : undefined;
  const data = { ...messageOf(alert), ...(together ? { together } : {}), escalated: event === 'price_alert.escalated' };
  const fallback = { merchandisers: merchandiserEmail };
  await tell(tx, { event, orderId: null, cause: `${event}/${alert.id}`, data, fallback });
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
    ...{ rule: rule.kind, ruleName: rule.name, limitPercent: rule.percent, limitRank: rule.rank },
    limitAmount: rule.amount === null ? null : { amount: rule.amount, currency: limitCurrency(rule, facts) },
    ...{ matchedBy: facts.match.by, matchConfidence: facts.match.confidence, confidence: facts.confidence },
    ...{ marginPercent: facts.margin_percent, marginAfterPercent: facts.margin_after_percent },
    ...{ rank: facts.rank, competitors: facts.competitors, minimumAdvertised: facts.minimum_advertised },
    hasEvidence: facts.has_evidence || facts.has_screenshot,
    ...(pictureUrl ? { pictureUrl } : {}),
  };
}

/** A fall or rise is in their currency, everything else in ours. */
function limitCurrency({ kind }: RuleOfAlert, { theirs, ours }: AlertFacts): string {
  const isTheirs = ['price_drop', 'price_rise', 'lowest_in_30_days'].includes(kind);
  return (isTheirs ? theirs : ours)?.currency ?? theirs?.currency ?? 'eur';
}
