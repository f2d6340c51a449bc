import { newId } from '../ids.ts';
import type { Charge } from '../types.ts';

/** The payment (`py_…`) that a transfer is in the connected account: a charge that nobody's card stands behind. */
export function buildPayment(facts: {
  amount: number;
  currency: string;
  created: number;
  transfer: string;
  description: string | null;
  group: string | null;
}): Charge {
  const { amount, currency, created, description } = facts;
  const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    ...{ id: newId('py'), object: 'charge', amount, amount_captured: amount, amount_refunded: 0, application: null },
    ...{ application_fee: null, application_fee_amount: null, balance_transaction: null },
    billing_details: { address, email: null, name: null, phone: null, tax_id: null },
    ...{ calculated_statement_descriptor: null, captured: true, created, currency, customer: null, description },
    ...{ disputed: false, failure_balance_transaction: null, failure_code: null, failure_message: null },
    ...{ fraud_details: {}, livemode: false, metadata: {}, on_behalf_of: null, outcome: null, paid: true },
    // Typed as the intent that other charges have.
    payment_intent: null as unknown as string,
    ...{ payment_method: null, payment_method_details: { stripe_account: {}, type: 'stripe_account' } },
    ...{
      radar_options: {},
      receipt_email: null,
      receipt_number: null,
      receipt_url: null,
      refunded: false,
      review: null,
    },
    ...{ shipping: null, source: null, source_transfer: facts.transfer, statement_descriptor: null },
    ...{ statement_descriptor_suffix: null, status: 'succeeded', transfer_data: null, transfer_group: facts.group },
  };
}
