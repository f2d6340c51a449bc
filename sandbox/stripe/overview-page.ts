import express, { type Router } from 'express';
import { FAULT_KINDS } from '../faults.ts';
import { readBalance } from './balance.ts';
import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { escapeHtml } from './html.ts';
import { button, layout, table } from './overview-layout.ts';
import { renderSection, SECTIONS, time } from './overview-tables.ts';
import type { Webhooks } from './webhooks.ts';

const SHOWN = 25;
const SHOWN_OF_ONE_KIND = 500;

/** Pages that show what the sandbox holds and offer its switches, for a person in a browser. */
export function createOverview(sandbox: Sandbox, webhooks: Webhooks): Router {
  const router = express.Router();
  router.get('/', (_req, res) => void res.type('html').send(renderOverview(sandbox, webhooks)));
  router.get('/kinds/:kind', (req, res) => {
    const section = SECTIONS.find(({ kind }) => kind === req.params.kind);
    if (!section) return void res.status(404).type('html').send(layout('Nothing', '<p>There is no such kind.</p>'));
    res.type('html').send(layout(section.title, renderSection(sandbox, section, SHOWN_OF_ONE_KIND)));
  });
  router.get('/objects/:id', (req, res) => {
    const found = sandbox.objects.find(req.params.id);
    if (!found) return void res.status(404).type('html').send(layout('Nothing', '<p>There is no such object.</p>'));
    res
      .type('html')
      .send(
        layout(
          found.id,
          `${renderDeliveries(webhooks, found.id)}<pre>${escapeHtml(JSON.stringify(found, null, 2))}</pre>`,
        ),
      );
  });
  return router;
}

function renderOverview(sandbox: Sandbox, webhooks: Webhooks): string {
  const links = SECTIONS.map(({ kind, title }) => `<a href="/sandbox/stripe/kinds/${kind}">${title}</a>`);
  return layout(
    'Sandbox Stripe',
    `<nav>${links.join('')}</nav>${renderState(sandbox, webhooks)}<h2>Faults</h2>${renderFaults(sandbox)}
${SECTIONS.map((section) => renderSection(sandbox, section, SHOWN)).join('')}`,
  );
}

function renderState(sandbox: Sandbox, webhooks: Webhooks): string {
  const counts = Object.entries(webhooks.deliveries.count('we_')).map(([state, n]) => `${n} ${state}`);
  const { available, pending } = readBalance(sandbox);
  const sums = (side: typeof available) =>
    side.map(({ amount, currency }) => escapeHtml(formatAmount(amount, currency))).join(', ');
  return `<p>It is ${time(sandbox.now())} here. Deliveries: ${counts.join(', ') || 'none yet'}. Balance: ${sums(available)} available, ${sums(pending)} pending.
<p>${button('+ 1 hour', 'advance', { body: { seconds: 3_600 } })} ${button('+ 1 day', 'advance', { body: { seconds: 86_400 } })}
${button('+ 7 days', 'advance', { body: { seconds: 604_800 } })} ${button('Pay out now', 'payouts/run')}
${button('A charge from elsewhere', 'charges', { ask: 'amount' })} ${button('A fee of Stripe’s', 'stripe_fees', { ask: 'amount' })}`;
}

function renderFaults(sandbox: Sandbox): string {
  const rows = sandbox.faults
    .list('stripe')
    .map(({ id, kind, provider: _provider, hits, ...rest }) => [
      kind,
      escapeHtml(JSON.stringify(rest)),
      `${hits} hits`,
      `<button data-remove="faults/${escapeHtml(id)}">End</button>`,
    ]);
  const options = FAULT_KINDS.map((kind) => `<option>${kind}</option>`).join('');
  return `<form id="fault"><select name="kind">${options}</select> <input name="times" type="number" min="1" value="1" title="times">
<input name="delay_ms" type="number" min="0" placeholder="delay ms"> <input name="path" placeholder="path, e.g. /v1/refunds*">
<input name="event_type" placeholder="event type"> <button>Add</button></form>${rows.length ? table(['Fault', '', '', ''], rows) : ''}`;
}

/** Where an event was sent, and with what success. */
function renderDeliveries(webhooks: Webhooks, id: string): string {
  if (!id.startsWith('evt_')) return '';
  const deliveries = webhooks.deliveries.list({ eventId: id, limit: 100 }) as Record<string, unknown>[];
  const names = ['target', 'state', 'attempts', 'last_status', 'last_error'];
  const rows = deliveries.map((delivery) => names.map((name) => escapeHtml(String(delivery[name] ?? ''))));
  return `<p>${button('Send again', `events/${id}/resend`)}</p>${table(names, rows)}`;
}
