/**
 * What a message of a few lines may hold. An SMS carries 160 characters of the GSM alphabet (3GPP TS 23.038); one character
 * outside of it makes all of them wider, so that 70 fit, or 67 in each of several parts.
 */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Written with an escape before them: two places each. */
const GSM_EXTENSION = '^{}\\[~]|€';
const PLACES = new Map([
  ...[...GSM].map((each) => [each, 1] as const),
  ...[...GSM_EXTENSION].map((each) => [each, 2] as const),
]);

const GSM_LIMIT = 160;
const WIDE_LIMIT = 2 * 67;

/** Places that a text takes in the GSM alphabet; undefined when it cannot be written in it. */
export function gsmLength(text: string): number | undefined {
  let places = 0;
  for (const character of text) {
    const each = PLACES.get(character);
    if (each === undefined) return undefined;
    places += each;
  }
  return places;
}

/** Formats put spaces that do not break, which are not in the GSM alphabet. */
export function fitShort(text: string): string {
  const plain = text.replaceAll(/[\u00a0\u202f\u2009]/g, ' ').trim();
  const length = gsmLength(plain);
  if (length === undefined) return plain.length <= WIDE_LIMIT ? plain : `${cut(plain, WIDE_LIMIT - 1)}…`;
  return length <= GSM_LIMIT ? plain : `${cut(plain, GSM_LIMIT - 3)}...`;
}

/** As many whole characters as fit. */
function cut(text: string, limit: number): string {
  let kept = '';
  let places = 0;
  for (const character of text) {
    places += PLACES.get(character) ?? character.length;
    if (places > limit) break;
    kept += character;
  }
  return kept.trimEnd();
}
