import express, { type Response, type Router } from 'express';
import type { Sandbox } from './context.ts';
import { formatAmount } from './currencies.ts';
import { StripeError } from './errors.ts';
import { finishAuthentication } from './finish-authentication.ts';
import { escapeHtml } from './html.ts';
import { finishSetup } from './setup-intents.ts';
import type { PaymentIntent, StripeObject } from './types.ts';

/** What a bank's page would do: lets whoever plays the customer complete or fail the authentication. */
export function createThreeDSecure(sandbox: Sandbox): Router {
  const router = express.Router();
  router.get('/:intent', (req, res) => {
    const intent = findIntent(sandbox, req.params.intent);
    if (intent) res.type('html').send(renderPage(intent));
    else res.status(404).type('html').send(page('<p>There is no such payment.</p>'));
  });
  router.post('/:intent', express.urlencoded({ extended: false }), express.json(), (req, res) => {
    const { outcome } = (req.body ?? {}) as { outcome?: unknown };
    complete(sandbox, req.params.intent, outcome === 'fail' ? 'fail' : 'success', res);
  });
  return router;
}

/** Ends the authentication of a payment or setup intent. */
export function authenticate(sandbox: Sandbox, id: string, outcome: 'success' | 'fail'): StripeObject | undefined {
  return sandbox.store.transaction(() => {
    const intent = findIntent(sandbox, id);
    if (!intent) return undefined;
    return intent.object === 'setup_intent'
      ? finishSetup(sandbox, intent, outcome)
      : finishAuthentication(sandbox, intent as PaymentIntent, outcome);
  });
}

const findIntent = (sandbox: Sandbox, id: string) =>
  sandbox.objects.find(id, 'payment_intent') ?? sandbox.objects.find(id, 'setup_intent');

function complete(sandbox: Sandbox, id: string, outcome: 'success' | 'fail', res: Response): void {
  const before = findIntent(sandbox, id);
  const returnUrl = before && sandbox.objects.hidden<{ returnUrl: string }>(id).returnUrl;
  try {
    const intent = authenticate(sandbox, id, outcome);
    if (!intent) return void res.status(404).type('html').send(page('<p>There is no such payment.</p>'));
    if (!returnUrl)
      return void res
        .type('html')
        .send(page(`<p>Done: the payment is <b>${intent.status}</b>. You can close this page.</p>`));
    res.redirect(303, returnTo(returnUrl, intent));
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    res
      .status(409)
      .type('html')
      .send(page(`<p>${escapeHtml(error.message)}</p>`));
  }
}

function returnTo(url: string, intent: StripeObject): string {
  const target = new URL(url);
  const failed = ['requires_payment_method', 'canceled'].includes(String(intent.status));
  target.searchParams.set(intent.object, intent.id);
  target.searchParams.set(`${intent.object}_client_secret`, String(intent.client_secret));
  target.searchParams.set('redirect_status', failed ? 'failed' : 'succeeded');
  return target.href;
}

function renderPage(intent: StripeObject): string {
  const amount =
    typeof intent.amount === 'number' ? ` of <b>${formatAmount(intent.amount, String(intent.currency))}</b>` : '';
  if (intent.status !== 'requires_action')
    return page(`<p>Nothing to authenticate: the payment is <b>${intent.status}</b>.</p>`);
  return page(`<p>Your bank asks whether you make this payment${amount}.</p>
<form method="post"><button name="outcome" value="success" class="go">Complete</button><button name="outcome" value="fail">Fail</button></form>`);
}

const page = (
  content: string,
) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>3-D Secure (sandbox)</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{font:16px/1.5 system-ui;background:#eef1f6;color:#1b2333;display:grid;place-items:center;min-height:100vh;margin:0}
main{background:#fff;border-radius:12px;box-shadow:0 8px 30px #0002;padding:2rem;max-width:22rem}
h1{font-size:1.1rem;margin:0 0 1rem}form{display:flex;gap:.75rem}
button{font:inherit;padding:.6rem 1.2rem;border-radius:8px;border:1px solid #b9c2d0;background:#fff;cursor:pointer}
.go{background:#1f6f54;border-color:#1f6f54;color:#fff}</style></head><body><main><h1>Sandbox bank · 3-D Secure</h1>${content}</main></body></html>`;
