/** Made by `npm run messages:compile`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
export const RENDERED_WITH = '48.0';

export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>> = {
  'order-confirmation': { version: 2, digest: 'O3FE5Vd3OvStM5VR' },
  'payment-failed': { version: 2, digest: 'Wy380KDyAdKk9xZP' },
  'payment-action-required': { version: 2, digest: 'UpgVeOkAjXPNwEhq' },
  shipped: { version: 2, digest: 'fMkHMI8bDFUljz5T' },
  delivered: { version: 2, digest: 'Dp0QNFpA6KCYNi4I' },
  canceled: { version: 2, digest: 'SO8vU_uoFoH1T6GL' },
  refunded: { version: 2, digest: 'NoWCjmXoMlxJCvbc' },
  'out-of-stock': { version: 2, digest: '565XSrzQatkRnDA4' },
  'order-edited': { version: 1, digest: 'e53LrlgH6NMrMyyZ' },
  'balance-due': { version: 2, digest: '6eAdBiTvDde8G_-e' },
  'return-requested': { version: 2, digest: 'emaxw1jt_3anlKoI' },
  'return-approved': { version: 2, digest: 'b8q_fH--X9LgBVcv' },
  'return-refused': { version: 2, digest: 't9wZyrXWc_68w1l8' },
  'return-received': { version: 2, digest: 'UTPr7_n-AJGQqQy9' },
  'return-reminder': { version: 2, digest: 'xIQRIq27Fkg36W0F' },
  'return-closed': { version: 2, digest: 'YQv3zay3Dbw6e_vA' },
  'exchange-made': { version: 2, digest: 'ipfX0s5iJP8QL_f0' },
  'claim-requested': { version: 2, digest: 'r5A4r-miMuM_7Mmq' },
  'claim-decided': { version: 2, digest: 'RZfWhErAFrrezqZs' },
  'subscription-started': { version: 2, digest: 'fxQISfaZTsnfPAv7' },
  'subscription-renewed': { version: 2, digest: 'CRF-TeAgiQYi2nFk' },
  'subscription-payment-failed': { version: 3, digest: 'dil_m8OdQbzhcYWS' },
  'subscription-payment-action': { version: 1, digest: 'VZ7VTS5ROxm-65nI' },
  'subscription-goods-missing': { version: 2, digest: 'DtwXO0Cw1QNooqmy' },
  'subscription-ending': { version: 2, digest: 'V8QhzTNluEgRaHZc' },
  'subscription-canceled': { version: 2, digest: '0ZTkCfq90I0wvhnt' },
  'operations-notice': { version: 2, digest: '_-jWRZsT4sQjJfsh' },
  'low-stock': { version: 2, digest: '2LKF0dmMICiV30_6' },
  'daily-close': { version: 2, digest: 'OaMMkFZyp3i5Hoxn' },
  'reconciliation-summary': { version: 2, digest: 'lewRemiuQHPuxf8K' },
  'price-alert': { version: 5, digest: 'BDQJJvqoz2puTrDR' },
  'vendor-order': { version: 1, digest: 'pV6L7yPQXHvlOt9j' },
  digest: { version: 3, digest: 'serI9V96QUMvqMFg' },
};
