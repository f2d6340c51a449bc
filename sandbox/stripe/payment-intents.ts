import { buildPaymentIntent } from './build-payment-intent.ts';
import { cancelPaymentIntent, capturePaymentIntent } from './capture-payment-intent.ts';
import { unexpectedState } from './charge-payment-intent.ts';
import { confirmPaymentIntent } from './confirm-payment-intent.ts';
import { destinationOf } from './connect/destination.ts';
import type { Sandbox } from './context.ts';
import { checkAmount, readCurrency } from './currencies.ts';
import { badParam, noSuch } from './errors.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { cancelFields, captureFields, confirmFields, createFields, updateFields } from './payment-intent-params.ts';
import { createPaymentMethod, takePaymentMethod } from './payment-methods.ts';
import { Answer, type Call, route } from './routes.ts';
import type { PaymentIntent } from './types.ts';

type Fields<R extends object, O extends object> = p.Params<
  Extract<R, Record<string, p.Rule<unknown>>>,
  Extract<O, Record<string, p.Rule<unknown>>>
>;
type Create = Fields<typeof createFields.required, typeof createFields.optional>;
type Update = Fields<Record<never, never>, typeof updateFields>;
type Confirm = Fields<Record<never, never>, typeof confirmFields>;

/** The version from which `payment_method_types` is refused. */
const TYPES_REMOVED = '2026-09-30';

/** The intent of the path; 404 when there is none. */
export function getPaymentIntent(sandbox: Sandbox, id: string): PaymentIntent {
  const intent = sandbox.objects.find<PaymentIntent>(id, 'payment_intent');
  if (!intent) throw noSuch('payment_intent', id);
  return intent;
}

function create({ sandbox, params, version }: Call<Create>): PaymentIntent | Answer {
  refuseTypes(params.payment_method_types, version);
  const currency = readCurrency(params.currency);
  checkAmount(params.amount, currency);
  for (const name of ['return_url', 'off_session', 'error_on_requires_action'] as const) {
    if (params[name] !== undefined && !params.confirm) {
      throw badParam(`You can only use \`${name}\` when you also set \`confirm\` to true.`, name);
    }
  }
  const intent = buildPaymentIntent({
    amount: params.amount,
    currency,
    created: sandbox.now(),
    captureMethod: params.capture_method ?? 'automatic_async',
    confirmationMethod: params.confirmation_method ?? 'automatic',
    types: params.payment_method_types ?? (isCardOnly(params, version) ? ['card'] : undefined),
    allowRedirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
    methodOptions: params.payment_method_options?.card ?? {},
    rest: {
      customer: checkCustomer(sandbox, params.customer),
      metadata: p.mergeMetadata({}, params.metadata),
      ...destinationOf(sandbox, params),
      ...sharedFields(params),
    },
  });
  setPaymentMethod(sandbox, intent, params);
  sandbox.objects.insert(intent);
  sandbox.emit('payment_intent.created', intent);
  return params.confirm ? confirm(sandbox, intent, params) : intent;
}

/** Dynamic methods are the default since 2023; an account whose default version is older takes cards where nothing is said. */
const isCardOnly = ({ automatic_payment_methods: automatic }: Create, version: string | undefined): boolean =>
  automatic ? !automatic.enabled : version === undefined;

/** Removed from Stripe's API with endive; an account whose default version is older may still send it. */
function refuseTypes(types: string[] | undefined, version: string | undefined): void {
  if (types && version && version >= TYPES_REMOVED) {
    throw badParam(
      'The `payment_method_types` parameter is no longer supported. Use `allowed_payment_method_types`, `excluded_payment_method_types` or dynamic payment methods.',
      'payment_method_types',
      'payment_method_types_no_longer_supported',
    );
  }
}

function checkCustomer(sandbox: Sandbox, id: string | undefined): string | null {
  if (id === undefined) return null;
  const customer = sandbox.objects.find(id, 'customer');
  if (!customer || customer.deleted) throw noSuch('customer', id, 'customer');
  return id;
}

/** The fields that create and update copy as they are. */
function sharedFields(params: Create | Update): Partial<PaymentIntent> {
  const { shipping } = params;
  const copied: Partial<PaymentIntent> = {};
  for (const name of [
    'description',
    'receipt_email',
    'setup_future_usage',
    'statement_descriptor',
    'statement_descriptor_suffix',
    'transfer_group',
  ] as const) {
    const value = params[name];
    if (value !== undefined) copied[name] = value || null;
  }
  for (const name of ['allowed_payment_method_types', 'excluded_payment_method_types'] as const) {
    if (params[name] !== undefined) copied[name] = params[name];
  }
  if (shipping === null) copied.shipping = null;
  if (shipping) {
    const { address, name, carrier, phone, tracking_number } = shipping;
    copied.shipping = {
      address: p.fullAddress(address),
      carrier: carrier ?? null,
      name,
      phone: phone ?? null,
      tracking_number: tracking_number ?? null,
    };
  }
  return copied;
}

type MethodParams = Pick<Update, 'payment_method' | 'payment_method_data'>;

function setPaymentMethod(sandbox: Sandbox, intent: PaymentIntent, params: MethodParams): void {
  const { payment_method, payment_method_data } = params;
  if (payment_method === undefined && !payment_method_data) return;
  const method = payment_method_data
    ? createPaymentMethod(sandbox, payment_method_data)
    : takePaymentMethod(sandbox, payment_method!, 'payment_method');
  const dynamic = intent.automatic_payment_methods?.enabled ?? false;
  if (dynamic && !intent.payment_method_types.includes(method.type)) intent.payment_method_types.push(method.type);
  if (!intent.payment_method_types.includes(method.type)) {
    throw badParam(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent: it takes ${intent.payment_method_types.join(', ')}.`,
      'payment_method',
    );
  }
  intent.payment_method = method.id;
  intent.next_action = null;
  intent.status = 'requires_confirmation';
}

const FINAL_FIELDS = [
  'amount',
  'currency',
  'customer',
  'payment_method',
  'payment_method_data',
  'capture_method',
  'setup_future_usage',
] as const;

function update({ sandbox, ids, params, version }: Call<Update>): PaymentIntent {
  refuseTypes(params.payment_method_types, version);
  const intent = getPaymentIntent(sandbox, ids[0]!);
  const open = ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status);
  const refused = open ? undefined : FINAL_FIELDS.find((name) => params[name] !== undefined);
  if (refused) {
    throw unexpectedState(
      intent,
      `This PaymentIntent's ${refused} could not be updated because it has a status of ${intent.status}.`,
    );
  }
  if (params.currency) intent.currency = readCurrency(params.currency);
  if (params.amount !== undefined) intent.amount = params.amount;
  if (params.amount !== undefined || params.currency) checkAmount(intent.amount, intent.currency);
  if (params.customer) intent.customer = checkCustomer(sandbox, params.customer);
  if (params.capture_method) intent.capture_method = params.capture_method;
  if (params.payment_method_options?.card) {
    intent.payment_method_options = {
      card: { ...(intent.payment_method_options?.card as object), ...params.payment_method_options.card },
    };
  }
  intent.metadata = p.mergeMetadata(intent.metadata, params.metadata);
  Object.assign(intent, destinationOf(sandbox, params, intent), sharedFields(params));
  setPaymentMethod(sandbox, intent, params);
  sandbox.objects.update(intent);
  return intent;
}

function confirm(sandbox: Sandbox, intent: PaymentIntent, params: Confirm): PaymentIntent | Answer {
  return confirmPaymentIntent(sandbox, intent, {
    returnUrl: params.return_url,
    useStripeSdk: params.use_stripe_sdk ?? false,
    offSession: params.off_session ?? false,
    errorOnRequiresAction: params.error_on_requires_action ?? false,
  });
}

function confirmExisting({ sandbox, ids, params, version }: Call<Confirm>): PaymentIntent | Answer {
  refuseTypes(params.payment_method_types, version);
  const intent = getPaymentIntent(sandbox, ids[0]!);
  if (['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    Object.assign(intent, sharedFields(params));
    if (params.capture_method) intent.capture_method = params.capture_method;
    setPaymentMethod(sandbox, intent, params);
  }
  return confirm(sandbox, intent, params);
}

/** Retrieving is what webhooks' receivers do most: without `expand` the stored JSON goes out as it is. */
function retrieve({
  sandbox,
  ids,
  params,
}: Call<{ expand?: string[] | undefined; client_secret?: string | undefined }>) {
  if (params.expand || params.client_secret) return getPaymentIntent(sandbox, ids[0]!);
  const body = sandbox.objects.findBody(ids[0]!, 'payment_intent');
  if (!body) throw noSuch('payment_intent', ids[0]!);
  return new Answer(200, body);
}

const listFields = { created: p.timestampRange, customer: p.text(), ...p.listParams };

export const paymentIntentRoutes = [
  route('POST', '/v1/payment_intents', createFields.required, createFields.optional, create),
  route('GET', '/v1/payment_intents', {}, listFields, ({ sandbox, params: { customer, ...page } }) =>
    listObjects(sandbox.objects, 'payment_intent', '/v1/payment_intents', page, { customer }),
  ),
  route('GET', '/v1/payment_intents/:id', {}, { client_secret: p.text(), ...p.expand }, retrieve),
  route('POST', '/v1/payment_intents/:id', {}, updateFields, update),
  route('POST', '/v1/payment_intents/:id/confirm', {}, confirmFields, confirmExisting),
  route('POST', '/v1/payment_intents/:id/capture', {}, captureFields, ({ sandbox, ids, params }) =>
    capturePaymentIntent(sandbox, getPaymentIntent(sandbox, ids[0]!), params),
  ),
  route('POST', '/v1/payment_intents/:id/cancel', {}, cancelFields, ({ sandbox, ids, params }) =>
    cancelPaymentIntent(sandbox, getPaymentIntent(sandbox, ids[0]!), params.cancellation_reason ?? null),
  ),
];
