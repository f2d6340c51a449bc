/** In which language a message is, and by which country's conventions it writes money, dates and numbers. */
export const LANGUAGES = ['en', 'de', 'es', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Countries whose conventions are known, by language, the usual one first: a closed list, so that formatters are few. */
const COUNTRIES: Readonly<Record<Language, readonly string[]>> = {
  en: ['US', 'GB', 'IE', 'CA', 'AU', 'NZ', 'IN', 'ZA', 'SG'],
  de: ['DE', 'AT', 'CH', 'LI', 'LU'],
  es: ['ES', 'MX', 'AR', 'CL', 'CO', 'PE', 'UY', 'US'],
  ja: ['JP'],
};

/** What BCP 47 calls them: each language alone, and with the countries whose conventions differ. */
export const LOCALES: readonly string[] = LANGUAGES.flatMap((language) => [
  language,
  ...COUNTRIES[language].map((country) => `${language}-${country}`),
]);

export interface Locale {
  language: Language;
  /** For Intl: language and country. */
  tag: string;
}

/** The nearest that there is; undefined when the language is not spoken here: `de-AT` → de of Austria, `zh` → undefined. */
export function findLocale(tag: string | null | undefined): Locale | undefined {
  const [first = '', ...rest] = (tag ?? '').split(/[-_]/);
  const language = LANGUAGES.find((each) => each === first.toLowerCase());
  if (!language) return undefined;
  const countries = COUNTRIES[language];
  const named = rest.map((part) => part.toUpperCase()).find((part) => countries.includes(part));
  return { language, tag: `${language}-${named ?? countries[0]}` };
}

/** @param tags the wanted ones, best first: the message's, the order's, the shop's */
export function resolveLocale(...tags: (string | null | undefined)[]): Locale {
  for (const tag of tags) {
    const found = findLocale(tag);
    if (found) return found;
  }
  return { language: 'en', tag: 'en-US' };
}
