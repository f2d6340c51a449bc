import { randomText } from '../random-text.ts';
import { endSubscription } from './billing/end-subscription.ts';
import { searchRoute } from './billing/search.ts';
import { checkCustomers } from './billing/test-clock-limits.ts';
import { getClock, onClock } from './billing/time.ts';
import type { Subscription } from './billing/types.ts';
import { addCard } from './card-sources.ts';
import type { Sandbox } from './context.ts';
import { setDiscount } from './discounts.ts';
import { noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { attachPaymentMethod, takePaymentMethod } from './payment-methods.ts';
import { type Call, route } from './routes.ts';
import type { Customer, PaymentMethod } from './types.ts';

const invoiceSettings = p.hash(
  {},
  {
    custom_fields: p.emptyOr(p.anyHash),
    default_payment_method: p.text(),
    footer: p.text(),
    rendering_options: p.emptyOr(p.anyHash),
  },
);
const fields = {
  address: p.emptyOr(p.address),
  balance: p.integer(),
  business_name: p.emptyOr(p.text(150)),
  description: p.text(),
  email: p.text(512),
  individual_name: p.emptyOr(p.text(150)),
  invoice_prefix: p.text(12),
  invoice_settings: invoiceSettings,
  metadata: p.metadata,
  name: p.text(256),
  next_invoice_sequence: p.integer(1),
  phone: p.text(20),
  preferred_locales: p.list(p.text()),
  shipping: p.emptyOr(p.hash({ address: p.address, name: p.filled() }, { phone: p.text() })),
  tax_exempt: p.emptyOr(p.oneOf('exempt', 'none', 'reverse')),
  /** Gone with basil, taken as by an account whose default version is older. */
  coupon: p.text(),
  ...p.expand,
};
const createFields = { ...fields, payment_method: p.filled(), source: p.filled(), test_clock: p.filled() };
type Fields = p.Params<Record<never, never>, typeof fields>;

function create({ sandbox, params }: Call<p.Params<Record<never, never>, typeof createFields>>): Customer {
  const { test_clock: clock = null } = params;
  const then = clock === null ? sandbox : onClock(sandbox, getClock(sandbox, clock, 'test_clock').id);
  if (clock !== null) checkCustomers(sandbox, clock);
  const customer: Customer = {
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: then.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: clock,
  };
  change(sandbox, customer, params);
  sandbox.objects.insert(customer);
  sandbox.emit('customer.created', customer);
  if (params.coupon !== undefined) setDiscount(sandbox, customer, params.coupon);
  if (params.source !== undefined) addCard(sandbox, customer, params.source);
  if (params.payment_method) {
    attachPaymentMethod(sandbox, takePaymentMethod(sandbox, params.payment_method, 'payment_method'), customer.id);
  }
  return customer;
}

/** Applies what was sent; the names and values that changed are returned as they were before. */
function change(sandbox: Sandbox, customer: Customer, params: Fields): Record<string, unknown> {
  const {
    address,
    metadata,
    shipping,
    invoice_settings,
    tax_exempt,
    expand: _expand,
    coupon: _coupon,
    ...rest
  } = params;
  const before = { ...customer };
  const {
    payment_method: _method,
    source: _source,
    test_clock: _clock,
    ...plain
  } = rest as typeof rest & Record<'payment_method' | 'source' | 'test_clock', string>;
  for (const [name, value] of Object.entries(plain)) customer[name] = value === '' ? null : value;
  if (address !== undefined) customer.address = p.fullAddress(address);
  if (shipping !== undefined) {
    customer.shipping = shipping && {
      address: p.fullAddress(shipping.address),
      name: shipping.name,
      phone: shipping.phone ?? null,
    };
  }
  if (tax_exempt !== undefined) customer.tax_exempt = tax_exempt ?? 'none';
  if (invoice_settings)
    customer.invoice_settings = { ...customer.invoice_settings, ...readSettings(sandbox, invoice_settings) };
  customer.metadata = p.mergeMetadata(customer.metadata, metadata);
  return Object.fromEntries(
    Object.entries(before).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(customer[name])),
  );
}

function readSettings(sandbox: Sandbox, settings: NonNullable<Fields['invoice_settings']>) {
  const { default_payment_method: method, footer } = settings;
  if (method) takePaymentMethod(sandbox, method, 'invoice_settings[default_payment_method]');
  return {
    ...(method === undefined ? {} : { default_payment_method: method || null }),
    ...(footer === undefined ? {} : { footer: footer || null }),
  };
}

/** A customer that was not deleted. */
export function getCustomer(sandbox: Sandbox, id: string): Customer {
  const customer = sandbox.objects.find<Customer>(id, 'customer');
  if (!customer || customer.deleted) throw noSuch('customer', id);
  return customer;
}

function update({ sandbox, ids, params }: Call<Fields>): Customer {
  const customer = getCustomer(sandbox, ids[0]!);
  const previous = change(sandbox, customer, params);
  if (params.coupon !== undefined) setDiscount(sandbox, customer, params.coupon);
  sandbox.objects.update(customer);
  sandbox.emit('customer.updated', customer, previous);
  return customer;
}

/** A deleted customer can still be retrieved, as a stub that says so. */
function remove({ sandbox, ids }: Call<object>) {
  const customer = getCustomer(sandbox, ids[0]!);
  endSubscriptions(sandbox, customer);
  const stub = { id: customer.id, object: 'customer', deleted: true, created: customer.created };
  sandbox.objects.update(stub);
  sandbox.emit('customer.deleted', customer);
  return deletedStub(customer.id);
}

/** Nobody is left to pay for them. */
function endSubscriptions(sandbox: Sandbox, { id, test_clock: clock }: Customer): void {
  const rows = sandbox.objects.page({ kind: 'subscription', where: { customer: id }, order: 'ASC', limit: 500 });
  const subscriptions = rows.map((row): Subscription => JSON.parse(row.body));
  for (const each of subscriptions)
    if (!['canceled', 'incomplete_expired'].includes(each.status))
      endSubscription(onClock(sandbox, clock), each, 'cancellation_requested');
}

const deletedStub = (id: string) => ({ id, object: 'customer', deleted: true });

function listMethods({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof methodFilters>>) {
  const { type, ...page } = params;
  const customer = getCustomer(sandbox, ids[0]!).id;
  return listObjects(sandbox.objects, 'payment_method', `/v1/customers/${customer}/payment_methods`, page, {
    customer,
    type,
  });
}

function findMethod({ sandbox, ids }: Call<object>): PaymentMethod {
  const method = sandbox.objects.find<PaymentMethod>(ids[1]!, 'payment_method');
  if (!method || method.customer !== ids[0]) throw noSuch('PaymentMethod', ids[1]!);
  return method;
}

const methodFilters = { type: p.text(), allow_redisplay: p.text(), ...p.listParams };
const listFields = { created: p.timestampRange, email: p.text(512), test_clock: p.text(), ...p.listParams };

export const customerRoutes = [
  route('POST', '/v1/customers', {}, createFields, create),
  route('GET', '/v1/customers', {}, listFields, ({ sandbox, params: { email, test_clock, ...page } }) =>
    listObjects(
      sandbox.objects,
      'customer',
      '/v1/customers',
      page,
      { email, test_clock },
      'AND body NOT LIKE \'%"deleted":true%\'',
    ),
  ),
  searchRoute('customers', 'customer'),
  route('GET', '/v1/customers/:id', {}, p.expand, ({ sandbox, ids }) => {
    const customer = sandbox.objects.find<Customer>(ids[0]!, 'customer');
    if (!customer) throw noSuch('customer', ids[0]!);
    return customer.deleted ? deletedStub(customer.id) : customer;
  }),
  route('POST', '/v1/customers/:id', {}, fields, update),
  route('DELETE', '/v1/customers/:id', {}, {}, remove),
  route('GET', '/v1/customers/:id/payment_methods', {}, methodFilters, listMethods),
  route('GET', '/v1/customers/:id/payment_methods/:method', {}, p.expand, findMethod),
];
