/** Numbers that name an article: the only things on a page that tie it to a variant by themselves. */
import { gtin14Of, isRestrictedGtin, parseGtin } from '../gtin.ts';
import type { OurVariant } from './match.ts';
import type { PageFacts } from './page-facts.ts';
import { isSameBrand } from './same-name.ts';
import { bare } from './title-text.ts';

export type Agreement = 'same' | 'different' | 'unknown';

/** By GTIN-14; numbers that mean something else in each shop say nothing. */
export function compareGtin({ barcode }: Pick<OurVariant, 'barcode'>, { gtin }: Pick<PageFacts, 'gtin'>): Agreement {
  const [mine, theirs] = [worldwide(barcode), worldwide(gtin)];
  if (mine === undefined || theirs === undefined) return 'unknown';
  return mine === theirs ? 'same' : 'different';
}

/** GTIN-14, checked; undefined for none, and for one that is nobody's worldwide. */
export function worldwide(printed: string | null | undefined): string | undefined {
  const gtin = parseGtin(printed ?? '');
  const whole = gtin && gtin14Of(gtin);
  return whole && !isRestrictedGtin(whole) ? whole : undefined;
}

/** A maker's number tells articles apart only with a digit and some length: `M` or `10` do not. */
export function tellingMpn(mpn: string | null | undefined): string | undefined {
  const number = bare(mpn ?? '');
  return number.length >= 4 && number.length <= 60 && /\d/.test(number) ? number : undefined;
}

/** The maker's number within the same brand. Two numbers that differ prove nothing: shops write their own there. */
export function isSameMpn(ours: OurVariant, page: PageFacts): boolean {
  const mine = tellingMpn(ours.mpn);
  return (
    mine !== undefined &&
    mine === tellingMpn(page.mpn) &&
    Boolean(ours.brand && page.brand && isSameBrand(ours.brand, page.brand))
  );
}
