import type { Sandbox } from './context.ts';
import { noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { cardDetails } from './payment-methods.ts';
import { type Call, route } from './routes.ts';
import { findTestCard } from './test-cards.ts';
import type { Customer, Metadata, StripeObject } from './types.ts';

/** Cards as customers had them before there were payment methods. They can be kept and changed here, not charged. */

type Card = StripeObject & { customer: string; metadata: Metadata };

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'MasterCard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** Makes a customer's card of a test token such as `tok_visa`. */
export function addCard(sandbox: Sandbox, customer: Customer, token: string): Card {
  const known = token.startsWith('tok_') ? findTestCard(token) : undefined;
  if (!known) throw noSuch('token', token, 'source');
  const details = cardDetails(sandbox, known);
  const card = {
    ...NO_ADDRESS,
    id: newId('card'),
    object: 'card',
    brand: BRANDS[known.brand] ?? 'Unknown',
    country: known.country,
    customer: customer.id,
    cvc_check: 'pass',
    exp_month: details.exp_month,
    exp_year: details.exp_year,
    fingerprint: details.fingerprint,
    funding: known.funding,
    last4: details.last4,
    metadata: {},
  };
  sandbox.objects.insertTimeless(card);
  customer.default_source ??= card.id;
  sandbox.objects.update(customer);
  sandbox.emit('customer.source.created', card);
  return card as unknown as Card;
}

const NO_ADDRESS = {
  address_city: null,
  address_country: null,
  address_line1: null,
  address_line1_check: null,
  address_line2: null,
  address_state: null,
  address_zip: null,
  address_zip_check: null,
  allow_redisplay: 'unspecified',
  dynamic_last4: null,
  name: null,
  regulated_status: 'unregulated',
  tokenization_method: null,
};

function getCustomer(sandbox: Sandbox, id: string): Customer {
  const customer = sandbox.objects.find<Customer>(id, 'customer');
  if (!customer || customer.deleted) throw noSuch('customer', id);
  return customer;
}

function getCard(sandbox: Sandbox, [customer, id]: string[]): Card {
  const card = sandbox.objects.find<Card>(id ?? '', 'card');
  if (!card || card.customer !== customer) throw noSuch('source', id ?? '');
  return card;
}

const changeable = {
  address_city: p.text(),
  address_country: p.text(),
  address_line1: p.text(),
  address_line2: p.text(),
  address_state: p.text(),
  address_zip: p.text(),
  exp_month: p.integer(1),
  exp_year: p.integer(1),
  metadata: p.metadata,
  name: p.text(),
  ...p.expand,
};

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof changeable>>): Card {
  const card = getCard(sandbox, ids);
  const { expand: _expand, metadata, ...plain } = params;
  const previous = Object.fromEntries(Object.keys(plain).map((name) => [name, card[name]]));
  if (metadata !== undefined) previous.metadata = card.metadata;
  Object.assign(card, plain);
  card.metadata = p.mergeMetadata(card.metadata, metadata);
  sandbox.objects.update(card);
  sandbox.emit('customer.source.updated', card, previous);
  return card;
}

function remove({ sandbox, ids }: Call<object>) {
  const card = getCard(sandbox, ids);
  const customer = getCustomer(sandbox, card.customer);
  sandbox.objects.remove(card.id);
  if (customer.default_source === card.id) customer.default_source = null;
  sandbox.objects.update(customer);
  sandbox.emit('customer.source.deleted', card);
  return { id: card.id, object: 'card', deleted: true };
}

const URL = '/v1/customers/:customer/sources';
const listFields = { object: p.oneOf('card'), ...p.listParams };

export const cardSourceRoutes = [
  route('POST', URL, { source: p.filled() }, { metadata: p.metadata, validate: p.boolean, ...p.expand }, (call) => {
    const card = addCard(call.sandbox, getCustomer(call.sandbox, call.ids[0]!), call.params.source);
    card.metadata = p.mergeMetadata({}, call.params.metadata);
    call.sandbox.objects.update(card);
    return card;
  }),
  route('GET', URL, {}, listFields, ({ sandbox, ids, params: { object: _card, ...page } }) => {
    const { id } = getCustomer(sandbox, ids[0]!);
    return listObjects(sandbox.objects, 'card', `/v1/customers/${id}/sources`, page, { customer: id });
  }),
  route('GET', `${URL}/:id`, {}, p.expand, ({ sandbox, ids }) => getCard(sandbox, ids)),
  route('POST', `${URL}/:id`, {}, changeable, update),
  route('DELETE', `${URL}/:id`, {}, p.expand, remove),
];
