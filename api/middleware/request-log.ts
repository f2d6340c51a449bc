/** Each request gets an id, a logger that carries it, and one line when it is answered. No body, no query, no key. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const requestId = acceptable(req.headers['x-request-id']) ?? randomUUID();
    const began = performance.now();
    res.locals.requestId = requestId;
    res.locals.log = log.child({ request_id: requestId });
    res.set('X-Request-Id', requestId);
    res.once('finish', () => {
      const level = res.statusCode >= 500 ? 'warn' : 'debug';
      const ms = Math.round(performance.now() - began);
      (res.locals.log as Logger)[level]({ method: req.method, path: req.path, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}

const acceptable = (header: unknown) =>
  typeof header === 'string' && /^[\w.-]{8,128}$/.test(header) ? header : undefined;
