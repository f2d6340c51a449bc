/** One order, live: its state is read from the API whenever its event stream says that something happened. */
import { followOrder, payOrder, readOrder } from './api.js';
import { cardChoices, chosenCard } from './cards.js';
import { find, h, safeUrl } from './dom.js';
import { orderPanels } from './order-panels.js';
import { pushPanel } from './push.js';
import { timelineEntry } from './timeline.js';

const PAY_GROUP = 'pay_card';
let shown;

/** Follows an order until another one, or none, is shown. */
export function showOrder(id, token, known) {
  leaveOrder();
  const view = {
    id,
    token,
    order: undefined,
    seen: new Set(),
    timeline: h('ol', { className: 'timeline', 'aria-live': 'polite' }),
    push: pushPanel(id, token, () => view.order?.number),
  };
  shown = view;
  find('order-view').replaceChildren(h('p', { className: 'message', role: 'status' }, 'Looking for your order …'));
  if (known) render(view, known);
  refresh(view);
  view.stream = followOrder(id, token);
  view.stream.onmessage = (message) => receive(view, JSON.parse(message.data));
  view.stream.onopen = () => setLive(view, true);
  view.stream.onerror = () => setLive(view, false);
}

export function leaveOrder() {
  shown?.stream?.close();
  clearTimeout(shown?.waiting);
  shown = undefined;
}

function receive(view, event) {
  if (view !== shown || view.seen.has(event.sequence)) return;
  view.seen.add(event.sequence);
  view.timeline.append(timelineEntry(event));
  // A burst of events asks for the order once.
  clearTimeout(view.waiting);
  view.waiting = setTimeout(() => refresh(view), 60);
}

async function refresh(view) {
  try {
    const order = await readOrder(view.id, view.token);
    if (view === shown) render(view, order);
  } catch (error) {
    if (view !== shown || view.order) return;
    const text = error.status === 0 ? error.message : 'There is no such order, or the link to it is not complete.';
    find('order-view').replaceChildren(h('p', { className: 'message', role: 'alert' }, text));
  }
}

function render(view, order) {
  if (view.order && order.version < view.order.version) return;
  // A parcel or a payment may have moved without a new version of the order.
  const text = JSON.stringify(order);
  if (view.text === text) return;
  view.order = order;
  view.text = text;
  // Whoever is choosing a card keeps the choice while the rest of the page moves on.
  const chosen = document.querySelector(`input[name="${PAY_GROUP}"]:checked`)?.value;
  const live = h(
    'span',
    { className: `live${view.live ? ' on' : ''}`, id: 'live' },
    view.live ? 'live' : 'connecting …',
  );
  find('order-view').replaceChildren(
    orderPanels({ order, timeline: view.timeline, live, action: actionOf(view, order), push: view.push }),
  );
  const again = chosen && document.querySelector(`input[name="${PAY_GROUP}"][value="${CSS.escape(chosen)}"]`);
  if (again) again.checked = true;
}

function setLive(view, on) {
  view.live = on;
  const mark = find('live');
  if (view !== shown || !mark) return;
  mark.className = `live${on ? ' on' : ''}`;
  mark.textContent = on ? 'live' : 'connecting …';
}

/** What the customer has to do now, if anything. */
function actionOf(view, order) {
  if (order.status !== 'awaiting_payment') return null;
  if (order.payment_status === 'requires_action') return confirmation(order);
  if (order.payment_status === 'requires_payment_method') return payment(view, order);
  return null;
}

function confirmation(order) {
  const url = safeUrl(order.payment.next_action_url ?? '');
  if (!url || !order.payment.next_action_url) return null;
  return h(
    'div',
    { className: 'panel act', id: 'confirm-panel' },
    h('h2', {}, 'Your bank asks for a confirmation'),
    h('p', {}, 'The payment goes through when you confirm it on the bank’s page. You come back here afterwards.'),
    h('a', { className: 'primary', href: url, id: 'confirm-payment' }, 'Continue to the bank'),
  );
}

function payment(view, order) {
  const error = h('p', { className: 'error', role: 'alert' });
  const button = h('button', { className: 'primary', type: 'submit', id: 'pay-again' }, 'Pay with this card');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = 'Paying …';
    error.textContent = '';
    try {
      const next = await payOrder(view.id, view.token, chosenCard(PAY_GROUP));
      if (goToBank(next)) return;
      if (view === shown) render(view, next);
    } catch (problem) {
      error.textContent = problem.message;
    }
    button.disabled = false;
    button.textContent = 'Pay with this card';
    refresh(view);
  };
  const reason = order.payment.last_error?.message ?? 'The order has no payment yet.';
  return h(
    'form',
    { className: 'panel alert', id: 'pay-panel', onsubmit: submit },
    h('h2', {}, order.payment.last_error ? 'The card was not accepted' : 'Choose a card'),
    h('p', { id: 'pay-reason' }, `${reason} Your things stay set aside: choose another card.`),
    h('div', { className: 'choices', role: 'radiogroup', 'aria-label': 'Test card' }, ...cardChoices(PAY_GROUP)),
    error,
    button,
  );
}

/** Follows the payment to the bank's page when it asks for that. Only after a click of the customer's own. */
export function goToBank(order) {
  const url = order.payment_status === 'requires_action' && safeUrl(order.payment.next_action_url ?? '');
  if (!url || !order.payment.next_action_url) return false;
  location.assign(url);
  return true;
}

/** The order on the page, as it was last read. */
export const currentOrder = () => shown?.order;
