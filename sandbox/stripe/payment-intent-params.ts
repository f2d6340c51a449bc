import * as p from './params.ts';
import { paymentMethodFields } from './payment-methods.ts';

/** The parameters that the PaymentIntent endpoints take; options that have no effect here are taken as they come. */

const threeDSecure = p.oneOf('any', 'automatic', 'challenge');
const cardOptions = p.hash(
  {},
  {
    capture_method: p.oneOf('manual'),
    cvc_token: p.text(),
    moto: p.boolean,
    network: p.text(),
    request_extended_authorization: p.oneOf('if_available', 'never'),
    request_incremental_authorization: p.oneOf('if_available', 'never'),
    request_multicapture: p.oneOf('if_available', 'never'),
    request_overcapture: p.oneOf('if_available', 'never'),
    request_three_d_secure: threeDSecure,
    require_cvc_recollection: p.boolean,
    setup_future_usage: p.oneOf('none', 'off_session', 'on_session'),
  },
);

const shipping = p.hash(
  { address: p.address, name: p.filled() },
  { carrier: p.text(), phone: p.text(), tracking_number: p.text() },
);
const mandateData = p.hash(
  {
    customer_acceptance: p.hash(
      { type: p.oneOf('offline', 'online') },
      { accepted_at: p.integer(), offline: p.anyHash, online: p.anyHash },
    ),
  },
  {},
);
/** true, false, or the newer one_off / recurring: all but false mean that the customer is not there. */
const offSession: p.Rule<boolean> = (value, name) =>
  value === 'one_off' || value === 'recurring' ? true : p.boolean(value, name);

const captureMethod = p.oneOf('automatic', 'automatic_async', 'manual');
const futureUsage = p.oneOf('off_session', 'on_session');

/** What create, update and confirm share. */
const common = {
  allowed_payment_method_types: p.list(p.text()),
  amount_details: p.emptyOr(p.anyHash),
  capture_method: captureMethod,
  excluded_payment_method_types: p.emptyOr(p.list(p.text())),
  hooks: p.anyHash,
  payment_details: p.emptyOr(p.anyHash),
  payment_method: p.filled(),
  payment_method_data: p.hash({}, paymentMethodFields),
  payment_method_options: p.hash({}, { card: cardOptions, link: p.anyHash, sepa_debit: p.anyHash }),
  /** Refused from endive on, taken without a version header. */
  payment_method_types: p.list(p.text()),
  receipt_email: p.emptyOr(p.text(800)),
  setup_future_usage: p.emptyOr(futureUsage),
  shipping: p.emptyOr(shipping),
  ...p.expand,
};

const described = {
  application_fee_amount: p.emptyOr(p.integer(0)),
  customer: p.filled(),
  description: p.text(1000),
  metadata: p.metadata,
  payment_method_configuration: p.text(),
  statement_descriptor: p.text(22),
  statement_descriptor_suffix: p.text(22),
  transfer_group: p.text(),
};

const transferParts = { amount: p.integer(0), description: p.text(), metadata: p.metadata, payment_data: p.anyHash };
const transferData = p.hash({ destination: p.filled() }, transferParts);

const confirmOnly = {
  error_on_requires_action: p.boolean,
  mandate: p.text(),
  mandate_data: p.emptyOr(mandateData),
  off_session: offSession,
  radar_options: p.anyHash,
  return_url: p.url,
  use_stripe_sdk: p.boolean,
};

const confirmation_method = p.oneOf('automatic', 'manual');
const automatic = p.hash({ enabled: p.boolean }, { allow_redirects: p.oneOf('always', 'never') });

export const createFields = {
  required: { amount: p.integer(0), currency: p.filled(3) },
  optional: {
    ...common,
    ...described,
    ...confirmOnly,
    automatic_payment_methods: automatic,
    confirm: p.boolean,
    confirmation_method,
    on_behalf_of: p.filled(),
    transfer_data: transferData,
  },
};
export const updateFields = {
  ...common,
  ...described,
  amount: p.integer(0),
  currency: p.filled(3),
  transfer_data: p.hash({}, transferParts),
};
export const confirmFields = { ...common, ...confirmOnly, amount_to_confirm: p.integer(1) };
export const captureFields = {
  amount_details: p.anyHash,
  amount_to_capture: p.integer(1),
  application_fee_amount: p.integer(0),
  final_capture: p.boolean,
  hooks: p.anyHash,
  metadata: p.metadata,
  payment_details: p.emptyOr(p.anyHash),
  statement_descriptor: p.text(22),
  statement_descriptor_suffix: p.text(22),
  transfer_data: p.hash({}, { amount: p.integer(0) }),
  ...p.expand,
};
export const cancelFields = {
  cancellation_reason: p.oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
  ...p.expand,
};
