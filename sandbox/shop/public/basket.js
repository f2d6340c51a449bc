/** What the customer wants to buy, kept in this browser. Prices in it are for show: the shop prices the order itself. */
const KEY = 'stockroom.basket';
const ORDERED = 'stockroom.ordered';
const listeners = new Set();

/** @type {{sku: string, name: string, picture: object | null, prices: Record<string, number>, quantity: number}[]} */
let lines = load();

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((line) => typeof line?.sku === 'string' && line.quantity > 0) : [];
  } catch {
    return [];
  }
}

function change(next) {
  lines = next;
  localStorage.setItem(KEY, JSON.stringify(lines));
  for (const listener of listeners) listener();
}

export const basketLines = () => lines;
export const countUnits = () => lines.reduce((sum, line) => sum + line.quantity, 0);
export const subtotalIn = (currency) =>
  lines.reduce((sum, line) => sum + (line.prices[currency] ?? 0) * line.quantity, 0);
export const onBasketChange = (listener) => listeners.add(listener);

export function addToBasket(item) {
  const there = lines.find((line) => line.sku === item.sku);
  if (there) setQuantity(item.sku, there.quantity + 1);
  else change([...lines, { ...item, quantity: 1 }]);
}

/** Zero takes the line out. */
export function setQuantity(sku, quantity) {
  const wanted = Math.min(Math.max(Math.trunc(quantity) || 0, 0), 999);
  change(
    lines.map((line) => (line.sku === sku ? { ...line, quantity: wanted } : line)).filter((line) => line.quantity > 0),
  );
}

/** Puts a line in as it is, in place of one that is there. */
export const putBack = (line) => change([...lines.filter(({ sku }) => sku !== line.sku), line]);

/** Empties the basket; what was in it last is kept for when the order is refused. */
export function emptyBasket() {
  sessionStorage.setItem(ORDERED, JSON.stringify(lines));
  change([]);
}

/** The line of the last order for this SKU, with its picture and prices. */
export const findOrdered = (sku) =>
  JSON.parse(sessionStorage.getItem(ORDERED) ?? '[]').find((line) => line.sku === sku);

/** Another tab may have changed it. */
window.addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  lines = load();
  for (const listener of listeners) listener();
});
