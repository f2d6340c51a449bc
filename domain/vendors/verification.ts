/** What a vendor must have told before a person looks at it, and what its keys may do. */
import type { VendorProfile, VendorSettings } from './vendor.ts';

export interface Told {
  profile: VendorProfile;
  settings: VendorSettings;
}

/** Pointers to what is still missing, beside what is handed in with the request itself. */
export function missingForVerification({ profile, settings }: Told): string[] {
  return [
    ...(profile.description ? [] : ['/profile/description']),
    ...(settings.return_address ? [] : ['/settings/return_address']),
  ];
}

/** All that a vendor's keys may be allowed to do, each for what is the vendor's own. */
export const VENDOR_SCOPES = [
  'catalogue:read',
  'catalogue:write',
  'stock:read',
  'stock:write',
  'vendors:read',
  'vendors:write',
  'keys:write',
] as const;
