/** What a site's search found for a variant of ours, as questions to a person. */
import { settingOf } from '../domain/matching/judge-match.ts';
import { chooseLinks, type FoundLink } from '../domain/matching/search-results.ts';
import type { Executor } from './database.ts';
import type { ListingForReading } from './listing-for-reading.ts';
import { suggest, suggestionOf } from './matches.ts';

/** A page that a person refused is not asked about again. Returns how many pages are worth a look. */
export async function noteSearchResults(
  tx: Executor,
  found: ListingForReading,
  links: readonly FoundLink[],
): Promise<number> {
  const { variant, listing } = found;
  if (variant === null) return 0;
  const chosen = chooseLinks(links, variant, settingOf(found));
  for (const { url, comparison } of chosen) await suggest(tx, suggestionOf(listing.id, url, { variant, comparison }));
  return chosen.length;
}
