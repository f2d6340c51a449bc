/** Builds elements. Text goes in as text nodes, so nothing that comes from outside is ever read as markup. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `on…` adds a listener; `data-…`, `aria-…`, `role`, `for` become attributes
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (/^(data-|aria-)|^(role|for|href|width|height)$/.test(name)) element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const find = (id) => document.getElementById(id);

/** Only web addresses become links: an API answer cannot smuggle in a `javascript:` one. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
  } catch {
    return undefined;
  }
}

let hiding;

/** Says something in passing, to screen readers too. */
export function toast(text) {
  const element = find('toast');
  element.textContent = text;
  element.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(hideToast, 2600);
}

export const hideToast = () => find('toast').classList.remove('shown');
