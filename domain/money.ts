/**
 * Money is an integer amount of a currency's minor units. Nothing here, and nothing elsewhere, makes money from a float.
 */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** ISO 4217 exponents other than 2 (https://www.iso.org/iso-4217-currency-codes.html). */
const EXPONENTS: Readonly<Record<string, number>> = {
  bif: 0,
  clp: 0,
  djf: 0,
  gnf: 0,
  jpy: 0,
  kmf: 0,
  krw: 0,
  mga: 0,
  pyg: 0,
  rwf: 0,
  vnd: 0,
  vuv: 0,
  xaf: 0,
  xof: 0,
  xpf: 0,
  bhd: 3,
  iqd: 3,
  jod: 3,
  kwd: 3,
  lyd: 3,
  omr: 3,
  tnd: 3,
};

const KNOWN = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** Decimal digits of the currency's minor unit: usd 2, jpy 0, kwd 3. */
export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** Without a minor unit in use, yet counted in hundredths by Stripe (https://docs.stripe.com/currencies#special-cases). */
const WHOLE_UNITS_ONLY = new Set(['isk', 'ugx']);

/** Minor units that an amount must be a multiple of: Stripe takes three decimals in tens, and ISK and UGX in whole units. */
export function stepOf(currency: string): number {
  if (WHOLE_UNITS_ONLY.has(currency)) return 100;
  return exponentOf(currency) === 3 ? 10 : 1;
}

/** The next amount upwards that Stripe takes. */
export function roundForProvider(amount: number, currency: string): number {
  const step = stepOf(currency);
  return Math.ceil(amount / step) * step;
}

/** The nearest amount that Stripe takes, half up. */
export function roundToStep(amount: number, currency: string): number {
  const step = stepOf(currency);
  return Math.floor((amount + step / 2) / step) * step;
}

/** A share of an amount in basis points (1/100 of a percent), rounded half up, in integers throughout. */
export function shareOf(amount: number, basisPoints: number): number {
  return Number((BigInt(amount) * BigInt(basisPoints) + 5_000n) / 10_000n);
}

/** Making a formatter costs fifty times what using one does. */
const formatters = new Map<string, Intl.NumberFormat>();

function formatterOf(currency: string, locale: string, digits: number): Intl.NumberFormat {
  const id = `${locale}/${currency}`;
  const known = formatters.get(id);
  if (known) return known;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase(), ...options });
  formatters.set(id, made);
  return made;
}

/** `1999 usd` → `$19.99`, `500 jpy` → `¥500`, in the locale's own way. */
export function formatMoney({ amount, currency }: Money, locale = 'en-US'): string {
  const digits = exponentOf(currency);
  // Intl takes a decimal string exactly; a division would make a float of it.
  return formatterOf(currency, locale, digits).format(toDecimal({ amount, currency }) as unknown as number);
}

/** `1999 usd` → `19.99`, `500 jpy` → `500`, `-1 kwd` → `-0.001`. */
export function toDecimal({ amount, currency }: Money): string {
  const digits = exponentOf(currency);
  const sign = amount < 0 ? '-' : '';
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
