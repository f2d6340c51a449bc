/**
 * Whether a page is still of the variant that it is tied to, and what would tie it to one. Only a person's word, a GTIN or the
 * maker's number link; a title never does.
 */
import type { PageReading } from '../pages/page-reading.ts';
import { type Comparison, comparePage } from './compare-page.ts';
import type { Guard, Link, Match, MatchReason, OurVariant, Setting } from './match.ts';
import { factsOf } from './page-facts.ts';

/** A listing with what is known around it. */
export interface Watched {
  listing: { linked_by: Link | null; pack_count: number | null };
  competitor: { name: string; domain: string; seller_names: readonly string[] };
  variant: OurVariant | null;
  /** What a person said of page and variant, and which contradictions they had seen. */
  decision: { status: 'accepted' | 'rejected'; contradictions: readonly string[] } | null;
}

/** A score from here on is worth a person's look. */
export const SUGGEST_FROM = 0.45;

/** These are of the offer that is shown today, not of the page: no decision about the page covers them. */
const OF_THE_OFFER: ReadonlySet<Guard> = new Set(['condition', 'seller']);

export function judgeMatch(watched: Watched, reading: PageReading): Match {
  const { listing, variant, decision } = watched;
  if (variant === null || listing.linked_by === null) return UNMATCHED;
  const linkReason = reasonOf(listing.linked_by);
  const facts = factsOf(reading);
  if (!facts)
    return {
      verdict: 'linked',
      by: listing.linked_by,
      confidence: BASE[listing.linked_by],
      reasons: [linkReason],
      contradictions: [],
    };
  const comparison = comparePage(variant, facts, settingOf(watched));
  const seen = new Set(decision?.status === 'accepted' ? decision.contradictions : []);
  const contradictions = comparison.objections
    .map(({ guard }) => guard)
    .filter((guard) => OF_THE_OFFER.has(guard) || !seen.has(guard));
  return {
    verdict: contradictions.length > 0 ? 'contradicted' : 'linked',
    by: listing.linked_by,
    confidence: confidenceOf(listing.linked_by, comparison, contradictions),
    reasons: [linkReason, ...comparison.reasons],
    contradictions,
  };
}

const UNMATCHED: Match = { verdict: 'unmatched', by: null, confidence: 0, reasons: [], contradictions: [] };

export const settingOf = ({ listing, competitor }: Pick<Watched, 'listing' | 'competitor'>): Setting => ({
  packCount: listing.pack_count,
  ownNames: [competitor.name, siteName(competitor.domain), ...competitor.seller_names],
});

/** `shop.rival.co.uk:8080` → `rival`, as far as that can be told without a list of what is sold to whom. */
function siteName(domain: string): string {
  const labels = domain.replace(/:\d+$/, '').split('.');
  const isSecondLevel = labels.length > 2 && /^(?:co|com|org|net|gov|ac)$/.test(labels.at(-2)!);
  return labels.at(isSecondLevel ? -3 : -2) ?? domain;
}

const BASE: Readonly<Record<Link, number>> = { url: 0.95, gtin: 0.98, mpn: 0.96, person: 0.97 };

const IN_WORDS: Readonly<Record<Link, string>> = {
  url: 'A person named this page for this variant.',
  gtin: 'The page was found by our GTIN.',
  mpn: "The page was found by brand and maker's number.",
  person: 'A person confirmed that they belong together.',
};

const reasonOf = (by: Link): MatchReason => ({
  for: 'match',
  kind: by,
  text: IN_WORDS[by],
});

/** What the page says beside the link makes it surer, or less sure. */
function confidenceOf(by: Link, { linksBy, score }: Comparison, contradictions: readonly Guard[]): number {
  if (contradictions.length > 0) return 0.3;
  if (linksBy !== null) return 0.99;
  return score < 0.1 ? BASE[by] - 0.25 : score < 0.3 ? BASE[by] - 0.1 : BASE[by];
}

export interface Candidate<V extends OurVariant> {
  variant: V;
  comparison: Comparison;
}

export interface Choice<V extends OurVariant> {
  /** The one variant that an identifier on the page names, and nothing objects to. */
  link: { variant: V; by: 'gtin' | 'mpn'; comparison: Comparison } | null;
  /** What a person may look at, best first. */
  suggestions: readonly Candidate<V>[];
}

const MOST_SUGGESTIONS = 5;

/** For a page that is tied to nothing: which of the variants that were found for it. */
export function chooseVariant<V extends OurVariant>(
  watched: Pick<Watched, 'listing' | 'competitor'>,
  reading: PageReading,
  variants: readonly V[],
): Choice<V> {
  const facts = factsOf(reading);
  if (!facts) return { link: null, suggestions: [] };
  const all = variants.map((variant) => ({ variant, comparison: comparePage(variant, facts, settingOf(watched)) }));
  const named = all.filter(({ comparison }) => comparison.linksBy !== null && comparison.objections.length === 0);
  const byGtin = named.filter(({ comparison }) => comparison.linksBy === 'gtin');
  const [only, ...more] = byGtin.length > 0 ? byGtin : named;
  if (only && more.length === 0) return { link: { ...only, by: only.comparison.linksBy! }, suggestions: [] };
  const suggestions = all
    .filter(({ comparison }) => worth(comparison) >= SUGGEST_FROM)
    .sort((a, b) => worth(b.comparison) - worth(a.comparison))
    .slice(0, MOST_SUGGESTIONS);
  return { link: null, suggestions };
}

/** An objection halves what a title suggests; an identifier that is objected to stays worth a look. */
const worth = ({ score, objections }: Comparison): number => (objections.length > 0 ? score / 2 : score);
