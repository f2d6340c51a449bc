/** Wires the page together. The address is the state: `/` is the shop, `/?order=…&token=…` an order. */
import { findOrdered, putBack } from './basket.js';
import { openBasket, setUpCheckout, showBasket } from './checkout.js';
import { find, h } from './dom.js';
import { setUpGoods, showGoods } from './goods.js';
import { currentOrder, goToBank, leaveOrder, showOrder } from './order.js';
import { chooseCurrency, currentCurrency, settings } from './settings.js';
import { addressOf, rememberToken, tokenOf } from './tokens.js';

function route(known) {
  const parameters = new URLSearchParams(location.search);
  const id = parameters.get('order');
  const token = parameters.get('token') ?? (id && tokenOf(id));
  // A bank adds its own parameters when it sends the customer back, and may have dropped ours.
  if (id && token && location.search !== addressOf(id, token).slice(1))
    history.replaceState(null, '', addressOf(id, token));
  find('order-view').hidden = !id;
  find('shop-view').hidden = Boolean(id);
  document.querySelector('.search').classList.toggle('away', Boolean(id));
  if (id) showOrder(id, token ?? '', known);
  else {
    leaveOrder();
    showGoods();
  }
}

function go(address, known) {
  history.pushState(null, '', address);
  route(known);
  find('main').focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function onOrder(order) {
  rememberToken(order.id, order.order_token);
  const address = addressOf(order.id, order.order_token);
  if (order.payment_status !== 'requires_action') return go(address, order);
  // The order's own page stays in the history: whoever comes back by the Back button finds it.
  history.pushState(null, '', address);
  if (!goToBank(order)) route(order);
}

/** Puts a refused order's things back into the basket, as many of each as there are. */
function refill() {
  const order = currentOrder();
  for (const { sku, name, quantity, unit_amount } of order?.lines ?? []) {
    const short = order.shortages?.find((each) => each.sku === sku);
    const left = short ? Math.min(short.available, quantity) : quantity;
    const plain = { sku, name, picture: null, prices: { [order.currency]: unit_amount } };
    if (left > 0) putBack({ ...plain, ...findOrdered(sku), quantity: left });
  }
  go('/');
  openBasket();
}

function setUpCurrency() {
  const select = find('currency');
  const chosen = currentCurrency();
  select.append(
    ...settings.currencies.map((code) => h('option', { value: code, selected: code === chosen }, code.toUpperCase())),
  );
  select.addEventListener('change', () => {
    chooseCurrency(select.value);
    showBasket();
    if (!find('shop-view').hidden) showGoods();
  });
}

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-go], .brand');
  if (!target) return;
  event.preventDefault();
  if (target.dataset.go === 'refill') refill();
  else go('/');
});
window.addEventListener('popstate', () => route());

find('links').append(...settings.links.map(({ label, href }) => h('a', { href }, label)));
setUpCurrency();
setUpGoods();
setUpCheckout({ onOrder });
route();
