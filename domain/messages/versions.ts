/** Made by `npm run messages:compile`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
export const RENDERED_WITH = '48.0';

export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>> = {
  'order-confirmation': { version: 1, digest: '-eEMHpbEk8Q_tIQr' },
  'payment-failed': { version: 1, digest: '2FnbZWE4Qv02f_Lk' },
  'payment-action-required': { version: 1, digest: 'UFmFSrC0cKKLo-tS' },
  shipped: { version: 1, digest: '_Fj3cgzZcFaCuomm' },
  delivered: { version: 1, digest: 'R1BZmZ54-cq9S2CD' },
  canceled: { version: 1, digest: 'x7j-3hc_2silm2kc' },
  refunded: { version: 1, digest: 'ZMEjcI-1OoZWHNIl' },
  'out-of-stock': { version: 1, digest: 'zIcWvAde6M8Y8Ka-' },
  'return-requested': { version: 1, digest: '2tKrI-_mD5DnsJMI' },
  'return-approved': { version: 1, digest: 'nJA2j3ET7oRE5vGU' },
  'return-refused': { version: 1, digest: 'FzVTzzpCGR9-L86e' },
  'return-received': { version: 1, digest: 'pH2fTsKe60B-26sC' },
  'subscription-started': { version: 1, digest: 'GTw1b27yPalYc_09' },
  'subscription-renewed': { version: 1, digest: 'BNWA-gIJGhmXQEFl' },
  'subscription-payment-failed': { version: 1, digest: '5vm5KRg1DiLRh6N-' },
  'subscription-ending': { version: 1, digest: 'hdvp5PVnU4Id4YIw' },
  'subscription-canceled': { version: 1, digest: '2RRKgjJ9mzmxbA9t' },
  'operations-notice': { version: 1, digest: 'K9PBDGBDiU_WLDql' },
  'low-stock': { version: 1, digest: 'KI_qeUfxmmqtdL4S' },
  'daily-close': { version: 1, digest: '2TRsw1Q5m0jl7FaQ' },
  'reconciliation-summary': { version: 1, digest: '0m1ZgunG8CRb1zAr' },
  'price-alert': { version: 1, digest: 'FaWWUntJVpDDICgr' },
  digest: { version: 1, digest: '25kdo9TfqFxKMpwc' },
};
