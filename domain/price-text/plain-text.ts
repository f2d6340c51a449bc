/** One way to write what is written in many: digits of all scripts, blanks, dashes, full width. */

/** The zero of each script's digits; the other nine follow it. */
const ZEROS = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0,
  0xff10,
];

/** Longer texts are no price strings. */
const LONGEST = 240;
const LONGEST_RAW = 2_000;

/** Undefined for what is too long, and for what holds digits that mean less than they show (`12⁹⁹`, `1½`). */
export function plainText(text: string): string | undefined {
  if (text.length > LONGEST_RAW) return undefined;
  const plain = text
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad]/g, '')
    .replaceAll(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, '\u00a0')
    .replaceAll(/[\u2010-\u2015\u2212\ufe58\ufe63]/g, '-')
    .replaceAll(/[\u301c\uff5e\u223c\u02dc]/g, '~')
    .replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('￥', '¥')
    .replaceAll('￡', '£')
    .replaceAll('￦', '₩')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(/\s+/g, (blanks) => (blanks === '\u00a0' ? blanks : ' '))
    .trim();
  return plain.length > LONGEST || /\p{No}|\p{Nl}|(?![0-9])\p{Nd}/u.test(plain) ? undefined : plain;
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  const zero = ZEROS.find((zero) => code >= zero && code < zero + 10);
  return zero === undefined ? digit : String(code - zero);
}

/** In lower case, with simple blanks and apostrophes, and as long as before. */
export function folded(plain: string): string {
  const lower = plain.toLowerCase();
  const same = lower.length === plain.length ? lower : [...plain].map(lowerIfAsLong).join('');
  return same.replaceAll('\u00a0', ' ').replaceAll('’', "'");
}

function lowerIfAsLong(character: string): string {
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}

/** Scripts that put no blanks between words. */
export const IS_UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
const IS_LETTER = /[\p{L}\p{M}]/u;

/** Whether no letters go on before or behind, where words have blanks between them. */
export function isWholeWord(text: string, start: number, end: number): boolean {
  return isEdge(text[start - 1], text[start]!) && isEdge(text[end], text[end - 1]!);
}

function isEdge(outside: string | undefined, inside: string): boolean {
  if (outside === undefined || !IS_LETTER.test(inside) || !IS_LETTER.test(outside)) return true;
  return IS_UNSPACED.test(inside) || IS_UNSPACED.test(outside);
}
