import { addMonths } from './billing/calendar.ts';
import type { Sandbox } from './context.ts';
import { badParam, noSuch, refuse } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import type { Coupon, Customer, Metadata, StripeDiscount } from './types.ts';

/** Coupons, and the discounts that they make at customers, subscriptions and invoices. */

const createFields = {
  amount_off: p.integer(1),
  applies_to: p.hash({}, { products: p.list(p.filled()) }),
  currency: p.filled(3),
  duration: p.oneOf('forever', 'once', 'repeating'),
  duration_in_months: p.integer(1),
  id: p.filled(),
  max_redemptions: p.integer(1),
  metadata: p.metadata,
  name: p.text(40),
  percent_off: p.decimal,
  redeem_by: p.integer(0),
  ...p.expand,
};

function create({ sandbox, params }: Call<p.Params<Record<never, never>, typeof createFields>>): Coupon {
  const { amount_off: amount = null, percent_off: percent = null, currency = null, metadata } = params;
  if ((amount === null) === (percent === null))
    throw badParam('You must pass either percent_off or amount_off, and not both.', 'percent_off');
  if (amount !== null && !currency)
    throw badParam('Missing required param: currency.', 'currency', 'parameter_missing');
  if (percent !== null && (percent <= 0 || percent > 100))
    throw badParam('Invalid percent_off: must be above 0 and at most 100.', 'percent_off');
  if ((params.duration === 'repeating') !== (params.duration_in_months !== undefined))
    throw badParam('duration_in_months goes with the duration repeating, and only with it.', 'duration_in_months');
  if (params.id && sandbox.objects.find(params.id, 'coupon'))
    throw refuse('Coupon already exists.', { code: 'resource_already_exists', param: 'id' });
  const coupon: Coupon = {
    id: params.id ?? newId('coupon').slice(-8),
    object: 'coupon',
    amount_off: amount,
    ...(params.applies_to?.products ? { applies_to: { products: params.applies_to.products } } : {}),
    created: sandbox.now(),
    currency,
    duration: params.duration ?? 'once',
    duration_in_months: params.duration_in_months ?? null,
    livemode: false,
    max_redemptions: params.max_redemptions ?? null,
    metadata: p.mergeMetadata({}, metadata),
    name: params.name ?? null,
    percent_off: percent,
    redeem_by: params.redeem_by ?? null,
    times_redeemed: 0,
    valid: true,
  };
  sandbox.objects.insert(coupon);
  sandbox.emit('coupon.created', coupon);
  return coupon;
}

export function getCoupon(sandbox: Sandbox, id: string, param?: string): Coupon {
  const coupon = sandbox.objects.find<Coupon>(id, 'coupon');
  if (!coupon) throw noSuch('coupon', id, param);
  return coupon;
}

/** Gives a customer this coupon's discount instead of the one it has; an empty name takes it away. */
export function setDiscount(sandbox: Sandbox, customer: Customer, couponId: string): void {
  const before = customer.discount;
  if (couponId === '') {
    customer.discount = null;
    if (before) sandbox.emit('customer.discount.deleted', before);
    return;
  }
  const discount = redeemCoupon(sandbox, couponId, 'coupon', { customer: customer.id });
  customer.discount = discount;
  sandbox.objects.update(customer);
  sandbox.emit(
    `customer.discount.${before ? 'updated' : 'created'}`,
    discount,
    before ? { source: before.source } : undefined,
  );
}

interface Redeemer {
  customer: string | null;
  invoice?: string;
  invoice_item?: string;
  subscription?: string;
}

/** Takes one redemption of a coupon and makes the discount of it. */
export function redeemCoupon(sandbox: Sandbox, couponId: string, param: string, of: Redeemer): StripeDiscount {
  const coupon = getCoupon(sandbox, couponId, param);
  if (!isValid(sandbox, coupon)) throw refuse(`Coupon expired: ${couponId}`, { code: 'coupon_expired', param });
  coupon.times_redeemed += 1;
  coupon.valid = isValid(sandbox, coupon);
  sandbox.objects.update(coupon);
  const start = sandbox.now();
  const discount: StripeDiscount = {
    id: newId('di'),
    object: 'discount',
    checkout_session: null,
    customer: of.customer,
    customer_account: null,
    end: coupon.duration === 'repeating' ? addMonths(start, coupon.duration_in_months ?? 1) : null,
    invoice: of.invoice ?? null,
    invoice_item: of.invoice_item ?? null,
    promotion_code: null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: of.subscription ?? null,
    subscription_item: null,
  };
  sandbox.objects.insertTimeless(discount, { coupon });
  return discount;
}

const isValid = (sandbox: Sandbox, { max_redemptions: most, redeem_by: until, times_redeemed: times }: Coupon) =>
  (most === null || times < most) && (until === null || sandbox.now() <= until);

function update({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined; name?: string | undefined }>) {
  const coupon = getCoupon(sandbox, ids[0]!);
  const previous = { metadata: coupon.metadata, name: coupon.name };
  coupon.metadata = p.mergeMetadata(coupon.metadata, params.metadata);
  if (params.name !== undefined) coupon.name = params.name || null;
  sandbox.objects.update(coupon);
  sandbox.emit('coupon.updated', coupon, previous);
  return coupon;
}

function remove({ sandbox, ids }: Call<object>) {
  const coupon = getCoupon(sandbox, ids[0]!);
  sandbox.objects.remove(coupon.id);
  sandbox.emit('coupon.deleted', coupon);
  return { id: coupon.id, object: 'coupon', deleted: true };
}

function removeDiscount({ sandbox, ids }: Call<object>) {
  const customer = sandbox.objects.find<Customer>(ids[0]!, 'customer');
  const { discount } = customer ?? {};
  if (!customer || !discount) throw noSuch('discount', ids[0]!);
  setDiscount(sandbox, customer, '');
  sandbox.objects.update(customer);
  const { end: _end, ...rest } = discount;
  return { ...rest, deleted: true };
}

export const discountRoutes = [
  route('POST', '/v1/coupons', {}, createFields, create),
  route('GET', '/v1/coupons', {}, { created: p.timestampRange, ...p.listParams }, ({ sandbox, params }) =>
    listObjects(sandbox.objects, 'coupon', '/v1/coupons', params),
  ),
  route('GET', '/v1/coupons/:id', {}, p.expand, ({ sandbox, ids }) => getCoupon(sandbox, ids[0]!)),
  route('POST', '/v1/coupons/:id', {}, { metadata: p.metadata, name: p.text(40), ...p.expand }, update),
  route('DELETE', '/v1/coupons/:id', {}, {}, remove),
  route('DELETE', '/v1/customers/:id/discount', {}, {}, removeDiscount),
];
