import type { NextFunction, Request, Response } from 'express';
import { answerErrors } from './send-mail.ts';

/** Counts by the second; every answer says what is left, and 429 has no Retry-After, as with SendGrid. */
export function limitRate(perSecond: number, nowMs: () => number) {
  let second = 0;
  let used = 0;
  return (_req: Request, res: Response, next: NextFunction) => {
    const now = Math.floor(nowMs() / 1_000);
    if (now !== second) {
      second = now;
      used = 0;
    }
    used += 1;
    res.setHeader('X-RateLimit-Limit', perSecond);
    res.setHeader('X-RateLimit-Remaining', Math.max(0, perSecond - used));
    res.setHeader('X-RateLimit-Reset', now + 1);
    if (used <= perSecond) return next();
    answerErrors(res, 429, [{ message: 'too many requests', field: null }]);
  };
}
