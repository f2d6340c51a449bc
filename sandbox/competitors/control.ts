/** The switches of the shops, in JSON, at `/sandbox/control/competitors`. */
import express, { type Response, type Router } from 'express';
import type { PriceWar } from './price-war.ts';
import { readChange } from './read-change.ts';
import type { RequestLog } from './requests.ts';
import { type Shop, shops } from './shops.ts';
import type { ShopState, Shown } from './state.ts';

export interface ControlParts {
  state: ShopState;
  requests: RequestLog;
  war: PriceWar;
  hostOf: (shop: Shop) => string;
}

const MAX_LIST = 10_000;

export function createCompetitorControl({ state, requests, war, hostOf }: ControlParts): Router {
  const router = express.Router();
  router.use(express.json({ limit: '2mb' }));
  router.get('/', (_req, res) => {
    res.json({ data: shops.map((shop) => describeShop(state, shop, hostOf(shop))), war: war.describe() });
  });
  router.put('/', (req, res) => {
    const wanted = readChange(state, (req.body ?? {}) as Record<string, unknown>);
    if (typeof wanted === 'string') return refuse(res, wanted);
    const { shop } = wanted;
    if (wanted.page === null) state.changeSite(shop, wanted.change);
    else state.changePage(shop, wanted.page, wanted.change);
    const described = describeShop(state, shop, hostOf(shop));
    res.json(wanted.page === null ? described : described.pages.find(({ key }) => key === wanted.page));
  });
  router.delete('/', (_req, res) => {
    state.reset();
    res.sendStatus(204);
  });
  router.get('/changes', (req, res) => void res.json({ data: state.changes(limitOf(req.query.limit)) }));
  router.put('/war', (req, res) => {
    const seconds: unknown = (req.body as Record<string, unknown> | undefined)?.step_seconds;
    if (typeof seconds !== 'number' || seconds < 0) return refuse(res, 'step_seconds must be a number; 0 ends the war');
    war.pace(seconds);
    res.json(war.describe());
  });
  router.post('/war/step', (_req, res) => void res.json({ done: war.step(), ...war.describe() }));
  router.use('/requests', requestRoutes(requests));
  return router;
}

function requestRoutes(requests: RequestLog): Router {
  const router = express.Router();
  router.get('/', ({ query }, res) => {
    const [host, path] = [textOf(query.host), textOf(query.path)];
    const found = requests.list({ host, path, after: Number(query.after) || 0, limit: limitOf(query.limit) });
    const data = found.map(({ atMs, userAgent, ...rest }) => ({
      ...rest,
      user_agent: userAgent,
      at: new Date(atMs).toISOString(),
    }));
    res.json({ data });
  });
  router.delete('/', (_req, res) => {
    requests.clear();
    res.sendStatus(204);
  });
  return router;
}

function describeShop(state: ShopState, shop: Shop, host: string) {
  const { make, obstacle, country, robots, robotsStatus } = state.site(shop);
  const { slug, name, locale, currency, taxIncluded, source, shipping = null } = shop;
  return {
    ...{ slug, name, host, locale, currency, tax_included: taxIncluded, source, shipping_amount: shipping },
    ...{ make, obstacle, country, robots, robots_status: robotsStatus },
    pages: state.pages(shop).map((page) => describePage(page, shop, host)),
  };
}

const describePage = (page: Shown, { currency }: Shop, host: string) => ({
  ...{ key: page.key, url: `http://${host}/p/${page.key}`, title: page.title, our_sku: page.ours, gtin: page.gtin },
  ...{ brand: page.brand, mpn: page.mpn, amount: page.amount, list_amount: page.listAmount, currency },
  ...{ availability: page.availability, condition: page.condition, pack_count: page.packCount, seller: page.seller },
  ...{ variants: page.variants, obstacle: page.obstacle },
});

const refuse = (res: Response, message: string) => void res.status(400).json({ error: { message } });
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const limitOf = (value: unknown): number => Math.min(MAX_LIST, Number(value) || 1_000);
