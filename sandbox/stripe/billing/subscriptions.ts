import { StripeError } from '../errors.ts';
import * as sql from '../json-conditions.ts';
import { listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { cancelFields, cancelSubscription } from './cancel-subscription.ts';
import { createSubscription } from './create-subscription.ts';
import { pauseFields, pauseSubscription, resumeFields, resumeSubscription } from './pause-subscription.ts';
import { searchRoute } from './search.ts';
import { createFields, updateFields } from './subscription-params.ts';
import { copyOf, getSubscription, saveSubscription } from './subscription-rows.ts';
import { updateSubscription } from './update-subscription.ts';

const listFields = {
  collection_method: p.oneOf('charge_automatically', 'send_invoice'),
  created: p.timestampRange,
  current_period_end: p.timestampRange,
  current_period_start: p.timestampRange,
  customer: p.text(),
  plan: p.text(),
  price: p.text(),
  status: p.oneOf(
    'active',
    'all',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
  ),
  test_clock: p.text(),
  ...p.listParams,
};
const NOT_CANCELED: sql.Condition = { sql: " AND k2 <> 'canceled'", values: [] };
const ENDED: sql.Condition = { sql: " AND k2 IN ('canceled', 'incomplete_expired')", values: [] };

const ofPrice = (price: string | undefined): sql.Condition =>
  price === undefined
    ? { sql: '', values: [] }
    : {
        sql: " AND EXISTS (SELECT 1 FROM json_each(body, '$.items.data') WHERE json_extract(value, '$.price.id') = ?)",
        values: [price],
      };

/** Those that are not canceled, unless a status is named. */
function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>) {
  const { collection_method, created, current_period_end, current_period_start, customer, price, ...rest } = params;
  const { plan, status, test_clock, ...page } = rest;
  const and = sql.join([
    sql.where({ collection_method }),
    sql.within('created', created),
    sql.within('items.data[0].current_period_end', current_period_end),
    sql.within('items.data[0].current_period_start', current_period_start),
    ofPrice(price ?? plan),
    ...(status === undefined ? [NOT_CANCELED] : status === 'ended' ? [ENDED] : []),
  ]);
  const exact = status === 'all' || status === 'ended' ? undefined : status;
  const where = { customer, status: exact, test_clock };
  return listObjects(sandbox.objects, 'subscription', '/v1/subscriptions', page, where, and);
}

function removeDiscount({ sandbox, ids }: Call<object>) {
  const subscription = getSubscription(sandbox, ids[0]!);
  const [id] = subscription.discounts;
  const discount = id && sandbox.objects.find(id, 'discount');
  if (!discount)
    throw new StripeError(404, { code: 'resource_missing', message: 'No active discount for this subscription.' });
  const before = copyOf(subscription);
  subscription.discounts = subscription.discounts.slice(1);
  saveSubscription(sandbox, subscription, before);
  sandbox.emit('customer.discount.deleted', discount);
  const { end: _end, ...rest } = discount;
  return { ...rest, deleted: true };
}

export const subscriptionRoutes = [
  route('POST', '/v1/subscriptions', {}, createFields, createSubscription),
  route('GET', '/v1/subscriptions', {}, listFields, list),
  searchRoute('subscriptions', 'subscription'),
  route('GET', '/v1/subscriptions/:id', {}, p.expand, ({ sandbox, ids }) => getSubscription(sandbox, ids[0]!)),
  route('POST', '/v1/subscriptions/:id', {}, updateFields, updateSubscription),
  route('DELETE', '/v1/subscriptions/:id', {}, cancelFields, cancelSubscription),
  route('DELETE', '/v1/subscriptions/:id/discount', {}, {}, removeDiscount),
  route('POST', '/v1/subscriptions/:id/pause', {}, pauseFields, pauseSubscription),
  route('POST', '/v1/subscriptions/:id/resume', {}, resumeFields, resumeSubscription),
];
