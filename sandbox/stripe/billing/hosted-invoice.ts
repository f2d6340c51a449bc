import express, { type Request, type Response, type Router } from 'express';
import type { Sandbox } from '../context.ts';
import { formatAmount } from '../currencies.ts';
import { StripeError } from '../errors.ts';
import { escapeHtml } from '../html.ts';
import { takePaymentMethod } from '../payment-methods.ts';
import { Answer } from '../routes.ts';
import { linesOf } from './build-invoice.ts';
import { chargeInvoice } from './collect-invoice.ts';
import { onClock } from './time.ts';
import type { Invoice } from './types.ts';

const CARDS = [
  ['pm_card_visa', '4242 4242 4242 4242, which pays'],
  ['pm_card_chargeDeclined', '4000 0000 0000 0002, which is declined'],
  ['pm_card_authenticationRequired', '4000 0027 6000 3184, whose bank asks'],
];

/** The page that an invoice's link leads to: what is owed, and a card to pay it with. */
export function createHostedInvoices(sandbox: Sandbox): Router {
  const router = express.Router();
  router.get('/:invoice', (req, res) => {
    const invoice = sandbox.objects.find<Invoice>(req.params.invoice, 'invoice');
    if (invoice && invoice.status !== 'draft') res.type('html').send(render(sandbox, invoice));
    else res.status(404).type('html').send(page('<p>There is no such invoice.</p>'));
  });
  router.post('/:invoice', express.urlencoded({ extended: false }), express.json(), (req, res) =>
    pay(sandbox, req, res),
  );
  return router;
}

/** Pays with a test card, by the form or in JSON (`{ "card": "pm_card_visa" }`, answered with what became of the invoice). */
function pay(sandbox: Sandbox, req: Request<{ invoice: string }>, res: Response): void {
  const { card } = (req.body ?? {}) as { card?: unknown };
  const isProgram = req.is('json') !== false;
  const refuse = (status: number, message: string) => {
    if (isProgram) res.status(status).json({ error: { message } });
    else
      res
        .status(status)
        .type('html')
        .send(page(`<p>${escapeHtml(message)}</p><p><a href="${escapeHtml(req.originalUrl)}">Back</a></p>`));
  };
  try {
    const result = sandbox.store.transaction(() => charge(sandbox, req.params.invoice, String(card ?? 'pm_card_visa')));
    if (!result) return void refuse(404, 'There is no such invoice to be paid.');
    const { declined, next, invoice } = result;
    if (isProgram)
      res.json({
        invoice: invoice.id,
        status: invoice.status,
        declined: declined ?? null,
        authenticate_at: next ?? null,
      });
    else if (next) res.redirect(303, next);
    else if (declined) refuse(402, declined);
    else res.redirect(303, req.originalUrl);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    refuse(error.status, error.message);
  }
}

interface Charged {
  invoice: Invoice;
  declined?: string;
  /** Where the bank asks. */
  next?: string;
}

function charge(sandbox: Sandbox, id: string, card: string): Charged | undefined {
  const invoice = sandbox.objects.find<Invoice>(id, 'invoice');
  if (!invoice || (invoice.status !== 'open' && invoice.status !== 'uncollectible')) return undefined;
  const then = onClock(sandbox, invoice.test_clock);
  const result = chargeInvoice(then, invoice, takePaymentMethod(sandbox, card, 'card').id, true);
  const after = sandbox.objects.find<Invoice>(id, 'invoice') ?? invoice;
  if (result instanceof Answer)
    return { invoice: after, declined: String((result.body as { message: string }).message) };
  const action = result?.next_action?.redirect_to_url as { url: string } | undefined;
  return { invoice: after, ...(action ? { next: action.url } : {}) };
}

function render(sandbox: Sandbox, invoice: Invoice): string {
  const { amount_remaining: owed, currency, number, status } = invoice;
  const rows = linesOf(sandbox, invoice)
    .map(
      (line) =>
        `<tr><td>${escapeHtml(line.description ?? '')}</td><td>${formatAmount(line.amount, currency)}</td></tr>`,
    )
    .join('');
  const total = `<tr><th>Total</th><th>${formatAmount(invoice.total, currency)}</th></tr>`;
  const options = CARDS.map(([value, text]) => `<option value="${value}">${text}</option>`).join('');
  const form =
    status === 'open' || status === 'uncollectible'
      ? `<form method="post"><label>Test card <select name="card">${options}</select></label><button class="go">Pay ${formatAmount(owed, currency)}</button></form>`
      : `<p>This invoice is <b>${status}</b>.</p>`;
  return page(`<p>Invoice <b>${escapeHtml(number ?? '')}</b></p><table>${rows}${total}</table>${form}`);
}

const page = (
  content: string,
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Invoice (sandbox)</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{font:16px/1.5 system-ui;background:#eef1f6;color:#1b2333;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;border-radius:12px;box-shadow:0 8px 30px #0002;padding:2rem;max-width:34rem}
h1{font-size:1.1rem;margin:0 0 1rem}table{border-collapse:collapse;width:100%;margin-bottom:1rem}
td,th{padding:.25rem .5rem;text-align:left}td+td,th+th{text-align:right}
form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}select,button{font:inherit;padding:.5rem .8rem;border-radius:8px;border:1px solid #b9c2d0;background:#fff}
.go{background:#1f6f54;border-color:#1f6f54;color:#fff;cursor:pointer}</style></head><body><main><h1>Sandbox shop · invoice</h1>${content}</main></body></html>`;
