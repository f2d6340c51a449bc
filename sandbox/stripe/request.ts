import type { Request, Response } from 'express';
import { type Fault, loseAnswer } from '../faults.ts';
import { ofAccount } from './account-scope.ts';
import { checkApiKey, readVersion } from './authenticate.ts';
import type { Sandbox } from './context.ts';
import { errorBody, StripeError } from './errors.ts';
import { expandObject } from './expand.ts';
import { parseForm } from './form.ts';
import { checkKey, type Idempotency, type Replay } from './idempotency.ts';
import { newId } from './ids.ts';
import { parseMultipart } from './multipart.ts';
import type { Limiter } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { Answer, type FindRoute } from './routes.ts';
import { API_VERSION } from './types.ts';

interface Parts {
  sandbox: Sandbox;
  findRoute: FindRoute;
  idempotency: Idempotency;
  limiter: Limiter;
}

/** One request on its way from the wire to its answer. */
interface Pending {
  id: string;
  method: string;
  path: string;
  /** The parameters as they were sent: the body of a POST, the query of the others. */
  form: string;
  key: string | null;
  version: string | undefined;
  /** The connected account that it acts for; '' is the platform itself. */
  account: string;
  contentType: string;
}

/** The handler of everything under /v1. */
export function createApi(parts: Parts): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const id = newId('req');
    res.setHeader('Request-Id', id);
    res.setHeader('Content-Type', 'application/json');
    try {
      const text = await readBody(req);
      const pending = readRequest(req, res, id, text);
      const struck = parts.sandbox.faults.forRequest('stripe', { method: pending.method, path: pending.path });
      if (pending.key !== null) await withKey(parts, pending, pending.key, struck, res);
      else await perform(parts, pending, struck, res);
    } catch (error) {
      answerError(parts.sandbox, res, id, error);
    }
  };
}

function readRequest(req: Request, res: Response, id: string, text: string): Pending {
  res.setHeader('Stripe-Version', req.get('stripe-version') ?? API_VERSION);
  checkApiKey(req.get('authorization'));
  const version = readVersion(req.get('stripe-version'));
  const [path = '', query = ''] = req.originalUrl.split('?', 2);
  const key = req.method === 'POST' ? (req.get('idempotency-key') ?? null) : null;
  if (key !== null) {
    checkKey(key);
    res.setHeader('Idempotency-Key', key);
  }
  const account = req.get('stripe-account') ?? '';
  if (account) res.setHeader('Stripe-Account', account);
  const form = req.method === 'POST' ? [text, query].filter(Boolean).join('&') : query || text;
  const contentType = req.get('content-type') ?? '';
  return { id, method: req.method, path: path.replace(/\/$/, ''), form, key, version, account, contentType };
}

/** The limiter and the 429 of a fault run before the key is looked at, so neither is ever stored under it. */
function limit({ sandbox, limiter }: Parts, struck: Fault[]): void {
  const fault = struck.find((entry) => entry.kind === 'rate_limit');
  if (!fault && limiter.take(sandbox.settings.rateLimitPerSecond)) return;
  // Two requests at one object: Stripe names it a lock timeout and asks to try again.
  const locked = fault?.should_retry === true;
  throw new StripeError(
    429,
    locked
      ? {
          code: 'lock_timeout',
          message: 'This object cannot be accessed right now because another request is using it.',
        }
      : { code: 'rate_limit', message: 'Request rate limit exceeded: too many requests in too short a time.' },
    {
      headers: {
        'Stripe-Rate-Limited-Reason': locked ? 'resource-specific' : 'global-rate',
        ...(fault?.should_retry === undefined ? {} : { 'Stripe-Should-Retry': String(fault.should_retry) }),
      },
    },
  );
}

/** Keys are an account's own. */
const keptAs = (pending: Pending, key: string) => (pending.account ? `${pending.account} ${key}` : key);

async function withKey(parts: Parts, pending: Pending, given: string, struck: Fault[], res: Response): Promise<void> {
  const { sandbox, idempotency } = parts;
  const key = keptAs(pending, given);
  limit(parts, struck);
  await delayBefore(struck);
  idempotency.begin(key);
  try {
    const replay = idempotency.find(key, pending.path, pending.form, sandbox.now());
    if (!replay) return await perform(parts, pending, struck, res);
    res.setHeader('Idempotent-Replayed', 'true');
    res.setHeader('Original-Request', replay.requestId);
    if (struck.some((fault) => fault.kind === 'answer_lost')) loseAnswer(res);
    send(sandbox, res, replay.status, replay.body);
  } finally {
    idempotency.end(key);
  }
}

async function perform(parts: Parts, pending: Pending, struck: Fault[], res: Response): Promise<void> {
  const { sandbox } = parts;
  if (pending.key === null) limit(parts, struck);
  if (pending.key === null) await delayBefore(struck);
  if (sandbox.settings.latencyMs > 0) await sleep(sandbox.settings.latencyMs);
  const slow = struck.find((fault) => fault.kind === 'slow');
  const broken = struck.find((fault) => fault.kind === 'server_error');
  if (struck.some((fault) => fault.kind === 'answer_lost' && fault.phase === 'before'))
    return void res.socket?.destroy();
  // What a proxy answers was never seen by the API, or has no say in what it stored.
  const proxy = broken?.body === undefined ? undefined : { status: broken.status ?? 502, body: broken.body };
  if (proxy && broken?.phase !== 'after') return send(sandbox, res, proxy.status, proxy.body);
  const answer = execute(parts, pending, proxy ? undefined : broken);
  if (slow?.phase === 'after') await sleep(slow.delay_ms ?? 1000);
  if (struck.some((fault) => fault.kind === 'answer_lost')) loseAnswer(res);
  if (broken?.should_retry !== undefined) res.setHeader('Stripe-Should-Retry', String(broken.should_retry));
  if (pending.key !== null) res.setHeader('Original-Request', pending.id);
  send(sandbox, res, proxy?.status ?? answer.status, proxy?.body ?? answer.body);
}

/** Slow on the way here: the key is not in use yet, so a repeat after the client's timeout is as slow, and no conflict. */
async function delayBefore(struck: Fault[]): Promise<void> {
  const slow = struck.find((fault) => fault.kind === 'slow' && fault.phase !== 'after');
  if (slow) await sleep(slow.delay_ms ?? 1000);
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Does the work and stores its answer under the key, in one transaction. A refusal undoes the work and is stored alone. */
function execute(parts: Parts, pending: Pending, broken: Fault | undefined): Replay {
  const { sandbox, idempotency } = parts;
  const keep = (answer: Replay) => {
    if (pending.key !== null)
      idempotency.keep(keptAs(pending, pending.key), pending.path, pending.form, answer, sandbox.now());
    return answer;
  };
  const crash = (): Replay => {
    const fields = { type: 'api_error', message: 'An error occurred on our side (a fault on request).' };
    return {
      requestId: pending.id,
      status: broken?.status ?? 500,
      body: errorBody(fields, pending.id, sandbox.baseUrl),
    };
  };
  if (broken && broken.phase !== 'after') return keep(crash());
  sandbox.cause = { id: pending.id, idempotencyKey: pending.key };
  try {
    // A reader changes nothing: one statement after the other sees what is committed.
    if (pending.method === 'GET') return broken ? crash() : run(parts, pending);
    return sandbox.store.transaction(() => {
      const answer = run(parts, pending);
      return keep(broken ? crash() : answer);
    });
  } catch (error) {
    if (!(error instanceof StripeError) || !error.stored) throw error;
    return keep({
      requestId: pending.id,
      status: error.status,
      body: errorBody(error.fields, pending.id, sandbox.baseUrl),
    });
  } finally {
    sandbox.cause = null;
  }
}

function run({ sandbox: platform, findRoute }: Parts, pending: Pending): Replay {
  const sandbox = pending.account ? actFor(platform, pending.account) : platform;
  const found = findRoute(pending.method, pending.path);
  if (!found) {
    throw new StripeError(404, {
      message: `Unrecognized request URL (${pending.method}: ${pending.path}). This sandbox serves the resources that docs/sandbox.md lists.`,
    });
  }
  const { contentType } = pending;
  const form = contentType.startsWith('multipart/')
    ? parseMultipart(pending.form, contentType)
    : parseForm(pending.form);
  const reply = found.route.run({ sandbox, ids: found.ids, version: pending.version }, form);
  if (!(reply instanceof Answer)) return { requestId: pending.id, status: 200, body: render(sandbox, reply, form) };
  const { status, body } = reply;
  if (typeof body === 'string') return { requestId: pending.id, status, body };
  return { requestId: pending.id, status, body: errorBody(body, pending.id, sandbox.baseUrl) };
}

/** The sandbox as the connected account of `Stripe-Account` has it. */
function actFor(platform: Sandbox, account: string): Sandbox {
  const found = platform.objects.find(account, 'account');
  if (found && !found.deleted) return ofAccount(platform, account);
  throw new StripeError(403, {
    code: 'account_invalid',
    message: `The provided key does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
  });
}

function render(sandbox: Sandbox, reply: object, form: ReturnType<typeof parseForm>): string {
  if (form.expand === undefined) return JSON.stringify(reply);
  const paths = Object.values(form.expand as Record<string, string>);
  const copy = { ...reply } as Record<string, unknown>;
  expandObject(sandbox.objects, sandbox.now(), copy, paths);
  return JSON.stringify(copy);
}

/** An answer leaves when what it tells of, also what it merely read, is committed. */
function send({ store }: Sandbox, res: Response, status: number, body: string): void {
  res.statusCode = status;
  res.setHeader('Content-Length', Buffer.byteLength(body));
  store.afterCommit(() => res.end(body));
}

function answerError(sandbox: Sandbox, res: Response, id: string, error: unknown): void {
  if (!(error instanceof StripeError)) {
    sandbox.log('the Stripe sandbox failed to answer', { error: error instanceof Error ? error.stack : String(error) });
  }
  const known =
    error instanceof StripeError
      ? error
      : new StripeError(500, { type: 'api_error', message: 'The sandbox failed to answer; its log says why.' });
  for (const [name, value] of Object.entries(known.headers)) res.setHeader(name, value);
  send(sandbox, res, known.status, errorBody(known.fields, id, sandbox.baseUrl));
}
