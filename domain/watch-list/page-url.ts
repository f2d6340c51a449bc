/** Addresses of the watch list: a competitor's domain, the pages that are its own, and the one spelling of each. */
import { isIpAddress } from '../public-address.ts';
import { parsePublicUrl } from '../public-url.ts';

/** Parameters that tell a shop where a visitor came from; the page is the same without them. */
const TRACKING =
  /^(?:utm_\w+|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|yclid|ttclid|twclid|li_fat_id|igshid|mc_[ce]id|_ga|_gl|_hs\w+|hsa_\w+|srsltid|mkt_tok|wt_mc|pk_(?:campaign|kwd)|mtm_\w+|oly_(?:anon|enc)_id|vero_id|s_kwcid|ef_id|epik)$/i;

/**
 * A page's address as it is kept, so that two spellings of one page are one listing: without fragment, tracking parameters and
 * the dot after a host. Undefined when it is no plain http(s) address.
 */
export function normalizePageUrl(address: string): URL | undefined {
  const url = parsePublicUrl(address.trim());
  if (!(url instanceof URL)) return undefined;
  if (url.hostname.endsWith('.')) url.hostname = url.hostname.replace(/\.+$/, '');
  url.search = withoutTracking(url.search);
  return url;
}

/** What stays keeps its order and its spelling: some shops read their query as a text. */
function withoutTracking(search: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !TRACKING.test(decoded(pair.split('=', 1)[0]!)));
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A competitor's domain out of what a person writes: a host, or the address of any page. In lower case, with a port that is not
 * the usual one and without `www.`. Undefined when it is none.
 */
export function parseDomain(written: string): string | undefined {
  const text = written.trim();
  const url = normalizePageUrl(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || (!/^https?:/i.test(text) && (url.pathname !== '/' || url.search))) return undefined;
  const hostname = isIpAddress(url.hostname) ? url.hostname : url.hostname.replace(/^www\.(?=.*\.)/, '');
  if (!/^[\w.-]+$|^\[/.test(hostname)) return undefined;
  // A name without a dot is somebody's own network, or a whole country.
  if (!/[.:]/.test(hostname) && url.port === '') return undefined;
  return url.port === '' ? hostname : `${hostname}:${url.port}`;
}

/** Whether a page is the competitor's own: its host is the domain or below it, at the same port. */
export function isOfDomain(page: URL, domain: string): boolean {
  const [, own = domain, port = ''] = /^(.*?)(?::(\d+))?$/.exec(domain) ?? [];
  // The usual port of either scheme is written without one.
  if (page.port !== port) return false;
  return page.hostname === own || (!isIpAddress(own) && page.hostname.endsWith(`.${own}`));
}
