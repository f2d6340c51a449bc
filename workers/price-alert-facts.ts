/** What an alert and its message say of a look. */

import type { ListingForReading } from '../db/listing-for-reading.ts';
import { type AlertFacts, marginOf } from '../domain/price-alerts/alert-facts.ts';
import { summarize } from '../domain/price-alerts/believed-prices.ts';
import { rankOf } from '../domain/price-alerts/conditions.ts';
import type { AlertRule } from '../domain/price-alerts/rule.ts';
import type { Watch } from '../domain/price-alerts/watch.ts';
import type { Look } from './watched-look.ts';

/** @param watch as it was before the look */
export function factsOf(
  { listing, competitor, variant }: ListingForReading,
  look: Look,
  watch: Watch,
  rule: AlertRule,
): AlertFacts {
  const { observation, seen, world, comparison, cost } = look;
  const { ours, others } = world;
  const theirs = seen.outcome === 'observed' ? seen.price : null;
  const comparable = comparison?.kind === 'comparable' ? comparison.price : null;
  const summary = summarize(watch.believed, observation.observed_at.getTime());
  const previous = previousOf(watch, rule);
  const time = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  return {
    product: variant ? [variant.product_name, variant.name].filter((name) => name !== '').join(' – ') : '',
    sku: variant?.sku ?? '',
    competitor: competitor.name,
    url: observation.url || (listing.url ?? ''),
    ...{ title: observation.title, theirs, snippet: observation.price_text },
    observed_at: observation.observed_at.toISOString(),
    in_stock: seen.outcome === 'observed' ? seen.inStock : null,
    ...{ previous: previous.price, previous_at: time(previous.at), ours, comparable },
    notes: comparison?.kind === 'comparable' ? comparison.notes : [],
    incomparable: comparison?.kind === 'incomparable' ? comparison.reason : null,
    minimum_advertised: world.minimumAdvertised,
    rank: ours && comparable ? rankOf(ours.amount, [...others, comparable.amount]) : null,
    competitors: others.length + (comparable ? 1 : 0),
    ...{ cost, margin_percent: marginOf(ours, cost), margin_after_percent: marginOf(comparable, cost) },
    lowest_30_days: summary?.lowest ?? null,
    median_30_days: summary?.median ?? null,
    days_known: summary?.days ?? 0,
    ...{ layer: observation.layer, confidence: observation.confidence },
    match: matchOf(listing.linked_by, observation.match),
    has_evidence: observation.evidence_key !== null,
    has_screenshot: observation.screenshot_key !== null,
  };
}

/** A fall or rise is measured from what was last told or accepted; everything else stands beside what was believed before. */
function previousOf({ good, rules }: Watch, rule: AlertRule) {
  const reference = rules[rule.id]?.reference;
  const isStep = rule.kind === 'price_drop' || rule.kind === 'price_rise';
  if (isStep && reference) {
    const isSame = good?.price?.amount === reference.amount && good.price.currency === reference.currency;
    return { price: reference, at: isSame ? good.pricedAt : null };
  }
  return { price: good?.price ?? null, at: good?.pricedAt ?? null };
}

interface FoundMatch {
  by?: string | null;
  confidence?: number;
  reasons?: unknown;
}

function matchOf(linkedBy: string | null, match: FoundMatch | null): AlertFacts['match'] {
  const reasons = Array.isArray(match?.reasons) ? match.reasons : [];
  const texts = reasons.map((each) => (each as { text?: unknown } | null)?.text);
  return {
    by: match?.by ?? linkedBy,
    confidence: match?.confidence ?? null,
    reasons: texts.filter((text): text is string => typeof text === 'string').slice(0, 10),
  };
}
