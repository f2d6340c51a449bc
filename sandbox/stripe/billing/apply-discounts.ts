import type { Sandbox } from '../context.ts';
import { getCoupon, redeemCoupon } from '../discounts.ts';
import { badParam, noSuch } from '../errors.ts';
import { newId } from '../ids.ts';
import * as p from '../params.ts';
import type { Coupon, StripeDiscount } from '../types.ts';
import type { DiscountAmount, InvoiceLine } from './types.ts';

export const discountsRule = p.emptyOr(p.list(p.hash({}, { coupon: p.filled(), discount: p.filled() })));
export type GivenDiscounts = ReturnType<typeof discountsRule>;

/** A discount with what it takes off. The coupon may be deleted since: who has it keeps it. */
export interface Applied {
  id: string;
  coupon: Coupon;
}

/** The ids of the discounts that were asked for; coupons are redeemed, discounts that are there already are kept. */
export const takeDiscounts = (
  sandbox: Sandbox,
  given: GivenDiscounts,
  owner: { customer: string | null; subscription?: string; invoice?: string; invoice_item?: string },
): string[] =>
  (given ?? []).map(({ coupon, discount }, i) => {
    const name = `discounts[${i}]`;
    if (discount) {
      if (!sandbox.objects.find(discount, 'discount')) throw noSuch('discount', discount, name);
      return discount;
    }
    if (!coupon) throw badParam(`You must specify a coupon or a discount.`, name, 'parameter_missing');
    const made = redeemCoupon(sandbox, coupon, `${name}[coupon]`, owner);
    sandbox.emit('customer.discount.created', made);
    return made.id;
  });

const findDiscount = (sandbox: Sandbox, id: string) =>
  sandbox.objects.find<StripeDiscount & { created: number }>(id, 'discount');

/** Discounts as coupons would make them, without redeeming any. */
export const previewDiscounts = (sandbox: Sandbox, given: GivenDiscounts): Applied[] =>
  (given ?? []).flatMap(({ coupon, discount }, i) => {
    if (discount) return activeDiscounts(sandbox, [discount]);
    return coupon ? [{ id: newId('di'), coupon: getCoupon(sandbox, coupon, `discounts[${i}][coupon]`) }] : [];
  });

/** Those of these discounts that still count. */
export function activeDiscounts(sandbox: Sandbox, ids: string[]): Applied[] {
  return ids.flatMap((id) => {
    const discount = findDiscount(sandbox, id);
    if (!discount || (discount.end !== null && discount.end <= sandbox.now())) return [];
    const { coupon: snapshot } = sandbox.objects.hidden<{ coupon: Coupon }>(id);
    return [{ id, coupon: snapshot ?? getCoupon(sandbox, discount.source.coupon) }];
  });
}

/** A discount that was good once has had its turn. Returns those that remain. */
export function useUp(sandbox: Sandbox, ids: string[], used: Applied[]): string[] {
  const remaining = ids.filter((id) => {
    const discount = findDiscount(sandbox, id);
    const once = used.some(({ id: each, coupon }) => each === id && coupon.duration === 'once');
    const over = discount !== undefined && discount.end !== null && discount.end <= sandbox.now();
    if (!discount || (!once && !over)) return true;
    if (once) discount.end = sandbox.now();
    sandbox.objects.update(discount);
    sandbox.emit('customer.discount.deleted', discount);
    return false;
  });
  return remaining;
}

const fits = ({ coupon }: Applied, line: InvoiceLine, currency: string): boolean => {
  const product = line.pricing?.price_details?.product;
  const wanted = coupon.applies_to?.products;
  if (!line.discountable || line.amount <= 0) return false;
  if (coupon.amount_off !== null && coupon.currency !== currency) return false;
  return !wanted || (product !== undefined && wanted.includes(product));
};

/** Writes onto each line what these discounts take off it, one after the other, and returns the sums. */
export function discountLines(lines: InvoiceLine[], discounts: Applied[], currency: string): DiscountAmount[] {
  for (const line of lines) if (line.discountable) line.discount_amounts = [];
  return discounts.flatMap((discount) => {
    const wanted = lines.filter((line) => fits(discount, line, currency));
    const left = wanted.map(restOf);
    const shares = sharesOf(discount.coupon, left);
    wanted.forEach((line, i) => {
      if (shares[i]! > 0) line.discount_amounts.push({ amount: shares[i]!, discount: discount.id });
    });
    const amount = shares.reduce((sum, share) => sum + share, 0);
    return wanted.length > 0 ? [{ amount, discount: discount.id }] : [];
  });
}

const restOf = (line: InvoiceLine) => line.discount_amounts.reduce((rest, { amount }) => rest - amount, line.amount);

/** A percentage of each, or an amount shared in proportion, the odd cents going to the first. */
function sharesOf({ percent_off: percent, amount_off: off }: Coupon, left: number[]): number[] {
  if (percent !== null) return left.map((rest) => Math.round((rest * percent) / 100));
  const whole = left.reduce((sum, rest) => sum + rest, 0);
  const amount = Math.min(off ?? 0, whole);
  if (whole === 0) return left.map(() => 0);
  let before = 0;
  let shared = 0;
  return left.map((rest) => {
    before += rest;
    const share = Math.round((amount * before) / whole) - shared;
    shared += share;
    return share;
  });
}

/** A price less the percentages of these discounts, which is what unused time of it is worth. */
export const netOf = (amount: number, discounts: Applied[]): number =>
  discounts.reduce((rest, { coupon }) => rest - (rest * (coupon.percent_off ?? 0)) / 100, amount);
