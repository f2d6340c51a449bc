/** The demo shop: one page and its parts, and what the page must know to call the API. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Router } from 'express';

export interface ShopOptions {
  /** Where the browser finds the order API. */
  apiUrl: string;
  /** Undefined when nobody gave the shop one: its page says so. */
  publishableKey: string | undefined;
  currencies: readonly string[];
  /** Orders are pushed to played browsers, and no real one is asked. */
  playsPush?: boolean;
}

const PUBLIC = fileURLToPath(new URL('./public', import.meta.url));
const THUMBHASH = createRequire(import.meta.url).resolve('thumbhash');

/** An Express router to mount at `/`: the page at `/`, its parts under `/shop`. */
export function serveShop(options: ShopOptions): Router {
  const router = express.Router();
  router.use('/shop', (_req, res, next) => {
    res.set('X-Content-Type-Options', 'nosniff');
    next();
  });
  router.get('/', protect(options), (_req, res) => res.sendFile('index.html', { root: PUBLIC, maxAge: 0 }));
  router.get('/shop/config.json', (_req, res) => {
    res.set('Cache-Control', 'no-store').json(describeShop(options));
  });
  router.get('/favicon.ico', (_req, res) => res.redirect(301, '/shop/icon.svg'));
  // Its own package, as npm brought it: the page decodes placeholders by it.
  router.get('/shop/thumbhash.js', (_req, res) => res.sendFile('thumbhash.js', { root: dirname(THUMBHASH) }));
  router.use('/shop', express.static(PUBLIC, { index: false, maxAge: 0 }));
  return router;
}

function describeShop({ apiUrl, publishableKey, currencies, playsPush = false }: ShopOptions) {
  return {
    api_url: apiUrl,
    publishable_key: publishableKey ?? null,
    currencies,
    plays_push: playsPush,
    links: [
      { label: 'Mailbox', href: '/mailbox' },
      { label: 'Sandbox', href: '/sandbox' },
      { label: 'API docs', href: `${apiUrl}/docs` },
      { label: 'Queues', href: `${apiUrl}/ops/queues` },
    ],
  };
}

/** Nothing inline, nothing from elsewhere but pictures (of the API, or of a CDN), and calls to the API alone. */
function protect({ apiUrl }: ShopOptions): RequestHandler {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Placeholders are data: a few bytes of the API's answer become a tiny picture.
    `img-src 'self' data: ${new URL(apiUrl).origin} https:`,
    `connect-src 'self' ${new URL(apiUrl).origin}`,
    // It shows pushes when no page is open.
    "worker-src 'self'",
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
