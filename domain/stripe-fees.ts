/** What Stripe is expected to take of a charge, where the contract's rates are configured. */

/** By currency: a share in basis points and a fixed part in minor units. */
export type FeeRates = Readonly<Record<string, { basisPoints: number; fixed: number }>>;

/** `usd:290+30,gbp:150+20`: 2.9 % + 30 cents, 1.5 % + 20 pence. Undefined when the text is something else. */
export function parseFeeRates(text: string): FeeRates | undefined {
  const rates: Record<string, { basisPoints: number; fixed: number }> = {};
  for (const part of text.split(',')) {
    const [, currency, share, fixed] = /^\s*([a-z]{3}):(\d{1,4})\+(\d{1,6})\s*$/i.exec(part) ?? [];
    if (!currency) return undefined;
    rates[currency.toLowerCase()] = { basisPoints: Number(share), fixed: Number(fixed) };
  }
  return rates;
}

/** Whether a fee is the configured one, to one minor unit of rounding; of other currencies nothing is known, so it is. */
export function isUsualFee(
  rates: FeeRates,
  { amount, fee, currency }: { amount: number; fee: number; currency: string },
) {
  const rate = rates[currency];
  if (!rate) return true;
  return Math.abs(fee * 10_000 - amount * rate.basisPoints - rate.fixed * 10_000) <= 10_000;
}
