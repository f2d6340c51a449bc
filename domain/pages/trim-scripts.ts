/** Which scripts of a page hold data about what it sells, and what in any text of a page is somebody's own. */

const DATA_TYPES = /json/i;
const CODE_TYPES = /^(?:|module|text\/javascript|application\/javascript|text\/ecmascript)$/i;
/** A state that is written into the page: an object or list assigned, pushed or handed over, which speaks of goods. */
const STATE = /[=(:,]\s*(?:JSON\.parse\(\s*)?["'`]?\s*[[{]/;
/** By their names, whatever stands in them. */
const STATE_NAMES = /__NUXT__|__(?:INITIAL_|PRELOADED_|APOLLO_)?STATE__|__NEXT_DATA__|dataLayer/;
const GOODS = /price|offer|product|sku|gtin|currency|availab|stock/i;
const MAX_SCRIPT = 1_500_000;

export function isKeptScript({ src, type = '' }: Readonly<Record<string, string>>, text: string): boolean {
  if (src !== undefined || text.length > MAX_SCRIPT) return false;
  if (DATA_TYPES.test(type)) return true;
  return CODE_TYPES.test(type) && (STATE_NAMES.test(text) || (GOODS.test(text) && STATE.test(text)));
}

/** Both sides bounded, so that no text makes the search slow. */
const EMAIL = /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]{10,4000}\.[\w-]{10,8000}(?:\.[\w-]{10,2000})?/g;
/** `"csrfToken": "…"`, and the same within an address. */
const NAMED_SECRET =
  /(["'](?:\w{0,40}(?:token|secret|passw(?:or)?d|session_?id|api_?key|csrf|xsrf|nonce|signature)|authorization|cookie|phone|telephone|user_?name|first_?name|last_?name|customer_?id|user_?id|ip_?address)\\?["']\s{0,4}:\s{0,4}\\?["'])[^"'\\<>]{1,4000}/gi;
const IN_ADDRESS = /([?&](?:\w{0,40}(?:token|secret|session|sig|signature)|sid|auth)=)[^&"'<>\s]{8,2000}/gi;
const INLINE_DATA = /data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=]{40,}/g;

/** The text without addresses, tokens and what is named as secret or personal; a mark stands where something was. */
export const withoutSecrets = (text: string): string => {
  if (text.length < 8) return text;
  let clean = text;
  if (clean.includes('@')) clean = clean.replace(EMAIL, '…');
  if (clean.includes('eyJ')) clean = clean.replace(JSON_WEB_TOKEN, '…');
  if (clean.includes('base64,')) clean = clean.replace(INLINE_DATA, 'data:,');
  if (clean.includes(':')) clean = clean.replace(NAMED_SECRET, '$1…');
  return clean.includes('=') ? clean.replace(IN_ADDRESS, '$1…') : clean;
};
