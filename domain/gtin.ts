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
function checkDigitOf(payload: string): number {
  let sum = 0;
  for (let i = 0; i < payload.length; i++) {
    sum += Number(payload[payload.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}
