/** What bodies and lines of the watch list share. */
import { z } from 'zod';
import { isIpAddress, isPublicAddress } from '../domain/public-address.ts';
import { portOf } from '../domain/public-url.ts';
import { parseDomain } from '../domain/watch-list/page-url.ts';
import { text } from './schemas.ts';

export const tags = z
  .array(text(50).refine((tag) => !tag.includes('|'), 'may not hold |'))
  .max(50)
  .transform((all) => [...new Set(all)])
  .meta({ description: 'Up to 50 words to find it by', example: ['shoes', 'spring'] });

export const owner = z
  .email()
  .max(254)
  .transform((address) => address.toLowerCase())
  .meta({ description: 'E-mail address of who looks after it', example: 'ada@shop.example' });

export const intervalMinutes = z
  .int()
  .min(5)
  .max(43_200)
  .meta({ description: 'Minutes from one look to the next: 5 to 43200 (30 days)', example: 1_440 });

export const domain = z
  .string()
  .max(300)
  .transform((written, context) => {
    const parsed = parseDomain(written);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'is not the host of a site', params: { code: 'domain_invalid' } });
    return z.NEVER;
  })
  .meta({
    description:
      "The site's host, without www.; pages of hosts below it are its own too. An address of a page does as well",
    example: 'competitor.example',
  });

/** Which hosts may be watched although they are not on the public Internet: `host:port`. */
export type PrivateHosts = readonly string[];

/** Whether an address leads inside, as far as it tells itself: what a name resolves to is judged when it is asked for. */
export function isPrivate(url: URL, allowed: PrivateHosts): boolean {
  if (allowed.includes(`${url.hostname}:${portOf(url)}`)) return false;
  return isIpAddress(url.hostname) && !isPublicAddress(url.hostname);
}
