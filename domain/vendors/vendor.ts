/** A vendor's life as data; the database repeats the words (vendor_status), and a test compares the two. */
import { assertClosed } from '../order-status.ts';

export const vendorTransitions = {
  registered: ['verifying', 'closed'],
  verifying: ['registered', 'onboarding', 'active', 'closed'],
  onboarding: ['active', 'restricted', 'suspended', 'closed'],
  active: ['restricted', 'suspended', 'closed'],
  restricted: ['active', 'suspended', 'closed'],
  suspended: ['onboarding', 'active', 'restricted', 'closed'],
  closed: [],
} as const;

export type VendorStatus = keyof typeof vendorTransitions;

assertClosed(vendorTransitions);

/** Whose products may be ordered. What was ordered before goes on in any state. */
export const SOLD: readonly VendorStatus[] = ['active', 'restricted'];

/** Commission of a vendor's sales when neither it nor a category has its own: 2.5 %. */
export const DEFAULT_COMMISSION_BPS = 250;

/** What everybody may see. */
export interface VendorProfile {
  description?: string | undefined;
  logo_url?: string | undefined;
  website?: string | undefined;
}

export interface PostalAddress {
  name: string;
  line1: string;
  line2?: string | undefined;
  city: string;
  postal_code: string;
  state?: string | undefined;
  country: string;
}

/** How a vendor works. */
export interface VendorSettings {
  return_address?: PostalAddress | undefined;
  lead_time_days?: number | undefined;
  /** Where it is told; without any: its own address. */
  notification_emails?: readonly string[] | undefined;
  /** BCP 47; without: the shop's. */
  locale?: string | undefined;
}

/** What Stripe says of a vendor's connected account, as far as it decides whether the vendor is paid. */
export interface AccountStanding {
  transfersEnabled: boolean;
  payoutsEnabled: boolean;
}

/**
 * Where an account leads a vendor who is verified: `active` once Stripe takes transfers for it and pays out, `restricted` when it does
 * so no more. One who is not there yet, suspended or closed is not moved by it.
 */
export function statusByAccount(status: VendorStatus, account: AccountStanding): VendorStatus {
  const isPaid = account.transfersEnabled && account.payoutsEnabled;
  if (status === 'onboarding') return isPaid ? 'active' : 'onboarding';
  if (status === 'active' || status === 'restricted') return isPaid ? 'active' : 'restricted';
  return status;
}
