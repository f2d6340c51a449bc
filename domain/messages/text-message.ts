/**
 * A text message as phones are sent it. A network carries 160 characters of its own alphabet (GSM 03.38) or 70 of any other at
 * a time, and each such segment is paid for: one character outside the alphabet more than doubles the price.
 */

/** Each costs one septet; ESC and what it introduces are not among them. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Each costs two. */
const EXTENDED = '\f^{}\\[~]|€';
const SEPTETS = new Map([
  ...[...BASIC].map((each) => [each, 1] as const),
  ...[...EXTENDED].map((each) => [each, 2] as const),
]);

/** What typesetting and Intl write, and the alphabet lacks, though it has the like. */
const LIKE: Readonly<Record<string, string>> = {
  ...{ '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"' },
  ...{ '–': '-', '—': '-', '‑': '-', '−': '-', '…': '...', '\u00a0': ' ', '\u202f': ' ', '\u2009': ' ' },
};

/** How many segments a text is sent in. */
export function segmentsOf(text: string): number {
  const septets = septetsOf(text);
  if (septets !== undefined) return septets <= 160 ? 1 : Math.ceil(septets / 153);
  return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
}

/** Places of the alphabet that a text takes; undefined when a character is outside it. */
export function septetsOf(text: string): number | undefined {
  let sum = 0;
  for (const character of text) {
    const septets = SEPTETS.get(character);
    if (septets === undefined) return undefined;
    sum += septets;
  }
  return sum;
}

/**
 * What is said and the address to open, as one text of at most so many segments: what is said is cut where it is too long, the
 * address never, since half of one leads nowhere.
 */
export function composeTextMessage(said: string, url: string | null, maxSegments: number): string {
  const words = plain(said);
  const link = url ? `\n${url}` : '';
  const fits = (text: string) => segmentsOf(text + link) <= maxSegments;
  return (fits(words) ? words : longest(words, fits)) + link;
}

/** Without what phones cannot show, and in the alphabet as far as its likes go. */
const plain = (text: string) =>
  text
    .replaceAll(/[‘’‚“”„«»–—‑−…\u00a0\u202f\u2009]/g, (character) => LIKE[character] ?? character)
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .trim();

/** The longest beginning that fits with its ellipsis, found by halving; never half a character. */
function longest(text: string, fits: (cut: string) => boolean): string {
  const characters = [...text];
  const cut = (length: number) => `${characters.slice(0, length).join('').trimEnd()}...`;
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(cut(middle))) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}
