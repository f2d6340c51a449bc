/** A shop's whole site: which page is at a path, and what stands before it. */
import { drawProduct } from '../catalogue/pictures.ts';
import { escapeHtml } from '../page.ts';
import { type Answer, html, plainText, redirect, type Visit } from './answer.ts';
import { findPages } from './find-pages.ts';
import { priceText } from './money.ts';
import { obstacles } from './obstacles.ts';
import { productPage } from './product-page.ts';
import { robotsOf } from './robots.ts';
import { shopLayout } from './shop-layout.ts';
import { shopOfHost } from './shops.ts';
import type { ShopState, Shown } from './state.ts';
import { viewOf } from './view.ts';

/** The page that `/trouble/<name>` would show if it showed one. */
const SPECIMEN = 0;
/** Its prices follow its visitors. */
const WORLDLY = 'megamart';
const MOST_FOUND = 20;

/** Returns undefined for a host that is no shop's. `path` may have a query. */
export function createSites(state: ShopState): (visit: Omit<Visit, 'shop'>) => Answer | undefined {
  return (asked) => {
    const found = shopOfHost(asked.host);
    if (!found) return undefined;
    const { pathname, searchParams } = new URL(asked.path, `http://${asked.host}`);
    const visit = { ...asked, shop: found.shop, path: pathname, query: searchParams.get('q') ?? '' };
    return answer(state, visit, found.www);
  };
}

function answer(state: ShopState, visit: Visit, www: boolean): Answer {
  const site = state.site(visit.shop);
  if (visit.path === '/robots.txt') {
    if (site.robots === null && site.robotsStatus === null) return robotsOf(visit, www);
    return plainText(site.robots ?? '', site.robotsStatus ?? 200);
  }
  if (www) return redirect(`http://${visit.host.replace(/^www\./i, '')}${visit.path}`, 301);
  const picture = /^\/pictures\/([\w-]+)\.svg$/.exec(visit.path)?.[1];
  if (picture !== undefined) return pictureOf(state, visit, picture);
  const page = () => pageAt(state, visit);
  return site.obstacle ? (obstacles[site.obstacle]?.(visit, page) ?? page()) : page();
}

function pageAt(state: ShopState, visit: Visit): Answer {
  const [, folder, name = ''] = visit.path.split('/');
  const pages = state.pages(visit.shop);
  if (visit.path === '/') return listing(visit, visit.shop.name, pages.slice(0, 24));
  if (folder === 'c') return category(visit, name, pages);
  if (visit.path === '/search') return results(state, visit);
  if (folder === 'trouble' && Object.hasOwn(obstacles, name))
    return obstacles[name]!(visit, () => product(state, visit, pages[SPECIMEN]!, pages));
  const page = ['p', 'clearance', 'beyond'].includes(folder ?? '') && pages.find(({ key }) => key === name);
  if (!page) return obstacles['not-found']!(visit, () => plainText(''));
  const shown = () => product(state, visit, page, pages);
  return page.obstacle ? (obstacles[page.obstacle]?.(visit, shown) ?? shown()) : shown();
}

function product(state: ShopState, { shop, host, country }: Visit, offer: Shown, pages: readonly Shown[]): Answer {
  const site = state.site(shop);
  const from = site.country ?? (shop.slug === WORLDLY ? country : undefined);
  const view = viewOf({ shop, origin: `http://${host}`, offer, pages, country: from });
  return html(productPage(view, site.make));
}

function category(visit: Visit, name: string, pages: readonly Shown[]): Answer {
  const found = pages.filter(({ product: { category: of }, ours }) => of === name && ours !== null);
  if (found.length === 0) return obstacles['not-found']!(visit, () => plainText(''));
  return listing(visit, name, found);
}

/** What was asked for is repeated, as shops do, and found or not. */
function results(state: ShopState, visit: Visit): Answer {
  const { shop, host, query = '' } = visit;
  const urls = query === '' ? [] : findPages(state, shop, host, query).map(({ url }) => url);
  const found = state.pages(shop).filter(({ key }) => urls.includes(`http://${host}/p/${key}`));
  return listing(visit, `${found.length} × “${query}”`, found.slice(0, MOST_FOUND));
}

function listing({ shop, host }: Visit, title: string, pages: readonly Shown[]): Answer {
  const items = pages.map(
    (page) =>
      `<li><a href="/p/${page.key}">${escapeHtml(page.title)}</a> <span class="card-price">${escapeHtml(priceText(page.amount, shop.currency, shop.locale))}</span></li>`,
  );
  const main = `<h1>${escapeHtml(title)}</h1><ul>${items.join('')}</ul>`;
  return html(shopLayout(shop, { title: `${title} | ${shop.name}`, main, origin: `http://${host}` }));
}

function pictureOf(state: ShopState, { shop }: Visit, slug: string): Answer {
  const found = state.pages(shop).find(({ product: { slug: name } }) => name === slug);
  if (!found) return plainText('', 404);
  const body = drawProduct(found.product);
  return { status: 200, headers: { 'Content-Type': 'image/svg+xml' }, body };
}
