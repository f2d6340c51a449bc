/**
 * What comes of comparing a page with our variants: pages that tie themselves by an identifier, pairs that a person is asked
 * about, and what they decide. A decision is kept, and nobody is asked the same again.
 */
import { tellingMpn, worldwide } from '../domain/matching/identifiers.ts';
import { type Candidate, chooseVariant } from '../domain/matching/judge-match.ts';
import type { Match, OurVariant } from '../domain/matching/match.ts';
import { factsOf } from '../domain/matching/page-facts.ts';
import { searchWords, spellingsOf } from '../domain/matching/search-words.ts';
import type { PageReading } from '../domain/pages/page-reading.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { linkListing } from './link-listing.ts';
import type { ListingForReading } from './listing-for-reading.ts';
import { findMatchCandidates } from './match-candidates.ts';

export interface SeenMatch {
  found: ListingForReading;
  match: Match;
  reading: PageReading;
}

/** What it came to: `linked` says that a page which was tied to nothing is tied now. */
export type Noted = 'nothing' | 'linked' | 'suggested' | 'contradicted';

/** A second run with the same page changes nothing. */
export async function noteMatch(tx: Executor, { found, match, reading }: SeenMatch): Promise<Noted> {
  if (reading.kind !== 'offer') return 'nothing';
  if (found.variant === null) return noteLoose(tx, found, reading);
  const pair = { listingId: found.listing.id, variantId: found.variant.id };
  if (match.verdict === 'contradicted') {
    await suggest(tx, {
      ...pair,
      kind: 'contradicted',
      url: null,
      score: match.confidence,
      reasons: match.reasons,
      contradictions: match.contradictions,
    });
    return 'contradicted';
  }
  await tx.rows(withdraw, [pair.listingId, pair.variantId]);
  return 'nothing';
}

// What contradicted before, and does no more, is no question any more.
const withdraw = statement(
  'withdraw_contradiction',
  `delete from match_suggestions where listing_id = $1 and variant_id = $2 and kind = 'contradicted' and status = 'open'`,
);

async function noteLoose(tx: Executor, found: ListingForReading, reading: PageReading): Promise<Noted> {
  const facts = factsOf(reading)!;
  const gtin = worldwide(facts.gtin);
  const candidates = await findMatchCandidates(tx, {
    barcodes: gtin === undefined ? [] : spellingsOf(gtin),
    mpn: tellingMpn(facts.mpn) ?? null,
    words: searchWords(facts.title, facts.brand),
  });
  if (candidates.length === 0) return 'nothing';
  const refused = new Set(
    (await tx.rows<{ variant_id: string }>(rejectedOf, [found.listing.id])).map((row) => row.variant_id),
  );
  const { link, suggestions } = chooseVariant(
    found,
    reading,
    candidates.filter(({ id }) => !refused.has(id)),
  );
  if (link && (await linkListing(tx, found.listing.id, { variantId: link.variant.id, by: link.by }))) return 'linked';
  for (const each of suggestions) await suggest(tx, suggestionOf(found.listing.id, null, each));
  return suggestions.length > 0 ? 'suggested' : 'nothing';
}

const rejectedOf = statement(
  'find_rejected_variants',
  `select variant_id from match_suggestions where listing_id = $1 and status = 'rejected'`,
);

export interface Suggestion {
  listingId: string;
  variantId: string;
  kind: 'suggested' | 'contradicted';
  /** The page that a search found; null: the listing's own. */
  url: string | null;
  score: number;
  reasons: Match['reasons'];
  contradictions: Match['contradictions'];
}

export const suggestionOf = <V extends OurVariant & { id: string }>(
  listingId: string,
  url: string | null,
  { variant, comparison }: Candidate<V>,
): Suggestion => ({
  listingId,
  variantId: variant.id,
  kind: 'suggested',
  url,
  score: comparison.score,
  reasons: comparison.reasons,
  contradictions: comparison.objections.map(({ guard }) => guard),
});

// An accepted pair is asked about again only when something else contradicts than what the person saw.
const upsert = statement(
  'suggest_match',
  `insert into match_suggestions as s (id, listing_id, variant_id, url, kind, score, reasons, contradictions)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (listing_id, variant_id, coalesce(url, '')) do update set kind = excluded.kind, score = excluded.score,
     reasons = excluded.reasons, contradictions = excluded.contradictions, status = 'open', decided_by = null, decided_at = null,
     version = s.version + 1, updated_at = now()
   where (s.status = 'open' and (s.kind, s.score, s.reasons, s.contradictions)
       is distinct from (excluded.kind, excluded.score, excluded.reasons, excluded.contradictions))
     or (s.status = 'accepted' and excluded.kind = 'contradicted' and not excluded.contradictions <@ s.contradictions)`,
);

/** Asks a person about a pair, unless they have said what they think of it. */
export async function suggest(tx: Executor, of: Suggestion): Promise<void> {
  const { listingId, variantId, url, kind, score, reasons, contradictions } = of;
  await tx.rows(upsert, [uuidv7(), listingId, variantId, url, kind, score, JSON.stringify(reasons), contradictions]);
}
