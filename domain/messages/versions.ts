/** Made by `npm run messages:compile`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
export const RENDERED_WITH = '48.0';

export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>> = {
  'order-confirmation': { version: 1, digest: 'v47-SXN_D-yo0dCI' },
  'payment-failed': { version: 1, digest: 'g0WVnOj_5WJoUJS6' },
  'payment-action-required': { version: 1, digest: 'j8nxm76CvfWOlW60' },
  shipped: { version: 1, digest: 'BjLz7bey3ChG8bBC' },
  delivered: { version: 1, digest: '4H08j4dsHjKT3Wy5' },
  canceled: { version: 1, digest: 'Ddzib3ijnOEtWma3' },
  refunded: { version: 1, digest: '87-ZFeW0gDDsZ0t6' },
  'out-of-stock': { version: 1, digest: 'fAzwEeVGktV8taBZ' },
  'return-requested': { version: 1, digest: 'o4lnE5bYhLTUS-44' },
  'return-approved': { version: 1, digest: 'A35TlCIZ8hHOPG44' },
  'return-refused': { version: 1, digest: '76I8r-rMiu9gp4sn' },
  'return-received': { version: 1, digest: 'Y7Nu6iVb3imVZQcH' },
  'subscription-started': { version: 1, digest: '6l6j_0NzHUFJpED1' },
  'subscription-renewed': { version: 1, digest: 'W_8CbiuPZIsYyiod' },
  'subscription-payment-failed': { version: 1, digest: 'O06mMwCojU8miMLy' },
  'subscription-ending': { version: 1, digest: 'b5A0Yts2yTkD6EZ3' },
  'subscription-canceled': { version: 1, digest: '6sHNGJy9mVBVVFFP' },
  'operations-notice': { version: 1, digest: '5o7zT40c0VYOfd0u' },
  'low-stock': { version: 1, digest: 'RWTGyG8wkQbhtqJ2' },
  'daily-close': { version: 1, digest: '-lDwSgbfe_TMfYgT' },
  'reconciliation-summary': { version: 1, digest: 'ttf0xfdgnf3iva3y' },
  'price-alert': { version: 1, digest: '4681OKtzLaJOe0JW' },
  digest: { version: 1, digest: '0Ptek7Z9NVIVtEYb' },
};
