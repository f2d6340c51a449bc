/**
 * One call by Firecrawl's SDK, ended in time, tried once, and answered or failed in one of our own ways. The SDK offers neither the
 * headers of an answer (a 429's Retry-After) nor a deadline for the whole exchange; both are set at its HTTP client.
 */
import { FirecrawlClient, SdkError } from '@mendable/firecrawl-js';
import { parseRetryAfter } from '../domain/retry-after.ts';

export interface FirecrawlAccess {
  apiKey: string;
  apiUrl: string;
  /** For a whole exchange. */
  timeoutMs: number;
}

/**
 * `no_credits` 402 · `not_allowed` 401, 403: the key · `refused`: understood and not done · `known_key` 409: the idempotency key was
 * used before · `busy` 429 · `not_found` 404: no such batch, or its results are gone · `unavailable`, `timed_out`, `unreadable`: what
 * was done is not known.
 */
export type FirecrawlProblem =
  | 'no_credits'
  | 'not_allowed'
  | 'refused'
  | 'known_key'
  | 'busy'
  | 'not_found'
  | 'unavailable'
  | 'timed_out'
  | 'unreadable';

export interface FirecrawlTrouble {
  kind: 'trouble';
  problem: FirecrawlProblem;
  /** Of HTTP; null: there was no answer. */
  status: number | null;
  message: string;
  retryAfterSeconds: number | undefined;
}

export const trouble = (problem: FirecrawlProblem, message: string, status: number | null = 200): FirecrawlTrouble => ({
  kind: 'trouble',
  problem,
  status,
  message: message.slice(0, 500),
  retryAfterSeconds: undefined,
});

/** The part of axios that is set. */
interface Transport {
  get(path: string): Promise<{ data: unknown }>;
  defaults: { timeout?: number; maxRedirects?: number; maxContentLength?: number; proxy?: false; signal?: AbortSignal };
  interceptors: { response: { use(ok: undefined, failed: (error: unknown) => never): void } };
}

export type FirecrawlRequest<T> = (client: FirecrawlClient, http: Transport) => Promise<T>;

/** Above what a part of a batch's results holds (10 MiB and its last page). */
const MAX_ANSWER_BYTES = 48 * 1024 * 1024;

export async function callFirecrawl<T>(
  { apiKey, apiUrl, timeoutMs }: FirecrawlAccess,
  request: FirecrawlRequest<T>,
): Promise<T | FirecrawlTrouble> {
  // `maxRetries` counts tries. A client costs little; one per call keeps what is set for this call from any other.
  const client = new FirecrawlClient({ apiKey, apiUrl, timeoutMs, maxRetries: 1 });
  const http = transportOf(client);
  let retryAfter: string | undefined;
  Object.assign(http.defaults, {
    // A redirect would take the key along, a proxy of the environment would read it.
    maxRedirects: 0,
    proxy: false,
    maxContentLength: MAX_ANSWER_BYTES,
    signal: AbortSignal.timeout(timeoutMs),
  } satisfies Transport['defaults']);
  http.interceptors.response.use(undefined, (error) => {
    retryAfter = (error as { response?: { headers?: Record<string, string> } }).response?.headers?.['retry-after'];
    throw error;
  });
  try {
    return await request(client, http);
  } catch (error) {
    return { ...translate(error), retryAfterSeconds: parseRetryAfter(retryAfter, new Date()) };
  }
}

/** Private in the SDK, whose version is pinned; a test would tell if it moved. */
function transportOf(client: FirecrawlClient): Transport {
  const { http } = client as unknown as { http?: { instance?: Transport } };
  if (!http?.instance?.interceptors?.response)
    throw new Error('The HTTP client of the Firecrawl SDK is not where it was.');
  return http.instance;
}

function translate(error: unknown): FirecrawlTrouble {
  const { status, code, message } = failureOf(error);
  if (status === undefined || status === 0) {
    const late = code === 'ERR_CANCELED' || code === 'ETIMEDOUT' || code === 'ECONNABORTED';
    return trouble(late ? 'timed_out' : 'unavailable', late ? 'Firecrawl did not answer in time.' : message, null);
  }
  return trouble(problemOf(status), message, status);
}

interface Failure {
  status: number | undefined;
  code: string | undefined;
  message: string;
}

/** Of the SDK's error, or of axios' where the SDK was passed by. Anything else it stumbled over is an answer that it could not read. */
function failureOf(error: unknown): Failure {
  if (error instanceof SdkError) return { status: error.status, code: error.code, message: error.message };
  const {
    isAxiosError,
    response,
    code,
    message = '',
  } = error as Partial<Failure> & {
    isAxiosError?: boolean;
    response?: { status: number };
  };
  return { status: isAxiosError ? response?.status : 200, code, message };
}

const BY_STATUS: Readonly<Record<number, FirecrawlProblem>> = {
  401: 'not_allowed',
  402: 'no_credits',
  403: 'not_allowed',
  404: 'not_found',
  408: 'timed_out',
  409: 'known_key',
  429: 'busy',
};

function problemOf(status: number): FirecrawlProblem {
  if (status >= 500) return 'unavailable';
  // A 2xx that is an error holds something else than Firecrawl's JSON, or `success: false`; a redirect leads away from it.
  if (status < 400) return 'unreadable';
  return BY_STATUS[status] ?? 'refused';
}
