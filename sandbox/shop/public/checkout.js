/** The drawer: the basket, the form, and the one request that makes an order of them. */
import { placeOrder } from './api.js';
import { basketLines, countUnits, emptyBasket, onBasketChange, setQuantity, subtotalIn } from './basket.js';
import { cardChoices, chosenCard } from './cards.js';
import { find, h, hideToast } from './dom.js';
import { formatMoney } from './money.js';
import { picture } from './picture.js';
import { currentCurrency } from './settings.js';

const CARD_GROUP = 'checkout_card';
const ATTEMPT = 'stockroom.attempt';

/** @param {{onOrder: (order: object) => void}} hooks */
export function setUpCheckout({ onOrder }) {
  find('checkout-cards').append(...cardChoices(CARD_GROUP));
  find('open-basket').addEventListener('click', openBasket);
  find('close-basket').addEventListener('click', () => find('basket').close());
  find('basket').addEventListener('click', (event) => {
    if (event.target === find('basket')) find('basket').close();
  });
  find('checkout').addEventListener('submit', (event) => {
    event.preventDefault();
    submit(onOrder);
  });
  onBasketChange(showBasket);
  showBasket();
}

export function openBasket() {
  hideToast();
  showBasket();
  find('basket').showModal();
  find('basket').scrollTop = 0;
}

export function showBasket() {
  const lines = basketLines();
  find('basket-count').textContent = String(countUnits());
  find('open-basket').setAttribute('aria-label', `Basket, ${countUnits()} items`);
  find('checkout').hidden = lines.length === 0;
  const focused = document.activeElement?.dataset?.focus;
  find('basket-lines').replaceChildren(...(lines.length ? basket(lines) : [empty()]));
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

const empty = () => h('p', { className: 'empty' }, 'Nothing in it yet.');

function basket(lines) {
  const currency = currentCurrency();
  const sum = h('p', { className: 'subtotal' }, h('span', {}, 'Goods'), formatMoney(subtotalIn(currency), currency));
  return [...lines.map((line) => basketLine(line, currency)), sum];
}

function basketLine({ sku, name, picture: image, prices, quantity }, currency) {
  const set = (next) => () => setQuantity(sku, next);
  const step = (text, next, label) =>
    h(
      'button',
      { type: 'button', onclick: set(next), 'aria-label': `${label} ${name}`, 'data-focus': `${label} ${sku}` },
      text,
    );
  const amount = prices[currency];
  return h(
    'div',
    { className: 'line', 'data-sku': sku },
    picture(image, { sizes: '64px', width: 64, height: 64, alt: '' }),
    h(
      'div',
      {},
      h('b', {}, name),
      h('br'),
      h('small', {}, amount === undefined ? 'not sold in this currency' : formatMoney(amount, currency)),
    ),
    h('span', { className: 'sum' }, formatMoney((amount ?? 0) * quantity, currency)),
    h(
      'div',
      { className: 'stepper' },
      step('−', quantity - 1, 'One less'),
      h('input', {
        type: 'number',
        inputMode: 'numeric',
        min: '0',
        max: '999',
        value: String(quantity),
        'aria-label': `How many ${name}`,
        'data-focus': `count ${sku}`,
        onchange: (event) => setQuantity(sku, Number(event.target.value)),
      }),
      step('+', quantity + 1, 'One more'),
    ),
    h('button', { className: 'remove', type: 'button', onclick: set(0), 'aria-label': `Remove ${name}` }, 'Remove'),
  );
}

async function submit(onOrder) {
  const button = find('place');
  if (button.disabled) return;
  clearErrors();
  button.disabled = true;
  button.textContent = 'Placing your order …';
  try {
    const body = orderBody(new FormData(find('checkout')));
    const order = await placeOrder(body, attemptKey(body));
    sessionStorage.removeItem(ATTEMPT);
    emptyBasket();
    find('basket').close();
    onOrder(order);
  } catch (error) {
    showError(error);
  } finally {
    button.disabled = false;
    button.textContent = 'Place order';
  }
}

function orderBody(form) {
  const text = (name) => String(form.get(name) ?? '').trim();
  const optional = (name) => (text(name) ? { [name]: text(name) } : {});
  return {
    customer: { email: text('email'), ...optional('name') },
    lines: basketLines().map(({ sku, quantity }) => ({ sku, quantity })),
    currency: currentCurrency(),
    shipping_address: {
      ...optional('name'),
      line1: text('line1'),
      city: text('city'),
      ...optional('postal_code'),
      country: text('country'),
    },
    shipping_method: text('shipping_method'),
    payment: { payment_method: chosenCard(CARD_GROUP), confirm: true },
  };
}

/** The same order keeps its key until it is answered, over a reload too; another order gets another. */
function attemptKey(body) {
  const content = JSON.stringify(body);
  const kept = JSON.parse(sessionStorage.getItem(ATTEMPT) ?? 'null');
  if (kept?.content === content) return kept.key;
  const key = crypto.randomUUID();
  sessionStorage.setItem(ATTEMPT, JSON.stringify({ key, content }));
  return key;
}

function clearErrors() {
  find('checkout-error').textContent = '';
  for (const input of find('checkout').querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
}

/** Each error of the answer points at a member of the body, whose last part is the name of a field here. */
function showError(error) {
  const lines = (error.errors ?? []).map(({ pointer, message }) => {
    const name = String(pointer).split('/').at(-1);
    const input = find('checkout').querySelector(`[name="${CSS.escape(name)}"]`);
    input?.setAttribute('aria-invalid', 'true');
    const label = input?.id && document.querySelector(`label[for="${CSS.escape(input.id)}"]`)?.textContent;
    return label ? `${label}: ${message}` : message;
  });
  find('checkout-error').textContent = lines.join(' · ') || error.message;
  find('checkout').querySelector('[aria-invalid]')?.focus();
}
