/** Which form a number takes in a language: its own categories by CLDR, all of which must be given. */
export type Category = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/**
 * @template Needed the categories that the language has for whole numbers
 * @returns picks the form of a number
 */
export function pluralOf<Needed extends Category>(language: string) {
  const rules = new Intl.PluralRules(language);
  return (n: number, forms: Readonly<Record<Needed | 'other', string>>): string => {
    const category = rules.select(n);
    return (forms as Readonly<Partial<Record<Category, string>>>)[category] ?? forms.other;
  };
}

/** Writes a whole number as the language groups its digits. */
export function numberOf(language: string): (n: number) => string {
  const numbers = new Intl.NumberFormat(language);
  return (n) => numbers.format(n);
}
