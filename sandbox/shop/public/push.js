/**
 * Pushes about one order: offered where the shop has a key for them and the browser can, asked for by a click. Where push services
 * are played, so is the browser: its messages are shown at /push.
 */
import { readPushKey, removePush, savePush } from './api.js';
import { h } from './dom.js';
import { settings } from './settings.js';

const KEY = 'stockroom.pushes';
const WORKER = '/shop/push-worker.js';

/** The endpoints by order that this browser asked for. */
function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

function keep(id, endpoint) {
  const { [id]: _, ...others } = load();
  localStorage.setItem(KEY, JSON.stringify(endpoint ? { ...others, [id]: endpoint } : others));
}

const isPossible = () =>
  settings.playsPush ||
  ('serviceWorker' in navigator && 'PushManager' in window && globalThis.Notification?.permission !== 'denied');

/** @param {() => string | undefined} label what a played browser is called */
export function pushPanel(id, token, label) {
  const panel = h('div', { className: 'panel', id: 'push-panel', hidden: true });
  if (isPossible()) offer({ panel, id, token, label });
  return panel;
}

async function offer(view) {
  // Without an answer nothing is offered, and nobody misses it.
  const { public_key: key } = await readPushKey().catch(() => ({ public_key: null }));
  if (!key) return;
  show({ ...view, key });
  view.panel.hidden = false;
}

function show(view, problem = '') {
  const endpoint = load()[view.id];
  const [text, name, act] = endpoint
    ? ['This browser is told what happens to the order.', 'Stop', () => unsubscribe(view, endpoint)]
    : [
        'What happens to the order can be told to this browser, also when the page is closed.',
        'Tell me',
        () => subscribe(view),
      ];
  const button = h('button', { className: 'quiet', type: 'button', id: 'push-button' }, name);
  button.addEventListener('click', async () => {
    button.disabled = true;
    show(view, await act().catch((error) => error.message));
  });
  view.panel.replaceChildren(
    h('h2', {}, 'Messages'),
    h('p', { className: 'fine' }, text, endpoint && settings.playsPush && shownAt()),
    h('p', { className: 'error', role: 'alert' }, problem ?? ''),
    button,
  );
}

const shownAt = () => h('span', {}, ' The browser is played: ', h('a', { href: '/push' }, 'see its messages'), '.');

/** The order of it matters: the browser's own question must follow the click at once. */
async function subscribe({ id, token, key, label }) {
  const subscription = settings.playsPush ? await subscribePlayed(key, label()) : await subscribeBrowser(key);
  const { endpoint, keys } = subscription;
  await savePush(id, token, { endpoint, keys });
  keep(id, endpoint);
}

async function unsubscribe({ id, token }, endpoint) {
  await removePush(id, token, endpoint).catch((error) => {
    if (error.status !== 404) throw error;
  });
  keep(id, undefined);
}

async function subscribePlayed(key, label) {
  const body = JSON.stringify({ application_server_key: key, label });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/push/subscriptions', { method: 'POST', headers, body });
  if (!answer.ok) throw new Error('The played push service does not answer.');
  return answer.json();
}

async function subscribeBrowser(key) {
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('The browser may not show messages.');
  const registration = await navigator.serviceWorker.register(WORKER);
  const bytes = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  const applicationServerKey = Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  return subscription.toJSON();
}
