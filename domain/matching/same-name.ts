/** Whether two names of a maker or a seller mean the same one. */
import { fold } from './title-text.ts';

const LEGAL_FORMS = new Set(
  'gmbh co kg ag se ltd limited inc llc corp corporation company plc sa sas sarl sro srl spa bv nv ab as oy oyj aps sl eu ek ohg kgaa international europe deutschland official store shop online'.split(
    ' ',
  ),
);

/** The words that tell one from another: `Amazon EU S.à r.l.` → `amazon`. */
export function nameWords(name: string): string[] {
  const plain = fold(name)
    .replaceAll(/\bs\.? ?a\.? ?r\.? ?l\b\.?|\b(?:[a-z]\.[ ]?){2,}[a-z]?\b\.?/g, ' ')
    .replaceAll(/[’']s\b/g, '');
  const words =
    plain.replace(/\.(?:com|net|org|shop|store|[a-z]{2}|co\.[a-z]{2})\b/g, ' ').match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !LEGAL_FORMS.has(word));
  return telling.length > 0 ? telling : words;
}

/** One is the other, spaces or not, or the other with a word or two more: `Nike` and `Nike Sportswear`, `human toolz` and `humantoolz`. */
export function isSameName(a: string, b: string): boolean {
  const [one, two] = [nameWords(a), nameWords(b)];
  if (one.length === 0 || two.length === 0) return false;
  if (one.join('') === two.join('')) return true;
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  return long.length - short.length <= 2 && short.join('').length >= 2 && short.every((word) => long.includes(word));
}

/** Also one as the other's initials: `HP` and `Hewlett Packard`. */
export function isSameBrand(a: string, b: string): boolean {
  if (isSameName(a, b)) return true;
  const [one, two] = [nameWords(a), nameWords(b)];
  const initials = (words: string[]) => (words.length > 1 ? words.map((word) => word[0]).join('') : undefined);
  return one.join('') === initials(two) || two.join('') === initials(one);
}
