/** Where the API is and what the shop may show of it; told by the server that serves this page. */
const answer = await fetch('/shop/config.json').then((response) => response.json());

export const settings = Object.freeze({
  apiUrl: answer.api_url,
  publishableKey: answer.publishable_key,
  currencies: answer.currencies,
  links: answer.links,
  playsPush: answer.plays_push,
});

const CURRENCY = 'stockroom.currency';

export function currentCurrency() {
  const kept = localStorage.getItem(CURRENCY);
  return settings.currencies.includes(kept) ? kept : settings.currencies[0];
}

export const chooseCurrency = (currency) => localStorage.setItem(CURRENCY, currency);
