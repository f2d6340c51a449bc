/** Stripe's customers and the payment methods that are saved for them. Of a card no more is read than what names it to its owner. */
import type Stripe from 'stripe';
import { call, PaymentRefusedError } from './stripe-call.ts';

export interface NewProviderCustomer {
  /** Our customer's id. */
  id: string;
  email: string;
  name: string | null;
  phone: string | null;
}

export interface SavedMethod {
  id: string;
  /** `card`, `link`, `sepa_debit` … */
  type: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
}

export interface CustomerProvider {
  /** Returns Stripe's id of the customer. */
  createCustomer(customer: NewProviderCustomer, key: string): Promise<string>;
  /** What is attached to the customer, newest first. */
  listPaymentMethods(customerId: string): Promise<SavedMethod[]>;
  /** Undefined when it is not this customer's. */
  findPaymentMethod(customerId: string, methodId: string): Promise<SavedMethod | undefined>;
  /** From then on it cannot be charged any more. Refused when it is attached to nobody. */
  detachPaymentMethod(methodId: string): Promise<void>;
}

export function createStripeCustomers(stripe: Stripe): CustomerProvider {
  return {
    async createCustomer({ id, email, name, phone }, idempotencyKey) {
      const params: Stripe.CustomerCreateParams = {
        email,
        metadata: { customer_id: id },
        ...(name ? { name } : {}),
        // Stripe takes 20 characters.
        ...(phone && phone.length <= 20 ? { phone } : {}),
      };
      return (await call(() => stripe.customers.create(params, { idempotencyKey }))).id;
    },
    async listPaymentMethods(customerId) {
      const found: SavedMethod[] = [];
      for (let after: string | undefined; ; ) {
        const from = after ? { starting_after: after } : {};
        const page = await call(() => stripe.customers.listPaymentMethods(customerId, { limit: 100, ...from }));
        found.push(...page.data.map(toSavedMethod));
        after = page.data.at(-1)?.id;
        if (!page.has_more || !after) return found;
      }
    },
    async findPaymentMethod(customerId, methodId) {
      try {
        return toSavedMethod(await call(() => stripe.customers.retrievePaymentMethod(customerId, methodId)));
      } catch (error) {
        if (error instanceof PaymentRefusedError) return undefined;
        throw error;
      }
    },
    async detachPaymentMethod(methodId) {
      await call(() => stripe.paymentMethods.detach(methodId));
    },
  };
}

function toSavedMethod({ id, type, card, sepa_debit: debit }: Stripe.PaymentMethod): SavedMethod {
  return {
    id,
    type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? debit?.last4 ?? null,
    expMonth: card?.exp_month ?? null,
    expYear: card?.exp_year ?? null,
  };
}
