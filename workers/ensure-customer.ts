/**
 * Makes sure that a known customer exists at Stripe, before an intent is made for them. A second run finds Stripe's id on the
 * row; two at once share the row's key, and so make one customer.
 */
import { findCustomer, rotateCustomerKey, tieCustomer } from '../db/customers.ts';
import type { Database } from '../db/database.ts';
import { type PaymentProvider, PaymentStuckError } from '../providers/payments.ts';

interface Deps {
  db: Database;
  payments: PaymentProvider;
}

/** Returns Stripe's id of the customer. */
export async function ensureCustomer({ db, payments }: Deps, customerId: string): Promise<string> {
  const customer = await findCustomer(db, customerId);
  if (!customer) throw new Error(`there is no customer ${customerId}`);
  if (customer.provider_id) return customer.provider_id;
  try {
    const made = await payments.createCustomer(customer, `customer-${customer.id}-${customer.tries}`);
    return await tieCustomer(db, customer.id, made);
  } catch (error) {
    // A customer whom nobody charges moves no money, so a stored failure may be followed by a new key.
    if (error instanceof PaymentStuckError) await rotateCustomerKey(db, customer);
    throw error;
  }
}
