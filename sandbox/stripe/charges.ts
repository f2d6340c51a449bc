import { bookCharge } from './book-charge.ts';
import { capturePaymentIntent } from './capture-payment-intent.ts';
import type { Sandbox } from './context.ts';
import { noSuch, refuse } from './errors.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { behaviorOf } from './payment-methods.ts';
import { type Call, route } from './routes.ts';
import type { Charge, PaymentIntent } from './types.ts';

/** Books the money of an automatic_async charge and tells it by charge.updated, as Stripe does a moment after success. */
export function settleCharge(sandbox: Sandbox, id: string): void {
  const charge = sandbox.objects.find<Charge>(id, 'charge');
  if (!charge || charge.balance_transaction) return;
  const { card } = behaviorOf(sandbox, charge.payment_method ?? '');
  charge.balance_transaction = bookCharge(sandbox, charge, card?.bypassPending ?? false).id;
  sandbox.objects.update(charge);
  sandbox.emit('charge.updated', charge, { balance_transaction: null });
}

/** The bank answers a debit that was processing: it succeeds. */
export function finishProcessing(sandbox: Sandbox, intentId: string): void {
  const intent = sandbox.objects.find<PaymentIntent>(intentId, 'payment_intent');
  const charge = sandbox.objects.find<Charge>(intent?.latest_charge ?? '', 'charge');
  if (intent?.status !== 'processing' || !charge) return;
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  charge.status = 'succeeded';
  charge.paid = true;
  charge.captured = true;
  charge.amount_captured = charge.amount;
  sandbox.objects.update(charge);
  sandbox.objects.update(intent);
  sandbox.emit('charge.succeeded', charge);
  sandbox.emit('payment_intent.succeeded', intent);
  sandbox.followPayment(sandbox, intent);
  sandbox.schedule('settle_charge', charge.id, sandbox.settings.settleDelayMs);
}

function getCharge(sandbox: Sandbox, id: string): Charge {
  const charge = sandbox.objects.find<Charge>(id, 'charge');
  if (!charge) throw noSuch('charge', id);
  return charge;
}

const shipping = p.hash(
  { address: p.address, name: p.filled() },
  { carrier: p.text(), phone: p.text(), tracking_number: p.text() },
);
const updateFields = {
  customer: p.filled(),
  description: p.text(),
  fraud_details: p.hash({ user_report: p.oneOf('', 'fraudulent', 'safe') }, {}),
  metadata: p.metadata,
  receipt_email: p.text(800),
  shipping,
  transfer_group: p.text(),
  ...p.expand,
};

function update({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof updateFields>>): Charge {
  const charge = getCharge(sandbox, ids[0]!);
  const previous = { metadata: charge.metadata, description: charge.description };
  const { expand: _expand, metadata, shipping: parcel, fraud_details, ...rest } = params;
  Object.assign(charge, rest);
  charge.metadata = p.mergeMetadata(charge.metadata, metadata);
  if (fraud_details) charge.fraud_details = fraud_details.user_report ? { user_report: fraud_details.user_report } : {};
  if (parcel) {
    const { address, name, carrier = null, phone = null, tracking_number = null } = parcel;
    charge.shipping = { address: p.fullAddress(address), carrier, name, phone, tracking_number };
  }
  sandbox.objects.update(charge);
  sandbox.emit('charge.updated', charge, previous);
  return charge;
}

const captureFields = {
  amount: p.integer(1),
  receipt_email: p.text(800),
  statement_descriptor: p.text(22),
  statement_descriptor_suffix: p.text(22),
  transfer_group: p.text(),
  ...p.expand,
};

function capture({ sandbox, ids, params }: Call<p.Params<Record<never, never>, typeof captureFields>>): Charge {
  const charge = getCharge(sandbox, ids[0]!);
  if (charge.captured)
    throw refuse(`Charge ${charge.id} has already been captured.`, { code: 'charge_already_captured' });
  const intent = sandbox.objects.find<PaymentIntent>(charge.payment_intent, 'payment_intent');
  if (!intent) throw noSuch('payment_intent', charge.payment_intent);
  const { amount, statement_descriptor, statement_descriptor_suffix } = params;
  capturePaymentIntent(sandbox, intent, {
    amount_to_capture: amount,
    statement_descriptor,
    statement_descriptor_suffix,
  });
  return getCharge(sandbox, charge.id);
}

const listFields = { created: p.timestampRange, customer: p.text(), payment_intent: p.text(), ...p.listParams };

export const chargeRoutes = [
  route('GET', '/v1/charges', {}, listFields, ({ sandbox, params: { customer, payment_intent, ...page } }) =>
    listObjects(sandbox.objects, 'charge', '/v1/charges', page, { customer, payment_intent }),
  ),
  route('GET', '/v1/charges/:id', {}, p.expand, ({ sandbox, ids }) => getCharge(sandbox, ids[0]!)),
  route('POST', '/v1/charges/:id', {}, updateFields, update),
  route('POST', '/v1/charges/:id/capture', {}, captureFields, capture),
];
