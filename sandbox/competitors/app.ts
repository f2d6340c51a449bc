/**
 * Competitors' shops, each on a host of its own: `<shop>.localhost` at the sandbox's port. What they ask changes by control, by
 * buttons, and by a price war; what they were asked for is recorded.
 */
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Store } from '../store.ts';
import type { Answer } from './answer.ts';
import { createCompetitorControl } from './control.ts';
import { findPages } from './find-pages.ts';
import { createOverview } from './overview.ts';
import { createPriceWar } from './price-war.ts';
import { createRequestLog } from './requests.ts';
import { type Shop, shopOfHost, shops } from './shops.ts';
import { createSites } from './site.ts';
import { createShopState } from './state.ts';

export interface CompetitorOptions {
  store: Store;
  /** Where the sandbox is reached: the shops are at the same port. */
  baseUrl: string;
  nowMs?: () => number;
  /** Seconds from one step of the price war to the next; none: peace. */
  warSeconds?: number;
}

/** A visitor that does not come by HTTP. */
export interface Visitor {
  url: string;
  userAgent: string;
  country?: string | undefined;
}

export interface FoundPage {
  url: string;
  title: string;
  description: string;
}

export interface Competitors {
  /** Answers what is asked of a shop's host, and passes on all else. */
  byHost: RequestHandler;
  /** To be mounted at `/sandbox/control/competitors`. */
  control: Router;
  /** To be mounted at `/sandbox/competitors`. */
  overview: Router;
  /** Undefined: no shop is there. */
  visit(visitor: Visitor): Answer | undefined;
  /** What a search engine would know: pages by the words of their titles, their numbers, or all of a host. */
  find(query: string | undefined, hosts?: readonly string[]): FoundPage[];
  close(): void;
}

export function createCompetitors({
  store,
  baseUrl,
  nowMs = Date.now,
  warSeconds = 0,
}: CompetitorOptions): Competitors {
  const state = createShopState(store, nowMs);
  const requests = createRequestLog(store);
  const war = createPriceWar(state);
  war.pace(warSeconds);
  const sites = createSites(state);
  const { port } = new URL(baseUrl);
  const hostOf = ({ slug }: Shop) => `${slug}.localhost${port ? `:${port}` : ''}`;
  const ask = (method: string, { url, userAgent, country }: Visitor): Answer | undefined => {
    const { host, pathname, search } = new URL(url);
    const path = pathname + search;
    const answer = sites({ host, path, country });
    if (answer) requests.add({ atMs: nowMs(), host, method, path, userAgent, status: answer.status });
    return answer;
  };
  return {
    byHost(req, res, next) {
      if (!shopOfHost(req.headers.host)) return next();
      const url = `http://${req.headers.host}${req.url}`;
      const answer = ask(req.method, { url, userAgent: req.get('user-agent') ?? '' });
      if (answer) send(req, res, answer);
      else next();
    },
    control: createCompetitorControl({ state, requests, war, hostOf }),
    overview: createOverview({ state, requests, war, hostOf }),
    visit: (visitor) => ask('GET', visitor),
    find: (query, hosts) =>
      shops
        .filter((shop) => !hosts || hosts.some((host) => host === hostOf(shop) || host === `${shop.slug}.localhost`))
        .flatMap((shop) => findPages(state, shop, hostOf(shop), query))
        .toSorted((one, other) => other.score - one.score)
        .map(({ score: _score, ...found }) => found),
    close: () => war.close(),
  };
}

function send(req: Request, res: Response, { status, headers, body, delayMs = 0 }: Answer): void {
  if (delayMs === Number.POSITIVE_INFINITY) return;
  const answer = () => {
    res.writeHead(status, headers);
    res.end(req.method === 'HEAD' ? undefined : body);
  };
  if (delayMs === 0) {
    answer();
    return;
  }
  const timer = setTimeout(answer, delayMs);
  res.on('close', () => clearTimeout(timer));
}
