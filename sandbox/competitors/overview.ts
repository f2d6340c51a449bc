/** The shops for people, at `/sandbox/competitors`: what they ask, who came by, and buttons to change it. */
import express, { type Router } from 'express';
import { escapeHtml, page, sendPage } from '../page.ts';
import type { ControlParts } from './control.ts';
import { priceText } from './money.ts';
import { readChange } from './read-change.ts';
import type { ShopRequest } from './requests.ts';
import { MAKES, type Shop, shops } from './shops.ts';
import type { ShopState, Shown } from './state.ts';

const SHOWN_REQUESTS = 40;
const STYLE = `<style>form{margin:0;gap:6px}.row{display:flex;flex-wrap:wrap;gap:6px;margin:6px 0}.row button{padding:4px 10px;font-size:14px}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:middle}th{color:var(--faint);font-weight:400;font-size:14px}
h2{font-size:18px;margin:28px 0 4px}.scroll{overflow-x:auto}s{color:var(--faint)}</style>`;

export function createOverview({ state, requests, war, hostOf }: ControlParts): Router {
  const router = express.Router();
  router.get('/', (_req, res) => {
    const counts = requests.counts();
    const { running, step_seconds, last, next } = war.describe();
    const pace = running ? `a step every ${step_seconds} s` : 'peace';
    const rows = shops.map((shop) => shopRow(state, shop, hostOf(shop), counts.get(hostOf(shop)) ?? 0));
    const main = `<h1>Competitors</h1><div class="faint">Shops on hosts of their own, whose prices the demo watches.</div>
<h2>Price war</h2><p class="faint">${pace}${last ? ` · ${escapeHtml(last)}` : ''}</p>
<div class="row">${button('war', { step: '1' }, `Next step: ${escapeHtml(next)}`)}${button('war', { pace: running ? '0' : '60' }, running ? 'Make peace' : 'A step every minute')}</div>
<div class="scroll"><table><tr><th>Shop</th><th>Prices</th><th>Make</th><th>Before its pages</th><th>Requests</th></tr>${rows.join('')}</table></div>
<h2>Requests received</h2><div class="scroll"><table>${requests.newest(SHOWN_REQUESTS).map(requestRow).join('')}</table></div>`;
    sendPage(res, page('Competitors', main, STYLE));
  });
  router.get('/:shop', (req, res, next) => {
    const shop = shops.find(({ slug }) => slug === req.params.shop);
    if (shop) sendPage(res, shopPage(state, shop, hostOf(shop)));
    else next();
  });
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  router.post('/war', form, ({ body }, res) => {
    const { step, pace } = (body ?? {}) as Record<string, string>;
    if (step) war.step();
    if (pace !== undefined && Number(pace) >= 0) war.pace(Number(pace));
    res.redirect(303, '/sandbox/competitors');
  });
  router.post('/change', form, ({ body }, res) => {
    const wanted = readChange(state, fromForm((body ?? {}) as Record<string, string>));
    if (typeof wanted === 'string') return void res.status(400).type('text').send(wanted);
    const { shop } = wanted;
    if (wanted.page === null) state.changeSite(shop, wanted.change);
    else state.changePage(shop, wanted.page, wanted.change);
    res.redirect(303, `/sandbox/competitors/${shop.slug}`);
  });
  return router;
}

/** Forms have texts only: an empty one means null, and what counts is a number. */
function fromForm(body: Record<string, string>): Record<string, unknown> {
  const numbers = ['amount', 'list_amount', 'sale', 'robots_status'];
  const read = (key: string, value: string) => {
    if (key === 'reset') return true;
    if (value === '') return null;
    return numbers.includes(key) ? Number(value) : value;
  };
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, read(key, value)]));
}

function shopRow(state: ShopState, shop: Shop, host: string, visits: number): string {
  const { make, obstacle } = state.site(shop);
  return `<tr><td><a href="/sandbox/competitors/${shop.slug}">${escapeHtml(shop.name)}</a><br><span class="faint">${host} · ${shop.locale}</span></td>
<td>${shop.currency.toUpperCase()}${shop.taxIncluded ? ', tax included' : ''}</td><td>${make}</td><td>${obstacle ?? '–'}</td><td>${visits}</td></tr>`;
}

const requestRow = ({ atMs, host, path, status, userAgent }: ShopRequest): string =>
  `<tr><td class="faint">${new Date(atMs).toISOString().slice(11, 23)}</td><td>${escapeHtml(`${host}${path}`)}</td><td>${status}</td><td class="faint">${escapeHtml(userAgent.slice(0, 80))}</td></tr>`;

function shopPage(state: ShopState, shop: Shop, host: string): string {
  const { make, obstacle } = state.site(shop);
  const redesigns = MAKES.filter((name) => name !== make).slice(0, 3);
  const site = [
    button(
      'change',
      { shop: shop.slug, obstacle: obstacle ? '' : 'captcha' },
      obstacle ? 'Let visitors in' : 'CAPTCHA',
    ),
    button('change', { shop: shop.slug, obstacle: 'broken' }, 'Fail altogether'),
    button('change', { shop: shop.slug, obstacle: 'blocked' }, 'Block everybody'),
    ...redesigns.map((name) => button('change', { shop: shop.slug, make: name }, `Redesign: ${name}`)),
    button('change', { shop: shop.slug, make: '' }, 'As it was'),
  ];
  const rows = state.pages(shop).map((each) => pageRow(shop, host, each));
  return page(
    shop.name,
    `<p><a href="/sandbox/competitors">Competitors</a></p><h1>${escapeHtml(shop.name)}</h1>
<div class="faint"><a href="http://${host}/" rel="noreferrer">${host}</a> · ${shop.locale} · ${make}${obstacle ? ` · ${obstacle}` : ''}</div>
<div class="row">${site.join('')}</div><div class="scroll"><table>${rows.join('')}</table></div>`,
    STYLE,
  );
}

function pageRow(shop: Shop, host: string, { key, title, amount, listAmount, availability, obstacle }: Shown): string {
  const text = (value: number) => escapeHtml(priceText(value, shop.currency, shop.locale));
  const of = { shop: shop.slug, page: key };
  return `<tr><td><a href="http://${host}/p/${key}" rel="noreferrer">${escapeHtml(title)}</a><br><span class="faint">${key}</span></td>
<td>${listAmount === null ? '' : `<s>${text(listAmount)}</s> `}${text(amount)}<br><span class="faint">${availability}${obstacle ? ` · ${obstacle}` : ''}</span></td>
<td><div class="row">${button('change', { ...of, sale: '15' }, '−15 %')}${button('change', { ...of, amount: String(Math.round(amount * 1.1)) }, '+10 %')}
${button('change', { ...of, availability: 'out_of_stock' }, 'Sold out')}${button('change', { ...of, reset: '1' }, 'As it was')}</div></td></tr>`;
}

/** One press, one change. The names and values are ours. */
function button(action: string, fields: Record<string, string>, label: string): string {
  const hidden = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="/sandbox/competitors/${action}">${hidden.join('')}<button>${label}</button></form>`;
}
