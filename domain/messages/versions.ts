/** Made by `npm run messages:compile`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
export const RENDERED_WITH = '48.0';

export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>> = {
  'order-confirmation': { version: 1, digest: '4b16iercYUGlSsLP' },
  'payment-failed': { version: 1, digest: '2FnbZWE4Qv02f_Lk' },
  'payment-action-required': { version: 1, digest: 'UFmFSrC0cKKLo-tS' },
  shipped: { version: 1, digest: '9yF9hB0hWUtcwsKT' },
  delivered: { version: 1, digest: '9RWrwh4YJTGqrWsz' },
  canceled: { version: 1, digest: 'x7j-3hc_2silm2kc' },
  refunded: { version: 1, digest: 'FbTlqgqeBlGQHInC' },
  'out-of-stock': { version: 1, digest: 'uwpJo5VyvD5yqIl-' },
  'return-requested': { version: 1, digest: 'XL36XzKHHAs4MdSm' },
  'return-approved': { version: 1, digest: 'RV8AGVPbkESez_kW' },
  'return-refused': { version: 1, digest: '4ec1ZQbD_74gq6CZ' },
  'return-received': { version: 1, digest: 'z_ShzWwQguPHByPU' },
  'subscription-started': { version: 1, digest: 'rderEWs5H5EcBinb' },
  'subscription-renewed': { version: 1, digest: 'pHnHZMkmVSHO2CaE' },
  'subscription-payment-failed': { version: 1, digest: 'aiUqDrRtOIZmPwye' },
  'subscription-ending': { version: 1, digest: 'wztPJFDrzHkRRILA' },
  'subscription-canceled': { version: 1, digest: 'oKKKW1h1WhHRrYgJ' },
  'operations-notice': { version: 1, digest: 'h4txIcuG8fzklEcP' },
  'low-stock': { version: 1, digest: '5rMgi3F0NQORybX0' },
  'daily-close': { version: 1, digest: 'C6tc0Bl1dcfY-Xtn' },
  'reconciliation-summary': { version: 1, digest: 'GUSoBWS2SZpS_4qI' },
  'price-alert': { version: 1, digest: 'F9nnm7ch-ITGWjt1' },
  digest: { version: 1, digest: '6TDAYzOs5Rs21f0A' },
};
