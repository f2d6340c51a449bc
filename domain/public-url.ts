/** Which addresses may be fetched at all, before anything is resolved: their scheme, their credentials and their port. */
import type { FetchProblem } from './fetch-problems.ts';

/**
 * What browsers refuse to speak HTTP to (https://fetch.spec.whatwg.org/#bad-port): a request's text could be read as commands
 * there. Every other port is allowed, since shops and their storage are found on many.
 */
const BAD_PORTS: ReadonlySet<number> = new Set([
  ...[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
    110,
  ],
  ...[
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  ],
  ...[540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061],
  ...[6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

export const MAX_URL_LENGTH = 2_048;

/** The URL, in the one spelling that is then judged and used, without its fragment; or why it is refused. */
export function parsePublicUrl(text: string, base?: URL): URL | FetchProblem {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text, base?.href)) return 'address_invalid';
  // Spellings of an IP address (decimal, octal, hexadecimal, short, full-width) are one after this.
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'address_invalid';
  if (url.username || url.password || !url.hostname) return 'address_invalid';
  if (BAD_PORTS.has(portOf(url))) return 'port_refused';
  url.hash = '';
  return url;
}

export const portOf = ({ port, protocol }: Pick<URL, 'port' | 'protocol'>): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** Where a redirect leads, or why it is not followed. What came safely is not asked for in the clear. */
export function followRedirect(from: URL, location: string): URL | FetchProblem {
  const url = parsePublicUrl(location, from);
  if (url === 'address_invalid') return 'redirect_refused';
  if (url instanceof URL && from.protocol === 'https:' && url.protocol === 'http:') return 'redirect_refused';
  return url;
}
