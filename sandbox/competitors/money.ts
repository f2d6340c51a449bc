/** Amounts in minor units, as people and as machines read them. */

const exponents = new Map<string, number>();

function exponentOf(currency: string): number {
  const found = exponents.get(currency);
  if (found !== undefined) return found;
  const style = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = style.resolvedOptions().maximumFractionDigits ?? 2;
  exponents.set(currency, digits);
  return digits;
}

/** `1299.00`, for markup. */
export function decimalOf(amount: number, currency: string): string {
  const digits = exponentOf(currency);
  return (amount / 10 ** digits).toFixed(digits);
}

/** `1.299,00 €`, as the locale writes it. */
export function priceText(amount: number, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount / 10 ** exponentOf(currency));
}
