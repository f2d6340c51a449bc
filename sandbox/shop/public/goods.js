/** The grid: search, categories and currency are the API's own filters. */
import { listProducts } from './api.js';
import { addToBasket } from './basket.js';
import { find, h, toast } from './dom.js';
import { formatMoney } from './money.js';
import { mainImage, picture, smallImage } from './picture.js';
import { currentCurrency } from './settings.js';

const CATEGORIES = [
  ['', 'Everything'],
  ['kitchen', 'Kitchen'],
  ['home', 'Home'],
  ['desk', 'Desk'],
  ['outdoors', 'Outdoors'],
  ['wear', 'Wear'],
];
const FEW = 5;
/** Columns are 250 to some 330 pixels wide; a phone has two. */
const CARD = { sizes: '(max-width: 720px) 46vw, 300px', width: 600, height: 600 };
/** How long pictures that are being made are asked for again. */
const LOOK_MS = 2_000;
const LOOKS = 150;
const state = { query: '', category: '', cursor: null, asked: 0, looks: 0 };

export function setUpGoods() {
  find('categories').append(...CATEGORIES.map(chip));
  find('search').addEventListener('submit', (event) => event.preventDefault());
  let typing;
  find('query').addEventListener('input', (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => showGoods({ query: event.target.value.trim() }), 200);
  });
  find('more').addEventListener('click', () => load(state.cursor));
}

function chip([slug, name]) {
  const pick = () => showGoods({ category: slug, query: find('query').value.trim() });
  return h('button', { type: 'button', onclick: pick, 'data-category': slug, 'aria-pressed': slug === '' }, name);
}

/** Shows the first page of what is searched for now. */
export async function showGoods(change = {}) {
  Object.assign(state, change);
  for (const button of find('categories').children) {
    button.setAttribute('aria-pressed', String(button.dataset.category === state.category));
  }
  await load(null);
}

async function load(cursor) {
  const asked = ++state.asked;
  const currency = currentCurrency();
  try {
    const page = await listProducts({ query: state.query, category: state.category, currency, cursor });
    // A slow answer to an older question must not overwrite a newer one.
    if (asked !== state.asked) return;
    const cards = page.data.map((product) => card(product, currency));
    if (cursor) find('grid').append(...cards);
    else find('grid').replaceChildren(...cards);
    state.cursor = page.next_cursor;
    find('more').hidden = !page.has_more;
    state.looks = 0;
    if (!cursor) setTimeout(lookForPictures, LOOK_MS, asked);
    say(page.data.length || cursor ? '' : `Nothing here for “${state.query}”. Try a shorter word.`);
  } catch (error) {
    if (asked === state.asked) say(error.message);
  }
}

/** The first page's pictures that were not ready yet, put in where their products stand. */
async function lookForPictures(asked) {
  const waiting = [...find('grid').querySelectorAll('.card .waiting')];
  if (asked !== state.asked || waiting.length === 0 || ++state.looks > LOOKS) return;
  const { query, category } = state;
  const page = await listProducts({ query, category, currency: currentCurrency(), cursor: null }).catch(
    () => undefined,
  );
  if (asked !== state.asked) return;
  for (const product of page?.data ?? []) {
    const place = find('grid').querySelector(`[data-slug="${CSS.escape(product.slug)}"] .waiting`);
    if (place && mainImage(product)) place.replaceWith(pictureOf(product));
  }
  setTimeout(lookForPictures, LOOK_MS, asked);
}

/** Products as they were heard of last: what is put into the basket has the picture that is shown. */
const latest = new Map();

function pictureOf(product) {
  latest.set(product.slug, product);
  const image = mainImage(product);
  return picture(image, { ...CARD, alt: image?.alt || product.name });
}

const say = (text) => {
  find('shop-message').textContent = text;
};

function card(product, currency) {
  const variants = product.variants.filter((variant) => priceOf(variant, currency));
  const chosen = variants.find((variant) => variant.available !== 0) ?? variants[0];
  if (!chosen) return h('li', { hidden: true });
  const details = h('div', {});
  const pick = h(
    'select',
    { 'aria-label': `Choose a ${product.name}`, onchange: () => show(variants[pick.selectedIndex]) },
    ...variants.map((variant) =>
      h('option', { value: variant.sku, selected: variant === chosen }, variant.name || variant.sku),
    ),
  );
  const add = h('button', { className: 'primary', type: 'button', onclick: () => put(product, current) }, 'Add');
  let current = chosen;
  const show = (variant) => {
    current = variant;
    details.replaceChildren(...priceAndStock(variant, currency));
    add.dataset.sku = variant.sku;
    add.disabled = variant.available === 0;
    add.textContent = add.disabled ? 'Sold out' : 'Add';
    add.setAttribute('aria-label', `Add ${nameOf(product, variant)} to the basket`);
  };
  show(chosen);
  return h(
    'li',
    { className: 'card', 'data-slug': product.slug },
    pictureOf(product),
    h(
      'div',
      { className: 'card-body' },
      h('h2', {}, product.name),
      h('p', { className: 'text' }, product.description),
      details,
      h('div', { className: 'buy' }, variants.length > 1 && pick, add),
    ),
  );
}

function put(product, variant) {
  const prices = Object.fromEntries(variant.prices.map((price) => [price.currency, price.amount]));
  addToBasket({
    sku: variant.sku,
    name: nameOf(product, variant),
    picture: smallImage(latest.get(product.slug)),
    prices,
  });
  toast(`${nameOf(product, variant)} is in your basket.`);
}

const nameOf = (product, variant) => (variant.name ? `${product.name}, ${variant.name}` : product.name);
const priceOf = (variant, currency) => variant.prices.find((price) => price.currency === currency);

function priceAndStock(variant, currency) {
  const { amount, compare_at_amount: before } = priceOf(variant, currency);
  const old = before ? h('s', { 'aria-label': 'before' }, formatMoney(before, currency)) : null;
  return [h('p', { className: 'price' }, formatMoney(amount, currency), old), stockOf(variant.available)];
}

function stockOf(available) {
  if (typeof available !== 'number') return '';
  if (available <= 0) return h('p', { className: 'stock none' }, 'None left');
  if (available === 1) return h('p', { className: 'stock few' }, 'The last one');
  if (available <= FEW) return h('p', { className: 'stock few' }, `Only ${available} left`);
  return h('p', { className: 'stock' }, 'In stock');
}
