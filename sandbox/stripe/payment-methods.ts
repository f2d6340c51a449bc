import { createHash } from 'node:crypto';
import type { Sandbox } from './context.ts';
import { badParam, noSuch, refuse, StripeError } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import { findTestCard, type TestCard, tokenOfNumber } from './test-cards.ts';
import type { PaymentMethod } from './types.ts';

/** What a payment method does is decided by the test card behind it. */
interface Hidden {
  token: string;
  /** Authenticated once for later use, so that it need not be again. */
  setUp: boolean;
}

const billingDetails = p.hash(
  {},
  {
    address: p.emptyOr(p.address),
    email: p.emptyOr(p.text()),
    name: p.emptyOr(p.text()),
    phone: p.emptyOr(p.text()),
    tax_id: p.text(),
  },
);
const card = p.hash(
  {},
  {
    cvc: p.text(4),
    exp_month: p.integer(1),
    exp_year: p.integer(1),
    networks: p.anyHash,
    number: p.text(30),
    token: p.text(),
  },
);
const sepaDebit = p.hash({ iban: p.filled(40) }, {});
const type = p.oneOf('card', 'sepa_debit');
const redisplay = p.oneOf('always', 'limited', 'unspecified');

/** The fields of a new payment method, alone or inside a PaymentIntent's `payment_method_data`. */
export const paymentMethodFields = {
  type,
  card,
  sepa_debit: sepaDebit,
  billing_details: billingDetails,
  allow_redisplay: redisplay,
  metadata: p.metadata,
  radar_options: p.anyHash,
};
type NewPaymentMethod = p.Params<Record<never, never>, typeof paymentMethodFields>;

const EXPECTED_CARD_YEARS = 1;

/** Creates a payment method from what a client sent, without recording an event: Stripe tells only of attached ones. */
export function createPaymentMethod(sandbox: Sandbox, params: NewPaymentMethod): PaymentMethod {
  if (params.type === 'sepa_debit') {
    if (!params.sepa_debit) throw badParam('Missing required param: sepa_debit.', 'sepa_debit', 'parameter_missing');
    const { iban } = params.sepa_debit;
    return insertPaymentMethod(sandbox, 'sepa_debit', sepaDetails(iban), params, { token: 'sepa_debit' });
  }
  if (!params.type) throw badParam('Missing required param: type.', 'type', 'parameter_missing');
  if (!params.card) throw badParam('Missing required param: card.', 'card', 'parameter_missing');
  const { number, token: cardToken, exp_month, exp_year } = params.card;
  const token = cardToken ?? (number === undefined ? undefined : tokenOfNumber(number));
  if (!number && !cardToken)
    throw badParam('Missing required param: card[number].', 'card[number]', 'parameter_missing');
  const known = token === undefined ? undefined : findTestCard(token);
  if (!token || !known) {
    throw new StripeError(402, {
      type: 'card_error',
      code: 'incorrect_number',
      message: 'Your card number is incorrect.',
      param: 'number',
    });
  }
  return insertPaymentMethod(sandbox, 'card', cardDetails(sandbox, known, exp_month, exp_year), params, { token });
}

function insertPaymentMethod(
  sandbox: Sandbox,
  kind: 'card' | 'sepa_debit',
  details: object,
  params: NewPaymentMethod,
  { token }: { token: string },
): PaymentMethod {
  const given = params.billing_details;
  const method: PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: params.allow_redisplay ?? 'unspecified',
    billing_details: {
      address: p.fullAddress(given?.address ?? {}),
      email: given?.email ?? null,
      name: given?.name ?? null,
      phone: given?.phone ?? null,
      tax_id: given?.tax_id ?? null,
    },
    [kind]: details,
    created: sandbox.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: params.metadata ?? {},
    type: kind,
  };
  sandbox.objects.insert(method, { token, setUp: false } satisfies Hidden);
  return method;
}

export function cardDetails(sandbox: Sandbox, known: TestCard, month = 12, year?: number) {
  return {
    brand: known.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: known.country,
    display_brand: known.brand === 'amex' ? 'american_express' : known.brand,
    exp_month: month,
    exp_year: year ?? new Date(sandbox.nowMs()).getUTCFullYear() + EXPECTED_CARD_YEARS,
    fingerprint: fingerprint(known.number),
    funding: known.funding,
    generated_from: null,
    last4: known.number.slice(-4),
    networks: { available: [known.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: known.brand !== 'amex' },
    wallet: null,
  };
}

const sepaDetails = (iban: string) => ({
  bank_code: iban.slice(4, 9),
  branch_code: '',
  country: iban.slice(0, 2).toUpperCase(),
  fingerprint: fingerprint(iban),
  generated_from: { charge: null, setup_attempt: null },
  last4: iban.slice(-4),
});

const fingerprint = (of: string) =>
  createHash('sha256').update(of).digest('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16);

/** Finds a payment method by id, or makes one of a test token such as `pm_card_visa`. */
export function takePaymentMethod(sandbox: Sandbox, id: string, param: string): PaymentMethod {
  const known = findTestCard(id);
  if (known && id.startsWith('pm_card_')) {
    return insertPaymentMethod(sandbox, 'card', cardDetails(sandbox, known), { type: 'card' }, { token: id });
  }
  const found = sandbox.objects.find<PaymentMethod>(id, 'payment_method');
  if (!found) throw noSuch('PaymentMethod', id, param);
  return found;
}

/** How this payment method behaves, and whether it was set up before; undefined for a bank debit. */
export function behaviorOf(sandbox: Sandbox, id: string): { card: TestCard | undefined; setUp: boolean } {
  const { token, setUp } = sandbox.objects.hidden<Hidden>(id);
  return { card: token ? findTestCard(token) : undefined, setUp: setUp ?? false };
}

/** Remembers that the customer authenticated this payment method for later use. */
export function markSetUp(sandbox: Sandbox, method: PaymentMethod): void {
  const hidden = sandbox.objects.hidden<Hidden>(method.id);
  sandbox.objects.update(method, { ...hidden, setUp: true });
}

/** Attaches a payment method to a customer; a card that every charge would be declined on cannot be attached. */
export function attachPaymentMethod(sandbox: Sandbox, method: PaymentMethod, customer: string): PaymentMethod {
  const owner = sandbox.objects.find(customer, 'customer');
  if (!owner || owner.deleted) throw noSuch('customer', customer, 'customer');
  if (method.customer === customer) return method;
  if (method.customer) throw refuse('The payment method you provided has already been attached to a customer.');
  const decline = behaviorOf(sandbox, method.id).card;
  if (decline?.decline && !decline.attachable) {
    const { message, code, decline_code } = decline.decline;
    throw new StripeError(
      402,
      { type: 'card_error', message, code, ...(decline_code ? { decline_code } : {}) },
      { stored: true },
    );
  }
  method.customer = customer;
  sandbox.objects.update(method);
  sandbox.emit('payment_method.attached', method);
  return method;
}

function detach({ sandbox, ids }: Call<object>): PaymentMethod {
  const method = takePaymentMethod(sandbox, ids[0]!, 'id');
  if (!method.customer)
    throw refuse('The payment method you provided is not attached to a customer so detachment is impossible.');
  const previous = { customer: method.customer };
  method.customer = null;
  sandbox.objects.update(method);
  sandbox.emit('payment_method.detached', method, previous);
  return method;
}

const updateFields = {
  allow_redisplay: redisplay,
  billing_details: billingDetails,
  card,
  metadata: p.metadata,
  ...p.expand,
};

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>): PaymentMethod {
  const method = takePaymentMethod(sandbox, ids[0]!, 'id');
  if (!method.customer) throw refuse('You must save this PaymentMethod to a customer before you can update it.');
  const { address, ...rest } = params.billing_details ?? {};
  Object.assign(method.billing_details, rest, address === undefined ? {} : { address: p.fullAddress(address ?? {}) });
  if (params.card) Object.assign(method.card as object, { ...params.card });
  if (params.allow_redisplay) method.allow_redisplay = params.allow_redisplay;
  method.metadata = p.mergeMetadata(method.metadata, params.metadata);
  sandbox.objects.update(method);
  sandbox.emit('payment_method.updated', method);
  return method;
}

const listFields = { customer: p.filled(), type, allow_redisplay: redisplay, ...p.listParams };

export const paymentMethodRoutes = [
  route('POST', '/v1/payment_methods', {}, { ...paymentMethodFields, ...p.expand }, ({ sandbox, params }) =>
    createPaymentMethod(sandbox, params),
  ),
  route('GET', '/v1/payment_methods', {}, listFields, ({ sandbox, params: { customer, type: kind, ...page } }) =>
    listObjects(sandbox.objects, 'payment_method', '/v1/payment_methods', page, { customer, type: kind }),
  ),
  route('GET', '/v1/payment_methods/:id', {}, p.expand, ({ sandbox, ids }) =>
    takePaymentMethod(sandbox, ids[0]!, 'id'),
  ),
  route('POST', '/v1/payment_methods/:id', {}, updateFields, update),
  route('POST', '/v1/payment_methods/:id/attach', { customer: p.filled() }, p.expand, ({ sandbox, ids, params }) =>
    attachPaymentMethod(sandbox, takePaymentMethod(sandbox, ids[0]!, 'id'), params.customer),
  ),
  route('POST', '/v1/payment_methods/:id/detach', {}, p.expand, detach),
];
