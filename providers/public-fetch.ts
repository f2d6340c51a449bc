/**
 * Fetches what strangers name, without being led into our own network: http and https only, public addresses only (judged
 * where the connection is made, anew after each redirect), within limits of size, time and pace. Nothing of ours goes out:
 * no cookies, no credentials, no referrer.
 */
import { Agent, type Dispatcher } from 'undici';
import type { FetchProblem } from '../domain/fetch-problems.ts';
import { followRedirect, parsePublicUrl } from '../domain/public-url.ts';
import { readBoundedBody } from './bounded-body.ts';
import { type ConnectorOptions, createPublicConnector } from './public-connector.ts';
import { asPublicFetchError, PublicFetchError } from './public-fetch-error.ts';

export { PublicFetchError } from './public-fetch-error.ts';

export interface PublicFetchOptions extends ConnectorOptions {
  userAgent: string;
  /** Kept open and used again, per host. */
  connectionsPerHost?: number;
}

export interface FetchLimits {
  /** Of the body, on the wire and decoded. */
  maxBytes: number;
  /** From the first lookup to the last byte, redirects included. */
  timeoutMs?: number;
  /** Until the head of an answer is there, per request. */
  headTimeoutMs?: number;
  maxRedirects?: number;
  /** `return`: a redirect is an answer like any other, for whoever has to judge where it leads. */
  redirects?: 'follow' | 'return';
  accept?: string;
  /** What may come encoded, within the same limits; nothing by default. */
  acceptEncoding?: string;
  /** Further ones, by lower-case name. */
  headers?: Readonly<Record<string, string>>;
  /** Whether the body is worth reading, by the head of a 2xx; else the answer has no bytes. */
  reads?: (headers: Readonly<Record<string, string>>) => boolean;
  /** A body that is too long is cut there instead of being refused. */
  cutsBody?: boolean;
  /** 1 KiB/s by default: a smaller body than a window's worth is always in time. */
  minBytesPerSecond?: number;
  windowMs?: number;
}

export interface PublicAnswer {
  status: number;
  /** By lower-case name; of repeated ones the last. */
  headers: Readonly<Record<string, string>>;
  /** Empty unless the status is 2xx, and where `reads` said no. */
  bytes: Uint8Array;
  finalUrl: string;
}

export interface PublicFetch {
  /** GETs an address. Every answer that is no followed redirect is returned, whatever its status. Throws {@link PublicFetchError}. */
  fetch(url: string, limits: FetchLimits): Promise<PublicAnswer>;
  close(): Promise<void>;
}

const MAX_HEAD_BYTES = 32 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
export const isRedirect = (status: number): boolean => REDIRECTS.has(status);
const DEFAULTS = {
  timeoutMs: 30_000,
  headTimeoutMs: 10_000,
  maxRedirects: 5,
  redirects: 'follow' as const,
  accept: '*/*',
  // Pictures are compressed as they are; what comes encoded all the same is decoded within the limits.
  acceptEncoding: 'identity',
  headers: {},
  reads: () => true,
  cutsBody: false,
  minBytesPerSecond: 1_024,
  windowMs: 5_000,
};

type Limits = Required<FetchLimits>;

export function createPublicFetch(options: PublicFetchOptions): PublicFetch {
  const agent = new Agent({
    connect: createPublicConnector(options),
    connections: options.connectionsPerHost ?? 8,
    pipelining: 1,
    // An idle host is forgotten soon, however long it would like to be kept: strangers decide how many there are.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
    maxHeaderSize: MAX_HEAD_BYTES,
  });
  return {
    async fetch(address, limits) {
      const all = { ...DEFAULTS, ...limits };
      const ended = new AbortController();
      const timer = setTimeout(() => ended.abort(new PublicFetchError('fetch_timeout')), all.timeoutMs);
      try {
        return await follow(address, all, (url) => ask(agent, url, options.userAgent, all, ended.signal));
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

type Ask = (url: URL) => Promise<PublicAnswer>;

async function follow(address: string, { maxRedirects, redirects }: Limits, request: Ask): Promise<PublicAnswer> {
  let url = allowed(parsePublicUrl(address));
  for (let followed = 0; ; followed++) {
    const answer = await request(url);
    const { location } = answer.headers;
    if (redirects === 'return' || !isRedirect(answer.status) || !location) return answer;
    if (followed === maxRedirects) throw new PublicFetchError('too_many_redirects', `more than ${maxRedirects}`);
    url = allowed(followRedirect(url, location), location);
  }
}

function allowed(url: URL | FetchProblem, detail?: string): URL {
  if (url instanceof URL) return url;
  throw new PublicFetchError(url, detail?.slice(0, 200));
}

/** One request and its answer. */
async function ask(
  agent: Agent,
  url: URL,
  userAgent: string,
  limits: Limits,
  ended: AbortSignal,
): Promise<PublicAnswer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new PublicFetchError('fetch_timeout', url.host)), limits.headTimeoutMs);
  let begun = false;
  try {
    const signal = AbortSignal.any([ended, late.signal]);
    const request = agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: {
        ...limits.headers,
        'user-agent': userAgent,
        accept: limits.accept,
        'accept-encoding': limits.acceptEncoding,
      },
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const answer = await unlessAborted(request, signal);
    begun = true;
    clearTimeout(timer);
    return await readAnswer(answer, url, limits);
  } catch (error) {
    throw asPublicFetchError(error, url.host, begun);
  } finally {
    clearTimeout(timer);
  }
}

/** A request that still waits for its connection hears of no signal before that stands or fails. */
export async function unlessAborted<T>(request: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  request.catch(() => {});
  try {
    return await Promise.race([request, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A refusal's body is of no use: it is dropped, with the connection when it is long or slow. */
const DROPPED_BYTES = 16 * 1024;
const DROPPED_MS = 500;

async function readAnswer(answer: Dispatcher.ResponseData, url: URL, limits: Limits): Promise<PublicAnswer> {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, (Array.isArray(value) ? value.at(-1) : value) ?? '']),
  );
  const status = answer.statusCode;
  if (status >= 200 && status < 300 && limits.reads(headers))
    return { status, headers, bytes: await readBoundedBody(answer.body, headers, limits), finalUrl: url.href };
  await answer.body.dump({ limit: DROPPED_BYTES, signal: AbortSignal.timeout(DROPPED_MS) }).catch(() => {});
  return { status, headers, bytes: new Uint8Array(), finalUrl: url.href };
}
