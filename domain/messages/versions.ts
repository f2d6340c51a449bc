/** Made by `npm run messages:compile`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
export const RENDERED_WITH = '48.0';

export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>> = {
  'order-confirmation': { version: 1, digest: 'Lwz7HIIvWX9QW8Yl' },
  'payment-failed': { version: 1, digest: 'xZ7tTqNYVAd884Bv' },
  'payment-action-required': { version: 1, digest: 'UFmFSrC0cKKLo-tS' },
  shipped: { version: 1, digest: 'ENy7BlaiwFY3njW7' },
  delivered: { version: 1, digest: '9RWrwh4YJTGqrWsz' },
  canceled: { version: 1, digest: '-W1HcKK7IGrfWUyk' },
  refunded: { version: 1, digest: '4EgoS1kXsFihYt8v' },
  'out-of-stock': { version: 1, digest: 'uwpJo5VyvD5yqIl-' },
  'return-requested': { version: 1, digest: 'XL36XzKHHAs4MdSm' },
  'return-approved': { version: 1, digest: 'U1GQ2w95VsZfzHly' },
  'return-refused': { version: 1, digest: '9uIhSsxARJrS74vj' },
  'return-received': { version: 1, digest: 'z_ShzWwQguPHByPU' },
  'subscription-started': { version: 1, digest: 'rderEWs5H5EcBinb' },
  'subscription-renewed': { version: 1, digest: 'pHnHZMkmVSHO2CaE' },
  'subscription-payment-failed': { version: 1, digest: 'agx6jTAVCY5OnNk9' },
  'subscription-ending': { version: 1, digest: 'wztPJFDrzHkRRILA' },
  'subscription-canceled': { version: 1, digest: 'oKKKW1h1WhHRrYgJ' },
  'operations-notice': { version: 1, digest: 'uKomM8ngjPoaUvXu' },
  'low-stock': { version: 1, digest: '5rMgi3F0NQORybX0' },
  'daily-close': { version: 1, digest: 'C6tc0Bl1dcfY-Xtn' },
  'reconciliation-summary': { version: 1, digest: 'GUSoBWS2SZpS_4qI' },
  'price-alert': { version: 1, digest: 'wYqLvIJSqhcP1PNI' },
  digest: { version: 1, digest: 'mVi0iXZCnTPT4wve' },
};
