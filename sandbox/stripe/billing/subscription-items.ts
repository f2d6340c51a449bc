import type { Sandbox } from '../context.ts';
import { noSuch } from '../errors.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import { itemFields } from './items.ts';
import { paymentBehavior, prorationBehavior } from './subscription-params.ts';
import { getSubscription } from './subscription-rows.ts';
import type { SubscriptionItem } from './types.ts';
import { updateSubscription } from './update-subscription.ts';

type None = Record<never, never>;
const how = { payment_behavior: paymentBehavior, proration_behavior: prorationBehavior, proration_date: p.integer(0) };
const createFields = { ...itemFields, ...how, ...p.expand };
const updateFields = { ...createFields, off_session: p.boolean };
const deleteFields = { clear_usage: p.boolean, ...how };

function getItem(sandbox: Sandbox, id: string): SubscriptionItem {
  const pointer = sandbox.objects.find(id, 'subscription_item');
  if (!pointer) throw noSuch('subscription_item', id);
  const { items } = getSubscription(sandbox, String(pointer.subscription));
  const item = items.data.find((each) => each.id === id);
  if (!item) throw noSuch('subscription_item', id);
  return item;
}

function create({ sandbox, params, version }: Call<p.Params<{ subscription: p.Rule<string> }, typeof createFields>>) {
  const { subscription, payment_behavior, proration_behavior, proration_date, expand: _expand, ...item } = params;
  const { items } = getSubscription(sandbox, subscription, 'subscription');
  const before = new Set(items.data.map(({ id }) => id));
  const change = { items: [item], payment_behavior, proration_behavior, proration_date };
  const after = updateSubscription({ sandbox, ids: [subscription], params: change, version });
  return after.items.data.find(({ id }) => !before.has(id)) ?? items.data[0]!;
}

function update({ sandbox, ids, params, version }: Call<p.Params<None, typeof updateFields>>) {
  const { payment_behavior, proration_behavior, proration_date, off_session, expand: _expand, ...item } = params;
  const { id, subscription } = getItem(sandbox, ids[0]!);
  const change = { items: [{ ...item, id }], payment_behavior, proration_behavior, proration_date, off_session };
  updateSubscription({ sandbox, ids: [subscription], params: change, version });
  return getItem(sandbox, id);
}

function remove({ sandbox, ids, params, version }: Call<p.Params<None, typeof deleteFields>>) {
  const { payment_behavior, proration_behavior, proration_date } = params;
  const { id, subscription } = getItem(sandbox, ids[0]!);
  const change = { items: [{ id, deleted: true }], payment_behavior, proration_behavior, proration_date };
  updateSubscription({ sandbox, ids: [subscription], params: change, version });
  return { id, object: 'subscription_item', deleted: true };
}

export const subscriptionItemRoutes = [
  route('POST', '/v1/subscription_items', { subscription: p.filled() }, createFields, create),
  route('GET', '/v1/subscription_items', { subscription: p.filled() }, p.listParams, ({ sandbox, params }) => {
    const { items } = getSubscription(sandbox, params.subscription, 'subscription');
    const data = items.data.slice(0, p.pageSize(params.limit));
    return { object: 'list', data, has_more: data.length < items.data.length, url: '/v1/subscription_items' };
  }),
  route('GET', '/v1/subscription_items/:id', {}, p.expand, ({ sandbox, ids }) => getItem(sandbox, ids[0]!)),
  route('POST', '/v1/subscription_items/:id', {}, updateFields, update),
  route('DELETE', '/v1/subscription_items/:id', {}, deleteFields, remove),
];
