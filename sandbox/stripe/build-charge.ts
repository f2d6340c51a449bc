import { randomText } from '../random-text.ts';
import { newId } from './ids.ts';
import type { Decline, TestCard } from './test-cards.ts';
import type { Charge, PaymentIntent, PaymentMethod } from './types.ts';

export interface ChargeFacts {
  created: number;
  intent: PaymentIntent;
  method: PaymentMethod;
  card: TestCard | undefined;
  decline: Decline | undefined;
  authenticated: boolean;
  /** When the authorization lapses, for a charge that is not captured at once. */
  captureBefore: number | undefined;
}

/** The charge of one attempt to pay, complete as the contract asks for it. */
export function buildCharge(facts: ChargeFacts): Charge {
  const { intent, method, decline } = facts;
  const status = decline ? 'failed' : method.type === 'card' ? 'succeeded' : 'pending';
  const captured = status !== 'failed' && intent.capture_method !== 'manual';
  return {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured && status === 'succeeded' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: intent.application_fee_amount ?? null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SANDBOX',
    captured,
    created: facts.created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: intent.on_behalf_of ?? null,
    outcome: buildOutcome(facts, status),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: buildMethodDetails(facts, status),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
    transfer_data: transferOf(intent),
    transfer_group: intent.transfer_group,
  };
}

/** Whose account the money goes on to. */
function transferOf({ transfer_data: data }: PaymentIntent) {
  const { destination, amount = null } = (data ?? {}) as { destination?: string; amount?: number };
  return destination ? { amount, destination } : null;
}

function buildOutcome({ decline, card }: ChargeFacts, status: Charge['status']) {
  const blocked = card?.blocked ?? false;
  return {
    advice_code: decline && !blocked ? 'try_again_later' : null,
    network_advice_code: null,
    network_decline_code: decline?.network_decline_code ?? null,
    network_status: blocked ? 'not_sent_to_network' : decline ? 'declined_by_network' : 'approved_by_network',
    reason: blocked ? 'highest_risk_level' : decline ? (decline.decline_code ?? decline.code) : null,
    risk_level: blocked ? 'highest' : status === 'pending' ? 'not_assessed' : 'normal',
    ...(status === 'pending' ? {} : { risk_score: blocked ? 94 : 21 }),
    seller_message: decline ? 'The bank did not approve this payment.' : 'Payment complete.',
    type: blocked ? 'blocked' : decline ? 'issuer_declined' : 'authorized',
  };
}

function buildMethodDetails(facts: ChargeFacts, status: Charge['status']): Charge['payment_method_details'] {
  const { method } = facts;
  if (method.type === 'sepa_debit') {
    const { generated_from: _unused, ...sepa } = method.sepa_debit as Record<string, unknown>;
    return { sepa_debit: { ...sepa, mandate: null }, type: 'sepa_debit' };
  }
  const card = method.card as Record<string, unknown>;
  const approved = status === 'succeeded';
  return {
    card: {
      amount_authorized: approved ? facts.intent.amount : null,
      authorization_code: approved ? randomText(6).toUpperCase() : null,
      brand: card.brand,
      ...(facts.captureBefore === undefined ? {} : { capture_before: facts.captureBefore }),
      checks: card.checks,
      country: card.country,
      electronic_commerce_indicator: null,
      exp_month: card.exp_month,
      exp_year: card.exp_year,
      extended_authorization: { status: 'disabled' },
      fingerprint: card.fingerprint,
      funding: card.funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4: card.last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: card.brand,
      network_token: { used: false },
      network_transaction_id: approved ? randomText(15) : null,
      overcapture: { maximum_amount_capturable: facts.intent.amount, status: 'unavailable' },
      regulated_status: card.regulated_status,
      three_d_secure: facts.authenticated ? threeDSecure() : null,
      transaction_link_id: null,
      wallet: null,
    },
    type: 'card',
  };
}

const threeDSecure = () => ({
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: crypto.randomUUID(),
  version: '2.2.0',
});
