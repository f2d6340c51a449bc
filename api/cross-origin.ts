/** What browsers may do with the API's answers, and from where. */
import cors from 'cors';
import helmet from 'helmet';

/** Swagger UI styles itself inline; nothing else needs more than its own origin. */
export function security() {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
    // Whether the site is HTTPS only is for the proxy to say that ends TLS: on a laptop it is not.
    hsts: false,
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
}

/** The storefronts that may call from browsers, and what they may send and see. */
export function crossOrigin(origins: readonly string[]) {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
      'Order-Token',
      'Prefer',
      'Subscription-Token',
      'X-Request-Id',
    ],
    exposedHeaders: [
      'ETag',
      'Idempotent-Replayed',
      'Location',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  });
}
