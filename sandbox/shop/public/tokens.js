/** The tokens of this browser's orders, so that a link to an order without one still opens here. */
const KEY = 'stockroom.orders';
const KEPT = 50;

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function rememberToken(id, token) {
  const others = load().filter((order) => order?.id !== id);
  localStorage.setItem(KEY, JSON.stringify([{ id, token }, ...others].slice(0, KEPT)));
}

export const tokenOf = (id) => load().find((order) => order?.id === id)?.token;

export const addressOf = (id, token) => `/?${new URLSearchParams({ order: id, token })}`;
