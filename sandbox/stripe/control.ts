import express, { type Request, type Response, type Router } from 'express';
import { createFaultRouter } from '../faults.ts';
import type { Sandbox, Settings } from './context.ts';
import { StripeError } from './errors.ts';
import { authenticate } from './three-d-secure.ts';
import { createTrouble } from './trouble.ts';
import type { Webhooks } from './webhooks.ts';

interface Parts {
  sandbox: Sandbox;
  webhooks: Webhooks;
  /** Moves the clock forward by milliseconds; what falls due on the way happens at its time. */
  advance(ms: number): void;
  wake(): void;
}

/** The switchboard of the sandbox, in JSON: faults, events, deliveries, the clock and the settings. */
export function createControl(parts: Parts): Router {
  const { sandbox, webhooks } = parts;
  const router = express.Router();
  router.use('/faults', createFaultRouter(sandbox.faults, 'stripe'));
  router.use(express.json());
  router.use(createTrouble(sandbox));
  router.get('/settings', (_req, res) => void res.json(sandbox.settings));
  router.post('/settings', (req, res) => changeSettings(sandbox, req, res));
  router.get('/clock', (_req, res) => void res.json({ now: sandbox.now() }));
  router.post('/advance', (req, res) => advance(parts, req, res));
  router.get('/deliveries', (req, res) => {
    const filter = {
      eventId: textOf(req.query.event),
      state: textOf(req.query.state),
      limit: Number(req.query.limit ?? 100),
    };
    res.json({ count: webhooks.deliveries.count('we_'), data: webhooks.deliveries.list(filter) });
  });
  router.post('/events/:id/resend', (req, res) => {
    const sent = sandbox.store.transaction(() => webhooks.resend(req.params.id));
    if (sent > 0) res.json({ deliveries: sent });
    else refuse(404, 'There is no such event, or no endpoint wants it.');
  });
  router.post('/payment_intents/:id/authenticate', (req, res) => authenticateIntent(sandbox, req.params.id, req, res));
  router.use((error: unknown, _req: Request, res: Response, _next: () => void) => {
    const status = error instanceof StripeError ? error.status : 400;
    res.status(status).json({ error: { message: error instanceof Error ? error.message : String(error) } });
  });
  return router;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
function refuse(status: number, message: string): never {
  throw new StripeError(status, { message });
}

function changeSettings(sandbox: Sandbox, req: Request, res: Response): void {
  for (const [name, value] of Object.entries(req.body ?? {})) {
    const known = sandbox.settings[name as keyof Settings];
    if (known === undefined)
      refuse(400, `Unknown setting ${name}: there are ${Object.keys(sandbox.settings).join(', ')}.`);
    if (typeof value !== typeof known || Array.isArray(value) !== Array.isArray(known))
      refuse(400, `${name} must be ${Array.isArray(known) ? 'a list' : `a ${typeof known}`}.`);
  }
  const { exchangeRates = {}, ...rest } = (req.body ?? {}) as Partial<Settings>;
  if (rest.retryDays?.some((days) => typeof days !== 'number' || !(days > 0)))
    refuse(400, 'retryDays must be numbers above 0.');
  if (rest.afterLastRetry && !['cancel', 'past_due', 'unpaid'].includes(rest.afterLastRetry))
    refuse(400, 'afterLastRetry must be cancel, past_due or unpaid.');
  const wrong = Object.values(exchangeRates).find((rate) => typeof rate !== 'number' || !(rate > 0));
  if (wrong !== undefined) refuse(400, 'exchangeRates must be numbers above 0.');
  Object.assign(sandbox.settings, rest);
  sandbox.settings.exchangeRates = { ...sandbox.settings.exchangeRates, ...exchangeRates };
  res.json(sandbox.settings);
}

/** Moves the clock forward; what falls due by it (retries, settlements, expiries) happens at once. */
function advance({ advance: move, sandbox, wake }: Parts, req: Request, res: Response): void {
  const { seconds } = (req.body ?? {}) as { seconds?: unknown };
  if (typeof seconds !== 'number' || !(seconds > 0)) refuse(400, 'seconds must be a number above 0.');
  move(Math.round(seconds * 1000));
  wake();
  res.json({ now: sandbox.now() });
}

function authenticateIntent(sandbox: Sandbox, id: string, req: Request, res: Response): void {
  const { outcome = 'success' } = (req.body ?? {}) as { outcome?: unknown };
  if (outcome !== 'success' && outcome !== 'fail') refuse(400, 'outcome must be success or fail.');
  const intent = authenticate(sandbox, id, outcome);
  if (intent) res.json(intent);
  else refuse(404, `There is no intent ${id}.`);
}
