/** Slugs name products and categories in URLs: lower-case letters and digits of any script, in words joined by hyphens. */

const MAX_LENGTH = 100;

export const SLUG_PATTERN = /^[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{N}]+)*$/u;

/** `Crème brûlée (6×)` → `creme-brulee-6`. Undefined when the name holds no letter and no digit. */
export function slugOf(name: string): string | undefined {
  const words = name
    .normalize('NFKD')
    // Accents of Latin letters go; marks of other scripts carry the vowel and stay.
    .replaceAll(/(?<=\p{Script=Latin})\p{Mn}+/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .split(/[^\p{L}\p{Mn}\p{Mc}\p{N}]+/u)
    .filter((word) => word.length > 0);
  const slug = [...words.join('-')].slice(0, MAX_LENGTH).join('').replace(/-$/, '');
  return SLUG_PATTERN.test(slug) && !looksLikeId(slug) ? slug : undefined;
}

/** A path such as `/v1/products/{id}` takes an id or a slug: a slug must not look like an id. */
export function looksLikeId(value: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
