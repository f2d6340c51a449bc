import type { Sandbox } from '../context.ts';
import { badParam } from '../errors.ts';
import * as p from '../params.ts';
import type { CreateSubscription, UpdateSubscription } from './subscription-params.ts';
import { periodOf, takeMethodOf } from './subscription-rows.ts';
import { requireFuture } from './time.ts';
import type { Subscription } from './types.ts';

/** The fields that create and update copy as they are. */
export function sharedFields(
  sandbox: Sandbox,
  subscription: Subscription,
  params: CreateSubscription | UpdateSubscription,
): Partial<Subscription> {
  const { collection_method: how = subscription.collection_method, days_until_due: days, description } = params;
  if (days !== undefined && how !== 'send_invoice')
    throw badParam('You can only set `days_until_due` with `collection_method=send_invoice`.', 'days_until_due');
  if (how === 'send_invoice' && days === undefined && subscription.days_until_due === null)
    throw badParam('Missing required param: days_until_due.', 'days_until_due', 'parameter_missing');
  const fields: Partial<Subscription> = {
    collection_method: how,
    days_until_due: how === 'send_invoice' ? (days ?? subscription.days_until_due) : null,
    metadata: p.mergeMetadata(subscription.metadata, params.metadata),
  };
  if (description !== undefined) fields.description = description || null;
  if (params.default_payment_method) {
    const { id } = takeMethodOf(
      sandbox,
      params.default_payment_method,
      subscription.customer,
      'default_payment_method',
    );
    fields.default_payment_method = id;
  }
  if (params.payment_settings) {
    const { payment_method_types: types, save_default_payment_method: save } = params.payment_settings;
    fields.payment_settings = {
      ...subscription.payment_settings,
      ...(types === undefined ? {} : { payment_method_types: types }),
      ...(save === undefined ? {} : { save_default_payment_method: save }),
    };
  }
  if (params.trial_settings) {
    const { billing_cycle_anchor, missing_payment_method } = params.trial_settings.end_behavior;
    const { end_behavior: now } = subscription.trial_settings;
    fields.trial_settings = {
      end_behavior: {
        billing_cycle_anchor: billing_cycle_anchor ?? now.billing_cycle_anchor,
        missing_payment_method: missing_payment_method ?? now.missing_payment_method,
      },
    };
  }
  return fields;
}

const DETAILS = { comment: null, feedback: null, feedback_option: null };

/** When and why a subscription will end, or that it won't after all. */
export function readCancelAt(
  sandbox: Sandbox,
  subscription: Subscription,
  params: CreateSubscription | UpdateSubscription,
): Partial<Subscription> {
  const { cancel_at: at, cancel_at_period_end: atEnd } = params;
  if (at && atEnd)
    throw badParam('You may only specify one of these parameters: cancel_at, cancel_at_period_end.', 'cancel_at');
  if (at) requireFuture(sandbox, at, 'cancel_at');
  const details = { ...DETAILS, ...subscription.cancellation_details };
  if (at || atEnd) {
    return {
      cancel_at: at || periodOf(subscription).end,
      cancel_at_period_end: atEnd ?? false,
      canceled_at: sandbox.now(),
      cancellation_details: { ...details, reason: 'cancellation_requested' },
    };
  }
  const stays = at === null || (atEnd === false && subscription.cancel_at_period_end);
  if (!stays) return {};
  return {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { ...details, reason: null },
  };
}
