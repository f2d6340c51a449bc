/**
 * What stands before every page of operations: Basic credentials compared in constant time, writes only from our own origin, a
 * policy that forbids framing.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

export interface OpsCredentials {
  user: string;
  password: string;
}

export const opsSignIn = ({ user, password }: OpsCredentials): RequestHandler[] => [
  signIn(user, password),
  ownOriginOnly,
  framingHeaders,
];

const digest = (text: string) => createHash('sha256').update(text).digest();

function signIn(user: string, password: string): RequestHandler {
  const expected = digest(`${user}:${password}`);
  return (req, res, next) => {
    const [scheme, value] = (req.headers.authorization ?? '').split(' ', 2);
    const given = scheme?.toLowerCase() === 'basic' ? Buffer.from(value ?? '', 'base64').toString() : '';
    if (timingSafeEqual(digest(given), expected)) return next();
    res.set('WWW-Authenticate', 'Basic realm="Stockroom operations", charset="UTF-8"');
    throw new Problem({ status: 401, code: 'sign_in_needed', detail: 'Sign in as operations.' });
  };
}

const ownOriginOnly: RequestHandler = (req, _res, next) => {
  const { origin, 'sec-fetch-site': site } = req.headers;
  const safe = ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
  const foreign =
    (origin !== undefined && hostOf(origin) !== req.headers.host) ||
    (site !== undefined && !['same-origin', 'none'].includes(site));
  if (safe || !foreign) return next();
  throw new Problem({ status: 403, code: 'origin_foreign', detail: 'Changes are taken from this site only.' });
};

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : '');

/** The pages need inline styles; everything else comes from here. */
const framingHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  next();
};
