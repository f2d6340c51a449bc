/** What lets a mail program end messages of a topic with one click (RFC 2369, RFC 8058). */

/** Throws on an address that is none, or that a header could not hold as it is. */
export function unsubscribeHeaders(url: string): Record<string, string> {
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`no address to unsubscribe at: ${protocol}`);
  // `href` has neither spaces nor line breaks nor angle brackets: all of them are encoded.
  return { 'List-Unsubscribe': `<${href}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
