/** What is taken as an address of a channel, and as times and time zones of people. Each rule returns what is wrong, with its place. */
import { z } from 'zod';
import type { Channel } from '../domain/messages/channels.ts';
import { isIpAddress, isPublicAddress } from '../domain/public-address.ts';
import { parsePublicUrl, portOf } from '../domain/public-url.ts';
import type { FieldError } from './problem.ts';
import type { WebhookSettings } from './webhook-address.ts';

const wrong = (pointer: string, code: string, message: string): FieldError[] => [
  { pointer, code, message: `${pointer.slice(1).replaceAll('/', '.')}: ${message}` },
];

const EMAIL = z.email().max(254);
/** https://www.itu.int/rec/T-REC-E.164: a plus, the country, at most 15 digits in all. */
const E164 = /^\+[1-9]\d{6,14}$/;

export const emailProblem = (email: string, pointer = '/email'): FieldError[] =>
  EMAIL.safeParse(email).success ? [] : wrong(pointer, 'email_invalid', 'is not an e-mail address');

export const phoneProblem = (phone: string, pointer = '/phone'): FieldError[] =>
  E164.test(phone) ? [] : wrong(pointer, 'phone_invalid', 'is not a number in E.164, like +4915112345678');

/** What stands for the secret part of an address in answers. */
const MASK = '…';

/** An address that something is sent to: https, and public as far as it tells; its name is judged when it is used. */
export function urlProblem(
  address: string,
  pointer: string,
  { allowedPrivateHosts, requireHttps }: WebhookSettings,
): FieldError[] {
  if (address.includes(MASK))
    return wrong(pointer, 'address_masked', 'is as this API shows it, not the address itself');
  const url = parsePublicUrl(address);
  if (url === 'port_refused') return wrong(pointer, url, 'its port belongs to another kind of service');
  if (!(url instanceof URL)) return wrong(pointer, 'url_invalid', 'is not a plain https URL without a user name');
  if (allowedPrivateHosts.includes(`${url.hostname}:${portOf(url)}`)) return [];
  if (isIpAddress(url.hostname) && !isPublicAddress(url.hostname))
    return wrong(pointer, 'address_not_public', 'does not lead to the public Internet');
  const isSafe = url.protocol === 'https:' || !requireHttps;
  return isSafe ? [] : wrong(pointer, 'https_required', 'must begin with https://');
}

/** An address of a channel that nothing is sent to. */
export function addressProblem(channel: Channel, address: string): FieldError[] {
  if (channel === 'email') return emailProblem(address, '/address');
  if (channel === 'sms') return phoneProblem(address, '/address');
  return parsePublicUrl(address) instanceof URL ? [] : wrong('/address', 'url_invalid', 'is not a URL');
}

/** Names of the time zone database alone: of `+02:00` PostgreSQL and JavaScript think differently, and it knows no summer. */
export function timeZoneProblem(zone: string): FieldError[] {
  const bad = wrong('/time_zone', 'time_zone_unknown', 'is no name of the time zone database, like Europe/Berlin');
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(zone)) return bad;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return bad;
  }
}

/** The key of a push subscription: so many bytes in base64url. */
export const keyProblem = (key: string, bytes: number, pointer: string): FieldError[] =>
  /^[\w-]+=*$/.test(key) && Buffer.from(key, 'base64url').length === bytes
    ? []
    : wrong(pointer, 'key_invalid', `is not ${bytes} bytes in base64url`);
