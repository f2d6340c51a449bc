import express, { type Router } from 'express';
import { FAULT_KINDS } from '../faults.ts';
import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { escapeHtml } from './html.ts';
import type { StripeObject } from './types.ts';
import type { Webhooks } from './webhooks.ts';

const SHOWN = 50;

/** A page that shows what the sandbox holds and offers its switches, for a person in a browser. */
export function createOverview(sandbox: Sandbox, webhooks: Webhooks): Router {
  const router = express.Router();
  router.get('/', (_req, res) => void res.type('html').send(renderOverview(sandbox, webhooks)));
  router.get('/objects/:id', (req, res) => {
    const found = sandbox.objects.find(req.params.id);
    if (found) res.type('html').send(layout(found.id, `<pre>${escapeHtml(JSON.stringify(found, null, 2))}</pre>`));
    else res.status(404).type('html').send(layout('Nothing', '<p>There is no such object.</p>'));
  });
  return router;
}

function renderOverview(sandbox: Sandbox, webhooks: Webhooks): string {
  const newest = (kind: string) =>
    sandbox.objects
      .page({ kind, where: {}, order: 'DESC', limit: SHOWN })
      .map((row): StripeObject => JSON.parse(row.body));
  const counts = Object.entries(webhooks.deliveries.count('we_')).map(([state, n]) => `${n} ${state}`);
  return layout(
    'Sandbox Stripe',
    `<p>It is ${time(sandbox.now())} here. Deliveries: ${counts.join(', ') || 'none yet'}.
<button data-post="advance" data-body='{"seconds":3600}'>+ 1 hour</button> <button data-post="advance" data-body='{"seconds":86400}'>+ 1 day</button></p>
<h2>Faults</h2>${renderFaults(sandbox)}
<h2>Payments</h2><table><tr><th>Intent<th>Amount<th>Status<th>Metadata<th>Created</tr>${newest('payment_intent').map(intentRow).join('')}</table>
<h2>Refunds</h2><table><tr><th>Refund<th>Amount<th>Status<th>Charge<th>Created</tr>${newest('refund').map(refundRow).join('')}</table>
<h2>Events</h2><table><tr><th>Event<th>Type<th>About<th>Created<th></tr>${newest('event').map(eventRow).join('')}</table>`,
  );
}

function renderFaults(sandbox: Sandbox): string {
  const rows = sandbox.faults.list('stripe').map((fault) => {
    const { id, kind, provider: _provider, hits, ...rest } = fault;
    return `<tr><td>${kind}<td>${escapeHtml(JSON.stringify(rest))}<td>${hits} hits<td><button data-delete="faults/${id}">End</button></tr>`;
  });
  const options = FAULT_KINDS.map((kind) => `<option>${kind}</option>`).join('');
  return `<form id="fault"><select name="kind">${options}</select> <input name="times" type="number" min="1" value="1" title="times">
<input name="delay_ms" type="number" min="0" placeholder="delay ms"> <input name="path" placeholder="path, e.g. /v1/refunds*">
<input name="event_type" placeholder="event type"> <button>Add</button></form><table>${rows.join('')}</table>`;
}

const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
const link = (id: unknown) =>
  id ? `<a href="/sandbox/stripe/objects/${escapeHtml(String(id))}">${escapeHtml(String(id))}</a>` : '';
const money = (object: StripeObject) => formatAmount(Number(object.amount), String(object.currency));

const intentRow = (intent: StripeObject) =>
  `<tr><td>${link(intent.id)}<td class="n">${money(intent)}<td>${status(intent)}<td>${escapeHtml(JSON.stringify(intent.metadata))}<td>${time(intent.created)}</tr>`;

const status = (intent: StripeObject) =>
  intent.status === 'requires_action'
    ? `<a href="/sandbox/stripe/3ds/${intent.id}">requires_action</a>`
    : String(intent.status);

const refundRow = (refund: StripeObject) =>
  `<tr><td>${link(refund.id)}<td class="n">${money(refund)}<td>${refund.status}<td>${link(refund.charge)}<td>${time(refund.created)}</tr>`;

function eventRow(event: StripeObject): string {
  const { object } = event.data as { object: StripeObject };
  return `<tr><td>${link(event.id)}<td>${event.type}<td>${link(object.id)}<td>${time(event.created)}<td><button data-post="events/${event.id}/resend">Send again</button></tr>`;
}

const SCRIPT = `
const call = (method, path, body) => fetch('/sandbox/stripe/control/' + path, { method, headers: { 'content-type': 'application/json' }, body }).then(async (answer) => {
  if (answer.ok) location.reload(); else alert((await answer.json()).error.message);
});
document.addEventListener('click', ({ target }) => {
  if (target.dataset.post) call('POST', target.dataset.post, target.dataset.body || '{}');
  if (target.dataset.delete) call('DELETE', target.dataset.delete);
});
document.getElementById('fault')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const { kind, times, delay_ms, path, event_type } = Object.fromEntries(new FormData(event.target));
  const match = { ...(path && { path }), ...(event_type && { event_type }) };
  call('POST', 'faults', JSON.stringify({ kind, match, ...(times && { times: Number(times) }), ...(delay_ms && { delay_ms: Number(delay_ms) }) }));
});`;

const layout = (title: string, content: string) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>
body{font:15px/1.5 system-ui;color:#1b2333;background:#f6f7fa;margin:0 auto;max-width:70rem;padding:1rem}
h1{font-size:1.3rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}table{border-collapse:collapse;width:100%;background:#fff;display:block;overflow-x:auto}
td,th{padding:.35rem .6rem;border-bottom:1px solid #e3e7ee;text-align:left;white-space:nowrap}.n{text-align:right}
pre{background:#fff;padding:1rem;overflow:auto}button,input,select{font:inherit;padding:.2rem .5rem}a{color:#1f5fbf}</style></head>
<body><h1><a href="/sandbox/stripe">Sandbox Stripe</a></h1>${content}<script>${SCRIPT}</script></body></html>`;
