/**
 * Body parsers read a body that is too large to its end before they refuse it, which is polite to a client that sends
 * a little too much, and endless for one that never stops. Past a bound the answer goes out at once and the connection ends.
 */
import type { RequestHandler } from 'express';
import type { ProblemDetails } from '../problem.ts';
import { sendProblem } from './problem.ts';

const MAX_RECEIVED_BYTES = 8 * 1024 * 1024;

const FLOOD: ProblemDetails = {
  status: 413,
  code: 'body_too_large',
  detail: 'The body is far beyond what is taken here.',
  headers: { Connection: 'close' },
};

/** Counts what arrives; the next handler must begin to read the body at once. */
export const refuseFloods: RequestHandler = (req, res, next) => {
  if (Number(req.headers['content-length'] ?? 0) > MAX_RECEIVED_BYTES) return sendProblem(res, FLOOD);
  let received = 0;
  req.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received <= MAX_RECEIVED_BYTES || res.headersSent) return;
    req.pause();
    sendProblem(res, FLOOD);
  });
  return next();
};
