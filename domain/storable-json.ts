/** What strangers' pages say may hold what PostgreSQL takes in no text: NUL, and halves of surrogate pairs. */

export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** At most so many UTF-16 units, cut between characters. */
export function clipText(text: string, units: number): string {
  const clean = storableText(text);
  return clean.length <= units
    ? clean
    : `${clean
        .slice(0, units - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

/** The same value, with every text and name in it made storable. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [storableText(name), storableJson(each)]));
}
