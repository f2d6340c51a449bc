import { randomText } from '../random-text.ts';
import type { Sandbox } from './context.ts';
import { docUrl, noSuch, refuse } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import {
  attachPaymentMethod,
  behaviorOf,
  createPaymentMethod,
  markSetUp,
  paymentMethodFields,
  takePaymentMethod,
} from './payment-methods.ts';
import { Answer, type Call, route } from './routes.ts';
import type { Metadata, PaymentMethod, StripeObject } from './types.ts';

const confirmFields = {
  mandate_data: p.emptyOr(p.anyHash),
  payment_method: p.filled(),
  payment_method_data: p.hash({}, paymentMethodFields),
  payment_method_options: p.anyHash,
  return_url: p.url,
  use_stripe_sdk: p.boolean,
  ...p.expand,
};
const createFields = {
  ...confirmFields,
  allowed_payment_method_types: p.list(p.text()),
  attach_to_self: p.boolean,
  automatic_payment_methods: p.hash({ enabled: p.boolean }, { allow_redirects: p.oneOf('always', 'never') }),
  confirm: p.boolean,
  customer: p.filled(),
  description: p.text(1000),
  metadata: p.metadata,
  payment_method_types: p.list(p.text()),
  usage: p.oneOf('off_session', 'on_session'),
};
type Create = p.Params<Record<never, never>, typeof createFields>;
type Confirm = p.Params<Record<never, never>, typeof confirmFields>;

function create({ sandbox, params }: Call<Create>): StripeObject | Answer {
  const intent = createSetupIntent(sandbox, params);
  return params.confirm ? confirm(sandbox, intent, params) : intent;
}

export function createSetupIntent(sandbox: Sandbox, params: Create): StripeObject {
  const id = newId('seti');
  if (params.customer && !sandbox.objects.find(params.customer, 'customer'))
    throw noSuch('customer', params.customer, 'customer');
  const intent: StripeObject = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    application: null,
    automatic_payment_methods: params.payment_method_types
      ? null
      : { allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: sandbox.now(),
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: p.mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: params.payment_method_types ?? ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: params.usage ?? 'off_session',
  };
  setMethod(sandbox, intent, params);
  sandbox.objects.insert(intent);
  sandbox.emit('setup_intent.created', intent);
  return intent;
}

function setMethod(sandbox: Sandbox, intent: StripeObject, { payment_method, payment_method_data }: Confirm): void {
  if (!payment_method && !payment_method_data) return;
  const method = payment_method_data
    ? createPaymentMethod(sandbox, payment_method_data)
    : takePaymentMethod(sandbox, payment_method!, 'payment_method');
  intent.payment_method = method.id;
  intent.status = 'requires_confirmation';
}

/** Saves a payment method for later: at once, or after the customer has authenticated it. */
function confirm(sandbox: Sandbox, intent: StripeObject, params: Confirm): StripeObject | Answer {
  const method = requireMethod(sandbox, intent);
  const { card } = behaviorOf(sandbox, method.id);
  if (card?.decline && !card.attachable) {
    const { code, decline_code, message } = card.decline;
    const error = {
      code,
      ...(decline_code ? { decline_code } : {}),
      doc_url: docUrl(code),
      message,
      payment_method: method,
      type: 'card_error',
    };
    return fail(sandbox, intent, error);
  }
  const asks = card?.threeDSecure !== undefined && card.threeDSecure !== 'on_request';
  if (!asks) return succeed(sandbox, intent, method);
  const url = `${sandbox.baseUrl}/sandbox/stripe/3ds/${intent.id}`;
  intent.status = 'requires_action';
  intent.next_action = params.return_url
    ? { type: 'redirect_to_url', redirect_to_url: { return_url: params.return_url, url } }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  sandbox.objects.update(intent, params.return_url ? { returnUrl: params.return_url } : {});
  sandbox.emit('setup_intent.requires_action', intent);
  return intent;
}

function requireMethod(sandbox: Sandbox, intent: StripeObject): PaymentMethod {
  const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(String(intent.status));
  if (!open || typeof intent.payment_method !== 'string') {
    const why = open ? "it's missing a payment method" : `it has a status of ${intent.status}`;
    throw refuse(`You cannot confirm this SetupIntent because ${why}.`, {
      code: 'setup_intent_unexpected_state',
      setup_intent: intent,
    });
  }
  return takePaymentMethod(sandbox, intent.payment_method, 'payment_method');
}

function succeed(sandbox: Sandbox, intent: StripeObject, method: PaymentMethod): StripeObject {
  if (typeof intent.customer === 'string') attachPaymentMethod(sandbox, method, intent.customer);
  markSetUp(sandbox, method);
  Object.assign(intent, { status: 'succeeded', next_action: null, last_setup_error: null });
  sandbox.objects.update(intent);
  sandbox.emit('setup_intent.succeeded', intent);
  sandbox.followSetup(sandbox, intent);
  return intent;
}

function fail(sandbox: Sandbox, intent: StripeObject, error: Record<string, unknown>): Answer {
  Object.assign(intent, {
    status: 'requires_payment_method',
    next_action: null,
    last_setup_error: error,
    payment_method: null,
  });
  sandbox.objects.update(intent);
  sandbox.emit('setup_intent.setup_failed', intent);
  return new Answer(402, { ...error, setup_intent: intent });
}

/** Ends the customer's authentication of a card that is being saved. */
export function finishSetup(sandbox: Sandbox, intent: StripeObject, outcome: 'success' | 'fail'): StripeObject {
  const method = requireMethod(sandbox, intent);
  if (outcome === 'success') return succeed(sandbox, intent, method);
  const code = 'setup_intent_authentication_failure';
  const message =
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.';
  fail(sandbox, intent, {
    code,
    doc_url: docUrl(code),
    message,
    payment_method: method,
    type: 'invalid_request_error',
  });
  return intent;
}

function getSetupIntent(sandbox: Sandbox, id: string): StripeObject {
  const intent = sandbox.objects.find(id, 'setup_intent');
  if (!intent) throw noSuch('setupintent', id);
  return intent;
}

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>): StripeObject {
  const intent = getSetupIntent(sandbox, ids[0]!);
  if (params.customer) intent.customer = params.customer;
  if (params.description !== undefined) intent.description = params.description || null;
  intent.metadata = p.mergeMetadata(intent.metadata as Metadata, params.metadata);
  setMethod(sandbox, intent, params);
  sandbox.objects.update(intent);
  return intent;
}

function cancel({ sandbox, ids, params }: Call<{ cancellation_reason?: string | undefined }>): StripeObject {
  const intent = getSetupIntent(sandbox, ids[0]!);
  if (['succeeded', 'canceled'].includes(String(intent.status))) {
    throw refuse(`You cannot cancel this SetupIntent because it has a status of ${intent.status}.`, {
      code: 'setup_intent_unexpected_state',
      setup_intent: intent,
    });
  }
  Object.assign(intent, {
    status: 'canceled',
    cancellation_reason: params.cancellation_reason ?? null,
    next_action: null,
  });
  sandbox.objects.update(intent);
  sandbox.emit('setup_intent.canceled', intent);
  return intent;
}

const { customer, description, metadata, payment_method, payment_method_data } = createFields;
const updateFields = { customer, description, metadata, payment_method, payment_method_data, ...p.expand };
const cancelFields = { cancellation_reason: p.oneOf('abandoned', 'duplicate', 'requested_by_customer'), ...p.expand };
const listFields = { created: p.timestampRange, customer: p.text(), payment_method: p.text(), ...p.listParams };

export const setupIntentRoutes = [
  route('POST', '/v1/setup_intents', {}, createFields, create),
  route(
    'GET',
    '/v1/setup_intents',
    {},
    listFields,
    ({ sandbox, params: { customer: owner, payment_method: method, ...page } }) =>
      listObjects(sandbox.objects, 'setup_intent', '/v1/setup_intents', page, {
        customer: owner,
        payment_method: method,
      }),
  ),
  route('GET', '/v1/setup_intents/:id', {}, { client_secret: p.text(), ...p.expand }, ({ sandbox, ids }) =>
    getSetupIntent(sandbox, ids[0]!),
  ),
  route('POST', '/v1/setup_intents/:id', {}, updateFields, update),
  route('POST', '/v1/setup_intents/:id/confirm', {}, confirmFields, ({ sandbox, ids, params }) => {
    const intent = getSetupIntent(sandbox, ids[0]!);
    if (!['succeeded', 'canceled'].includes(String(intent.status))) setMethod(sandbox, intent, params);
    return confirm(sandbox, intent, params);
  }),
  route('POST', '/v1/setup_intents/:id/cancel', {}, cancelFields, cancel),
];
