/** The demo shop: one page and its parts, the catalogue's pictures, and what the page must know to call the API. */
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Router } from 'express';

export interface ShopOptions {
  /** Where the browser finds the order API. */
  apiUrl: string;
  /** Undefined when nobody gave the shop one: its page says so. */
  publishableKey: string | undefined;
  /** Where this sandbox is reached by others; the seed's picture addresses begin with it. */
  baseUrl: string;
  currencies: readonly string[];
  mediaDir: string;
}

const PUBLIC = fileURLToPath(new URL('./public', import.meta.url));

/** An Express router to mount at `/`: the page at `/`, its parts under `/shop`, pictures under `/media`. */
export function serveShop(options: ShopOptions): Router {
  const router = express.Router();
  router.use(['/shop', '/media'], (_req, res, next) => {
    res.set('X-Content-Type-Options', 'nosniff');
    next();
  });
  router.get('/', protect(options), (_req, res) => res.sendFile('index.html', { root: PUBLIC, maxAge: 0 }));
  router.get('/shop/config.json', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(describeShop(options));
  });
  router.get('/favicon.ico', (_req, res) => res.redirect(301, '/shop/icon.svg'));
  router.use('/shop', express.static(PUBLIC, { index: false, maxAge: 0 }));
  router.use('/media', express.static(options.mediaDir, { index: false, maxAge: '1d', fallthrough: false }));
  return router;
}

function describeShop({ apiUrl, publishableKey, currencies }: ShopOptions) {
  return {
    api_url: apiUrl,
    publishable_key: publishableKey ?? null,
    currencies,
    links: [
      { label: 'Mailbox', href: '/mailbox' },
      { label: 'API docs', href: `${apiUrl}/docs` },
      { label: 'Queues', href: `${apiUrl}/ops/queues` },
    ],
  };
}

/** Nothing inline, nothing from elsewhere, and calls to the API alone. */
function protect({ apiUrl, baseUrl }: ShopOptions): RequestHandler {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${new URL(baseUrl).origin} https:`,
    `connect-src 'self' ${new URL(apiUrl).origin}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return (_req, res, next) => {
    res.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      // The page's address holds the token of an order.
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    next();
  };
}
