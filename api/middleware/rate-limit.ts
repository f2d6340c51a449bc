/** Requests per minute, per key and per address; every answer carries the RateLimit headers. Counted per process. */
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { ApiKey } from '../../db/api-keys.ts';
import { Problem } from '../problem.ts';

const WINDOW_MS = 60_000;

export function limitByKey(limit: number): RequestHandler {
  return create(limit, (_req, res) => (res.locals.key as ApiKey).id);
}

type Request = Parameters<RequestHandler>[0];

/** @param isFree whether a request does not count */
export function limitByAddress(limit: number, isFree: (req: Request) => boolean): RequestHandler {
  return create(limit, (req) => ipKeyGenerator(req.ip ?? 'unknown'), isFree);
}

function create(
  limit: number,
  keyGenerator: (req: Request, res: Parameters<RequestHandler>[1]) => string,
  skip: (req: Request) => boolean = () => false,
): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    standardHeaders: 'draft-6',
    legacyHeaders: false,
    keyGenerator,
    skip,
    handler(_req, res) {
      const retryAfterSeconds = Number(res.getHeader('RateLimit-Reset') ?? 1);
      throw new Problem({
        status: 429,
        code: 'rate_limited',
        detail: `At most ${limit} requests a minute.`,
        retryAfterSeconds,
      });
    },
  });
}
