/** What an exchange comes to: what goods that came back are worth against what those cost that go out for them. Pure. */
import type { PricedLine, Totals } from '../pricing.ts';

/** What was wanted instead, at the price of the day it was asked for; the delivery is free. */
export interface ExchangeQuote {
  lines: PricedLine[];
  totals: Totals;
}

export interface ExchangeBalance {
  /** Of what came back, what pays for the new goods. */
  credit: number;
  /** What the customer has to pay beside that. */
  due: number;
  /** What goes back to the customer. */
  refund: number;
}

/** @param value what came back, and `price` what goes out, both with tax, in minor units of one currency */
export function balanceExchange(value: number, price: number): ExchangeBalance {
  const credit = Math.min(value, price);
  return { credit, due: price - credit, refund: value - credit };
}
