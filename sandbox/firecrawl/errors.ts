/** How Firecrawl says no. */
import type { RequestHandler, Response } from 'express';
import type { FaultAnswer } from '../faults.ts';

export interface Refusal {
  status: number;
  error: string;
  code?: string;
  details?: unknown;
}

export function refuse(res: Response, { status, ...body }: Refusal): void {
  res.status(status).json({ success: false, ...body });
}

export const INSUFFICIENT_CREDITS: Refusal = {
  status: 402,
  error:
    'Insufficient credits to perform this request. For more credits, you can upgrade your plan at https://firecrawl.dev/pricing or try changing the request limit to a lower value.',
};
export const UNAUTHORIZED: Refusal = { status: 401, error: 'Unauthorized: Invalid token' };
export const JOB_NOT_FOUND: Refusal = { status: 404, error: 'Job not found' };
export const TIMED_OUT: Refusal = {
  status: 408,
  code: 'SCRAPE_TIMEOUT',
  error:
    'The scrape operation timed out before completing. This happens when a page takes too long to load, render, or process.',
};
const UNEXPECTED: Refusal = {
  status: 500,
  code: 'UNKNOWN_ERROR',
  error: 'An unexpected error occurred. Please contact help@firecrawl.com for help.',
};

export const badRequest = (message: string, path: (string | number)[] = []): Refusal => ({
  status: 400,
  code: 'BAD_REQUEST',
  error: 'Bad Request',
  details: [{ code: 'custom', message, path }],
});

export const rateLimited = (consumed: number, seconds: number): Refusal => ({
  status: 429,
  error: `Rate limit exceeded. Consumed (req/min): ${consumed}, Remaining (req/min): 0. Upgrade your plan at https://firecrawl.dev/pricing for increased rate limits or please retry after ${seconds}s, resets at ${new Date(Date.now() + seconds * 1_000)}`,
});

export const notFound: RequestHandler = (_req, res) => refuse(res, { status: 404, error: 'Not found' });

/** A fault on request in Firecrawl's words: by its status, and by its kind where it has none. */
export const answerFault: FaultAnswer = (fault, res) => {
  const status = fault.status ?? (fault.kind === 'rate_limit' ? 429 : 500);
  if (fault.body !== undefined) return void res.status(status).send(fault.body);
  const known = [INSUFFICIENT_CREDITS, UNAUTHORIZED, JOB_NOT_FOUND, TIMED_OUT].find((each) => each.status === status);
  const seconds = Math.ceil((fault.delay_ms ?? 1_000) / 1_000);
  if (status === 429) res.setHeader('Retry-After', String(seconds));
  refuse(res, status === 429 ? rateLimited(11, seconds) : (known ?? { ...UNEXPECTED, status }));
};
