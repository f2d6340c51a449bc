import express, { type NextFunction, type Request, type Response, type Router } from 'express';

/** What can go wrong on request. `webhook_*` strike deliveries, `page_*` what Firecrawl says of a page, the others answers. */
export const FAULT_KINDS = [
  'webhook_lose',
  'webhook_double',
  'webhook_delay',
  'webhook_reorder',
  'webhook_forge',
  'page_failed',
  'page_lost',
  'page_empty',
  'page_wrong_json',
  'page_stuck',
  'page_next_failed',
  'answer_lost',
  'rate_limit',
  'server_error',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a request, a delivery or a page must look like to be struck; `path`, `event_type` and `url` may end in `*`. */
export interface FaultMatch {
  method?: string;
  path?: string;
  event_type?: string;
  /** Of the page that is asked for. */
  url?: string;
}

/** A fault as it is asked for. Without `times` and `probability` it strikes every time until it is deleted. */
export interface FaultRequest {
  kind: FaultKind;
  /** Which sandbox provider: stripe, sendgrid, carrier … */
  provider: string;
  match?: FaultMatch;
  /** Strikes this many times, then is gone. */
  times?: number;
  /** Strikes with this chance, 0 to 1. */
  probability?: number;
  /** Milliseconds: how late (slow, webhook_delay), the window to shuffle in (webhook_reorder), the Retry-After (Firecrawl's rate_limit). */
  delay_ms?: number;
  /** server_error, slow and answer_lost: before the work is done (the default but for answer_lost) or after its commit. */
  phase?: 'before' | 'after';
  /** rate_limit: sends `Stripe-Should-Retry` (or the provider's like) with this value; absent: no header. */
  should_retry?: boolean;
  /** server_error and rate_limit: another status to answer with. */
  status?: number;
  /** server_error: this text instead of the provider's error, as a proxy before it would answer. */
  body?: string;
}

export interface Fault extends FaultRequest {
  id: string;
  /** How often it has struck. */
  hits: number;
}

/** Turns a struck request into the provider's own way to say 429 or 500. */
export type FaultAnswer = (fault: Fault, res: Response) => void;

export interface Faults {
  add(request: FaultRequest): Fault;
  list(provider?: string): Fault[];
  /** Removes one fault by id, or all of a provider, or all. Returns how many. */
  remove(filter: { id?: string; provider?: string }): number;
  /** The faults that strike this request, each counted as one hit. */
  forRequest(provider: string, request: { method: string; path: string }): Fault[];
  /** The faults that strike this delivery, each counted as one hit. */
  forWebhook(provider: string, eventType: string): Fault[];
  /** Whether a fault of this kind strikes this page; then it is counted as one hit. */
  forPage(provider: string, kind: FaultKind & `page_${string}`, url: string): boolean;
  /** Express middleware that applies rate_limit, server_error, slow and answer_lost to a provider's routes. */
  middleware(provider: string, answer?: FaultAnswer): (req: Request, res: Response, next: NextFunction) => void;
  /** `GET`, `POST` and `DELETE` of faults, to be mounted at `/sandbox/control/faults`. */
  router: Router;
}

/**
 * The registry of faults, shared by all sandbox providers and kept in memory: a restart of the sandbox ends them.
 * @param random source of chance, 0 to 1, to be replaced in tests
 */
export function createFaults(random: () => number = Math.random): Faults {
  const faults = new Map<string, Fault>();
  let next = 1;
  const strikes = (wanted: (fault: Fault) => boolean): Fault[] => {
    // The usual case is no fault at all: nothing is allocated then.
    if (faults.size === 0) return NONE;
    const struck = [...faults.values()].filter((fault) => wanted(fault) && random() < (fault.probability ?? 1));
    for (const fault of struck) {
      fault.hits += 1;
      if (fault.times !== undefined && fault.hits >= fault.times) faults.delete(fault.id);
    }
    return struck;
  };
  const registry: Omit<Faults, 'middleware' | 'router'> = {
    add: (request) => {
      const fault: Fault = { ...request, id: `fault_${next++}`, hits: 0 };
      faults.set(fault.id, fault);
      return fault;
    },
    list: (provider) => [...faults.values()].filter((fault) => !provider || fault.provider === provider),
    remove: ({ id, provider }) => {
      const gone = [...faults.values()].filter((f) => (!id || f.id === id) && (!provider || f.provider === provider));
      for (const fault of gone) faults.delete(fault.id);
      return gone.length;
    },
    forRequest: (provider, request) =>
      strikes((f) => f.provider === provider && !OF_CONTENT.test(f.kind) && matchesRequest(f.match, request)),
    forWebhook: (provider, eventType) =>
      strikes(
        (f) => f.provider === provider && f.kind.startsWith('webhook_') && matches(f.match?.event_type, eventType),
      ),
    forPage: (provider, kind, url) =>
      strikes((f) => f.provider === provider && f.kind === kind && matches(f.match?.url, url)).length > 0,
  };
  return { ...registry, middleware: createMiddleware(registry.forRequest), router: createFaultRouter(registry) };
}

const NONE: Fault[] = [];
const OF_CONTENT = /^(webhook|page)_/;

/** Whether `text` is `pattern`, or begins as it when the pattern ends in `*`. No pattern matches all. */
function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function matchesRequest(match: FaultMatch | undefined, request: { method: string; path: string }): boolean {
  if (match?.method && match.method.toUpperCase() !== request.method) return false;
  return matches(match?.path, request.path);
}

const plainAnswer: FaultAnswer = (fault, res) => {
  const status = fault.status ?? (fault.kind === 'rate_limit' ? 429 : 500);
  if (fault.body !== undefined) return void res.status(status).send(fault.body);
  res.status(status).json({ errors: [{ message: `fault on request: ${fault.kind}` }] });
};

function createMiddleware(forRequest: Faults['forRequest']): Faults['middleware'] {
  return (provider, answer = plainAnswer) =>
    (req, res, next) => {
      const struck = forRequest(provider, { method: req.method, path: req.baseUrl + req.path });
      if (struck.length === 0) return next();
      const at = (kind: FaultKind, phase: 'before' | 'after') =>
        struck.find((f) => f.kind === kind && (f.phase ?? 'before') === phase);
      const early = at('rate_limit', 'before') ?? at('server_error', 'before');
      if (early) return answer(early, res);
      const lost = struck.find((f) => f.kind === 'answer_lost');
      if (lost?.phase === 'before') return void req.socket.destroy();
      const late = at('server_error', 'after');
      if (lost) loseAnswer(res);
      else if (late) replaceAnswer(res, () => answer(late, res));
      const slow = at('slow', 'before');
      if (slow) setTimeout(next, slow.delay_ms ?? 1000);
      else next();
    };
}

/** The work is done and committed, then the connection breaks instead of an answer. */
export function loseAnswer(res: Response): void {
  res.end = () => {
    res.socket?.destroy();
    return res;
  };
}

function replaceAnswer(res: Response, answer: () => void): void {
  const end = res.end;
  res.end = () => {
    res.end = end;
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    answer();
    return res;
  };
}

/** Reads a fault from JSON, or says what is wrong with it. */
export function parseFault(body: unknown, provider?: string): FaultRequest | string {
  const fault = { ...(provider ? { provider } : {}), ...(body as object) } as FaultRequest;
  if (!FAULT_KINDS.includes(fault.kind)) return `kind must be one of ${FAULT_KINDS.join(', ')}`;
  if (typeof fault.provider !== 'string' || fault.provider === '') return 'provider is missing';
  for (const name of ['times', 'probability', 'delay_ms', 'status'] as const) {
    const value = fault[name];
    if (value !== undefined && (typeof value !== 'number' || value < 0)) return `${name} must be a number from 0`;
  }
  return fault;
}

/** `GET`, `POST` and `DELETE` of faults; with a provider it sees and adds only that one's. */
export function createFaultRouter(registry: Pick<Faults, 'add' | 'list' | 'remove'>, provider?: string): Router {
  const router = express.Router();
  router.use(express.json());
  router.get('/', (req, res) => {
    res.json({ data: registry.list(provider ?? textOf(req.query.provider)) });
  });
  router.post('/', (req, res) => {
    const fault = parseFault(req.body, provider);
    if (typeof fault === 'string') res.status(400).json({ error: { message: fault } });
    else res.status(201).json(registry.add(fault));
  });
  router.delete(['/', '/:id'], (req, res) => {
    const id = req.params.id;
    const owner = provider ?? textOf(req.query.provider);
    res.json({
      deleted: registry.remove({ ...(id ? { id: String(id) } : {}), ...(owner ? { provider: owner } : {}) }),
    });
  });
  return router;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
