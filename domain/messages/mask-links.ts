/**
 * What may be kept and shown of a message's text: all but the secrets in its links. A link to an order, to a bank's page or to
 * an unsubscribing acts for the customer, whoever follows it; where it leads is what support and evidence need.
 */
const MASK = '…';
const LINK = /\bhttps?:\/\/[^\s<>"'\])]+/gi;
const SECRET_NAME = /token|secret|sig|key|code|auth|pass|session|hash|jwt/i;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** As tracking numbers are. */
const NUMBER = /^[0-9A-Z._-]{1,40}$/;
const WORDS = /^[\p{L}_-]+$/u;
const SHORTEST_SECRET = 12;

/** Masks what could be a secret in each link of a text; masking twice changes nothing more. */
export function maskLinks(text: string): string {
  return text.replace(LINK, maskLink);
}

function maskLink(link: string): string {
  const [, start = '', path = '', query = '', fragment = ''] =
    /^(https?:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(link) ?? [];
  if (start === '') return link;
  const segments = path.split('/').map((segment) => (isSecret(segment) ? MASK : segment));
  return `${start.replace(/\/\/.*@/, `//${MASK}@`)}${segments.join('/')}${maskPairs(query)}${maskPairs(fragment)}`;
}

/** `?a=b&c`, or the same behind `#`. */
function maskPairs(part: string): string {
  if (part === '') return '';
  const pairs = part.slice(1).split('&');
  return `${part[0]}${pairs.map(maskPair).join('&')}`;
}

function maskPair(pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return isSecret(pair) ? MASK : pair;
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  return SECRET_NAME.test(name) || isSecret(value) ? `${name}=${MASK}` : pair;
}

/** Long, and neither an id, nor a number as parcels have them, nor words. */
function isSecret(value: string): boolean {
  const text = safelyDecoded(value);
  return text.length >= SHORTEST_SECRET && !UUID.test(text) && !NUMBER.test(text) && !WORDS.test(text);
}

function safelyDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * An address as a list shows it: enough to know it again, too little to write to it. A chat's webhook and a browser's push
 * endpoint are secrets as a whole: who has them can post there.
 */
export function maskRecipient(channel: string, recipient: string): string {
  if (channel === 'web_push' || channel === 'chat') return maskAddress(recipient);
  if (channel === 'sms') return `${recipient.slice(0, 3)}${MASK}${recipient.slice(-2)}`;
  const at = recipient.lastIndexOf('@');
  return at < 1 ? MASK : `${recipient.slice(0, 1)}${MASK}${recipient.slice(at)}`;
}

/** Of a secret address, its host. */
export function maskAddress(address: string): string {
  return URL.canParse(address) ? `${new URL(address).origin}/${MASK}` : MASK;
}

/** A recipient as whoever may read the whole message sees it. */
export function shownRecipient(channel: string, recipient: string): string {
  return channel === 'web_push' || channel === 'chat' ? maskAddress(recipient) : recipient;
}
