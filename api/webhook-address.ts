/** Where webhooks may be sent to, as far as the address itself tells. */
import { isIpAddress, isPublicAddress } from '../domain/public-address.ts';
import { parsePublicUrl, portOf } from '../domain/public-url.ts';
import { invalid } from './problem.ts';

export interface WebhookSettings {
  /** `host:port`: these need be neither public nor https. */
  allowedPrivateHosts: readonly string[];
  requireHttps: boolean;
}

/** The address as it is kept. What its name resolves to is judged when something is sent. Throws 422. */
export function checkAddress(address: string, { allowedPrivateHosts, requireHttps }: WebhookSettings): string {
  const url = parsePublicUrl(address);
  const refuse = (code: string, message: string) =>
    invalid([{ pointer: '/url', code, message: `url: ${message}` }], 422);
  if (url === 'port_refused') throw refuse(url, 'its port belongs to another kind of service');
  if (!(url instanceof URL)) throw refuse('url_invalid', 'is not a plain http or https URL without a user name');
  const allowed = allowedPrivateHosts.includes(`${url.hostname}:${portOf(url)}`);
  if (!allowed && isIpAddress(url.hostname) && !isPublicAddress(url.hostname))
    throw refuse('address_not_public', 'does not lead to the public Internet');
  if (!allowed && requireHttps && url.protocol !== 'https:') throw refuse('https_required', 'must begin with https://');
  return url.href;
}
