/** What a message of a few lines may hold: one text message (see ./text-message.ts) where its language's letters allow it. */
import { septetsOf } from './text-message.ts';

const GSM_LIMIT = 160;
/** Of letters outside of the alphabet, in two parts. */
const WIDE_LIMIT = 2 * 67;

/** Formats put spaces that do not break, which are not in the networks' alphabet. */
export function fitShort(text: string): string {
  const plain = text.replaceAll(/[\u00a0\u202f\u2009]/g, ' ').trim();
  const septets = septetsOf(plain);
  if (septets === undefined) return plain.length <= WIDE_LIMIT ? plain : `${cut(plain, WIDE_LIMIT - 1)}…`;
  return septets <= GSM_LIMIT ? plain : `${cut(plain, GSM_LIMIT - 3)}...`;
}

/** As many whole characters as fit. */
function cut(text: string, limit: number): string {
  let kept = '';
  let places = 0;
  for (const character of text) {
    places += septetsOf(character) ?? character.length;
    if (places > limit) break;
    kept += character;
  }
  return kept.trimEnd();
}
