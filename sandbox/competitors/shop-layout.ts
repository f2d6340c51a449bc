/** What all pages of a shop have around them. */
import { escapeHtml } from '../page.ts';
import type { Shop } from './shops.ts';

export interface ShopPage {
  title: string;
  /** HTML, as are the others. */
  head?: string;
  main: string;
  origin: string;
}

const STYLE = `body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff}header,footer{background:var(--shop);color:#fff;padding:12px 20px}
header a{color:#fff;margin-right:16px;text-decoration:none}main{max-width:960px;margin:24px auto;padding:0 20px}.product{display:flex;flex-wrap:wrap;gap:32px}
.product>div{flex:1;min-width:260px}.product img{max-width:100%;border-radius:8px}h1{font-size:26px;margin:4px 0}.buy{border:1px solid #ddd;border-radius:8px;padding:16px;margin:16px 0}
s{color:#888}button{background:var(--shop);color:#fff;border:0;border-radius:6px;padding:10px 18px;font:inherit}button:disabled{opacity:.4}
[class*=price]:not([class*=was]),[class*=pris]:not([class*=ord]),.preis,.css-9pz,.vara-belopp{font-size:24px;font-weight:700}.card-price{font-size:16px!important;font-weight:400!important}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:#888}dd{margin:0}.related ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:16px;list-style:none;padding:0}`;

export function shopLayout(shop: Shop, { title, head = '', main, origin }: ShopPage): string {
  const links = shop.categories.map((category) => `<a href="${origin}/c/${category}">${category}</a>`).join('');
  return `<!doctype html>
<html lang="${shop.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title>
${head}
<style>:root{--shop:${shop.color}}${STYLE}</style></head>
<body><header><a href="${origin}/"><strong>${escapeHtml(shop.name)}</strong></a>${links}</header>
<main>${main}</main>
<footer>© ${escapeHtml(shop.name)}</footer></body></html>`;
}
