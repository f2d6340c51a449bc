/** A shop's page of one offer as people see it; how machines are told the same is the make's. */
import { escapeHtml } from '../page.ts';
import { makes } from './makes/all-makes.ts';
import { type Marks, RATING } from './makes/marks.ts';
import { shopLayout } from './shop-layout.ts';
import type { Make } from './shops.ts';
import type { Shown } from './state.ts';
import type { View } from './view.ts';

export function productPage(view: View, make: Make): string {
  const marks = makes[make](view);
  const { offer } = view;
  const description = `<meta name="description" content="${escapeHtml(offer.product.description)}">`;
  const canonical = `<link rel="canonical" href="${escapeHtml(view.url)}">`;
  const main = `<div class="product"${marks.product}>
<img${marks.image} src="${view.image}" alt="${escapeHtml(offer.title)}" width="320" height="320">
<div><p class="maker"><span${marks.brand}>${escapeHtml(offer.brand)}</span></p>
<h1 class="${marks.classes.name}"${marks.name}>${escapeHtml(offer.title)}</h1>
<p class="stars"${marks.rating}>★ ${RATING.value} · ${RATING.count} ${view.words.reviews}${marks.ratingMore}</p>
${buyBox(view, marks)}
<p${marks.description}>${escapeHtml(offer.product.description)}</p>
${details(view)}${variantList(view)}${marks.productMore}</div></div>
${relatedList(view, marks)}`;
  return shopLayout(view.shop, {
    ...{ title: `${offer.title} | ${view.shop.name}`, head: `${description}\n${canonical}\n${marks.head}`, main },
    origin: view.origin,
  });
}

function buyBox(view: View, marks: Marks): string {
  const { offer, words, shop } = view;
  const { classes } = marks;
  const was =
    offer.listAmount === null
      ? ''
      : `<s class="${classes.was}">${words.was} ${escapeHtml(view.text(offer.listAmount))}</s>`;
  const used = offer.condition === 'used' ? `<p class="condition">${words.used}</p>` : '';
  const seller = offer.seller ? `<p class="seller">${words.soldBy} ${escapeHtml(offer.seller)}</p>` : '';
  const tax = shop.taxIncluded ? `<small class="tax">${words.tax}</small>` : '';
  const buy = offer.availability === 'out_of_stock' || offer.availability === 'discontinued';
  return `<div class="buy"${marks.offer}>
<p>${was} <span class="${classes.price}">${escapeHtml(priceOf(view))}</span> ${tax}</p>
${unitPrice(view)}${shipping(view)}${used}${seller}
<p class="${classes.stock}">${words.stock[offer.availability]}</p>
${marks.offerMore}<button${buy ? ' disabled' : ''}>${words.buy}</button></div>`;
}

function priceOf({ kind, offer, upper, text, words }: View): string {
  if (kind === 'from') return `${words.from} ${text(offer.amount)}`;
  return kind === 'range' ? `${text(offer.amount)} – ${text(upper)}` : text(offer.amount);
}

/** Where goods are sold by weight, the law wants the price of a kilogram beside theirs. */
function unitPrice({ offer, kind, text, shop }: View): string {
  if (offer.grams === null || kind !== 'exact' || !shop.taxIncluded) return '';
  const perKilogram = Math.round((offer.amount * 1_000) / (offer.grams * offer.packCount));
  return `<p class="unit">(${escapeHtml(text(perKilogram))} / 1 kg)</p>`;
}

function shipping({ shop, words, text, currency }: View): string {
  if (shop.shipping === undefined || currency !== shop.currency) return '';
  return `<p class="shipping">${shop.shipping === 0 ? words.freeShipping : `${words.shipping} ${escapeHtml(text(shop.shipping))}`}</p>`;
}

function details({ offer }: View): string {
  const rows: [string, string][] = [
    ...Object.entries(offer.attributes),
    ['SKU', offer.sku],
    ['MPN', offer.mpn],
    ...(offer.gtin ? ([['EAN', offer.gtin]] satisfies [string, string][]) : []),
  ];
  const items = rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}

const variantList = ({ variants, text, linkOf }: View): string =>
  variants.length === 0
    ? ''
    : `<ul class="variants">${variants.map((each) => `<li><a href="${linkOf(each)}">${escapeHtml(each.title)}</a> ${escapeHtml(text(each.amount))}</li>`).join('')}</ul>`;

function relatedList({ related, words, text, linkOf }: View, marks: Marks): string {
  const card = (each: Shown) =>
    `<li${marks.related}><a href="${linkOf(each)}"><span${marks.relatedName}>${escapeHtml(each.title)}</span></a>
<span class="card-price">${escapeHtml(text(each.amount))}</span>${marks.relatedMore(each.amount)}</li>`;
  return `<aside class="related"><h2>${words.related}</h2><ul>${related.map(card).join('')}</ul></aside>`;
}
