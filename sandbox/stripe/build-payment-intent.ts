import { randomText } from '../random-text.ts';
import { newId } from './ids.ts';
import type { PaymentIntent } from './types.ts';

interface NewPaymentIntent {
  amount: number;
  currency: string;
  created: number;
  captureMethod: PaymentIntent['capture_method'];
  confirmationMethod: PaymentIntent['confirmation_method'];
  /** The types that a client of an older version named; undefined means Stripe chooses. */
  types: string[] | undefined;
  allowRedirects: string;
  methodOptions: Record<string, unknown>;
  rest: Partial<PaymentIntent>;
}

const NOTHING_KNOWN = {
  allowed_payment_method_types: null,
  application: null,
  application_fee_amount: null,
  canceled_at: null,
  cancellation_reason: null,
  customer: null,
  customer_account: null,
  description: null,
  excluded_payment_method_types: null,
  last_payment_error: null,
  latest_charge: null,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_record: null,
  processing: null,
  receipt_email: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
};

/** A PaymentIntent with every field that the contract requires, null where nothing is known. */
export function buildPaymentIntent(given: NewPaymentIntent): PaymentIntent {
  const id = newId('pi');
  return {
    id,
    object: 'payment_intent',
    ...NOTHING_KNOWN,
    amount: given.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    automatic_payment_methods: given.types ? null : { allow_redirects: given.allowRedirects, enabled: true },
    capture_method: given.captureMethod,
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: given.confirmationMethod,
    created: given.created,
    currency: given.currency,
    livemode: false,
    managed_payments: { enabled: false },
    metadata: {},
    payment_method_configuration_details: given.types ? null : { id: 'pmc_sandbox_default', parent: null },
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
        ...given.methodOptions,
      },
    },
    payment_method_types: given.types ?? ['card'],
    status: 'requires_payment_method',
    ...given.rest,
  };
}
