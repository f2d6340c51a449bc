/** GS1 article numbers on products: GTIN-8, -12 (UPC), -13 (EAN) and -14, told by length and check digit. */

const LENGTHS = new Set([8, 12, 13, 14]);

/**
 * The digits of a GTIN as printed (spaces and hyphens are taken out), or undefined when it is none: wrong length, other
 * characters, or a check digit that does not fit (GS1 General Specifications §7.9).
 */
export function parseGtin(printed: string): string | undefined {
  const digits = printed.replaceAll(/[\s-]/g, '');
  if (!/^\d+$/.test(digits) || !LENGTHS.has(digits.length)) return undefined;
  return checkDigitOf(digits.slice(0, -1)) === Number(digits.at(-1)) ? digits : undefined;
}

/** Weights 3 and 1 alternate from the right; the check digit fills the sum up to a multiple of ten. */
export function checkDigitOf(payload: string): number {
  let sum = 0;
  for (let i = 0; i < payload.length; i++) {
    sum += Number(payload[payload.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

/** In the one form in which two GTINs are the same article exactly if they are the same text. */
export function gtin14Of(gtin: string): string {
  return gtin.padStart(14, '0');
}

/** GS1 prefixes that anybody may use within a shop or a region (weighed goods, own labels), and those of coupons and refunds. */
const RESTRICTED = /^(?:0[245]\d|2\d\d|98[0-4]|99\d)/;

/**
 * Whether a GTIN (normalised to 14 digits) is nobody's worldwide: two shops may mean two articles by it, so it never links. Zeros are
 * what is written into a field that must not be empty.
 */
export function isRestrictedGtin(gtin14: string): boolean {
  if (/^0{6}/.test(gtin14)) return /^0{6}(?:[02]|0{7})/.test(gtin14);
  return RESTRICTED.test(gtin14.slice(1));
}

/**
 * The twelve digits behind the eight of a UPC-E, in which zeros are left out (GS1 General Specifications §7.10); undefined when it is
 * none, or its check digit does not fit.
 */
export function expandUpcE(printed: string): string | undefined {
  const [, system, number, check] = /^([01])(\d{6})(\d)$/.exec(printed.replaceAll(/[\s-]/g, '')) ?? [];
  if (system === undefined || number === undefined || check === undefined) return undefined;
  return parseGtin(system + withZeros(number) + check);
}

/** Its last digit says where the zeros were. */
function withZeros(number: string): string {
  const last = number[5]!;
  if (last <= '2') return `${number.slice(0, 2)}${last}0000${number.slice(2, 5)}`;
  if (last === '3') return `${number.slice(0, 3)}00000${number.slice(3, 5)}`;
  if (last === '4') return `${number.slice(0, 4)}00000${number[4]}`;
  return `${number.slice(0, 5)}0000${last}`;
}
