/** Addresses as letters carry them: the lines and their order are the country's of destination. */
import { oneLine } from './escape.ts';

type Parts = Readonly<Record<string, unknown>>;

/** Post code before the place: most of Europe and Latin America; after it, with the region: North America and Australia. */
const REGION_THEN_CODE = new Set(['US', 'CA', 'AU']);
const CODE_ON_ITS_OWN_LINE = new Set(['GB', 'IE', 'GI', 'IM', 'JE', 'GG']);

/**
 * @param country name of a country by its ISO 3166 code, in the reader's language
 * @param japanese whether the reader reads Japanese: an address in Japan is then written from the large to the small
 */
export function addressLines(parts: Parts | null, country: (code: string) => string, japanese: boolean): string[] {
  if (!parts) return [];
  const of = (field: string) => oneLine(parts[field]);
  const code = of('country').toUpperCase();
  const people = [of('name'), of('company')];
  const streets = [of('line1'), of('line2')];
  const place = placeLines({ code, postalCode: of('postal_code'), city: of('city'), state: of('state') });
  const lines =
    code === 'JP' && japanese
      ? [
          `〒${of('postal_code')}`.replace(/^〒$/, ''),
          [of('state'), of('city'), ...streets].join(''),
          of('company'),
          named(of('name')),
        ]
      : [...people, ...streets, ...place];
  return [...lines, country(code)].filter((line) => line !== '');
}

const named = (name: string) => (name === '' ? '' : `${name} 様`);

function placeLines({ code, postalCode, city, state }: Record<'code' | 'postalCode' | 'city' | 'state', string>) {
  const words = (...all: string[]) => all.filter((word) => word !== '').join(' ');
  if (REGION_THEN_CODE.has(code)) return [[city, words(state, postalCode)].filter((part) => part !== '').join(', ')];
  if (CODE_ON_ITS_OWN_LINE.has(code)) return [city, state, postalCode];
  if (code === 'JP') return [[city, words(state, postalCode)].filter((part) => part !== '').join(', ')];
  return [words(postalCode, city), state];
}
