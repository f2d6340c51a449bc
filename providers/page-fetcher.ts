/**
 * One request for a competitor's page or its robots.txt. It follows nothing and waits for nothing: whoever asks judges each hop
 * and each refusal. What a server does is told as one of a closed list; only a mistake of ours is thrown.
 */
import type { FetchProblem } from '../domain/fetch-problems.ts';
import { decodePage } from '../domain/pages/page-text.ts';
import { followRedirect } from '../domain/public-url.ts';
import { parseRetryAfter } from '../domain/retry-after.ts';
import { type FetchLimits, isRedirect, type PublicAnswer, type PublicFetch, PublicFetchError } from './public-fetch.ts';

export interface PageLimits {
  maxBytes: number;
  timeoutMs: number;
  /** BCP 47: the language in which the page is asked for. */
  locale?: string;
  /** Of the copy that is known: when it is still true the answer is `not_modified`. */
  etag?: string | null;
  lastModified?: string | null;
}

export type PageProblem = FetchProblem | 'not_html';

export type PageAnswer = { url: string; milliseconds: number } & (
  | {
      kind: 'page';
      status: number;
      contentType: string | null;
      text: string;
      /** Of a robots.txt, as it came: its rules may be no UTF-8. */
      body?: Uint8Array;
      /** Decoded. */
      bytes: number;
      etag: string | null;
      lastModified: string | null;
    }
  /** `location`: absolute; null with the problem why it is not to be followed. */
  | { kind: 'redirect'; status: number; location: string | null; problem: FetchProblem | null }
  | { kind: 'not_modified'; status: 304 }
  | { kind: 'refused'; status: number; retryAfterSeconds: number | undefined }
  | { kind: 'failed'; problem: PageProblem; mayPass: boolean; message: string }
);

type Told = PageAnswer extends infer A ? (A extends object ? Omit<A, 'url' | 'milliseconds'> : never) : never;

export interface PageFetcher {
  requestPage(url: string, limits: PageLimits): Promise<PageAnswer>;
  /** Whatever its type says it is text in UTF-8, cut where it is too long (RFC 9309, 2.5). */
  requestRobots(url: string, limits: PageLimits): Promise<PageAnswer>;
}

export function createPageFetcher({ publicFetch }: { publicFetch: PublicFetch }): PageFetcher {
  const asking = (how: Partial<FetchLimits>, read: (answer: PublicAnswer) => Told) => {
    return (url: string, limits: PageLimits) =>
      timed(url, () =>
        tell(publicFetch, url, { ...COMMON, ...how, ...limited(limits) }, (answer) => judge(answer, read)),
      );
  };
  return {
    requestPage: asking({ accept: ACCEPT_PAGE, reads: (headers) => mayBeHtml(headers['content-type']) }, readPage),
    requestRobots: asking({ accept: 'text/plain,*/*;q=0.5', cutsBody: true }, readRobots),
  };
}

const ACCEPT_PAGE = 'text/html,application/xhtml+xml,text/plain;q=0.3';
const COMMON = { redirects: 'return', acceptEncoding: 'gzip, br' } as const;

function limited({ maxBytes, timeoutMs, locale, etag, lastModified }: PageLimits) {
  const headers = {
    ...(locale ? { 'accept-language': languagesOf(locale) } : {}),
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(lastModified ? { 'if-modified-since': lastModified } : {}),
  };
  return { maxBytes, timeoutMs, headTimeoutMs: timeoutMs, headers };
}

/** `de-AT` asks for German where there is no Austrian. */
function languagesOf(locale: string): string {
  const language = locale.split('-', 1)[0]!;
  return language === locale ? locale : `${locale},${language};q=0.8`;
}

async function timed(url: string, ask: () => Promise<Told>): Promise<PageAnswer> {
  const began = performance.now();
  const told = await ask();
  return { url, milliseconds: Math.round(performance.now() - began), ...told };
}

async function tell(
  publicFetch: PublicFetch,
  url: string,
  limits: FetchLimits,
  judged: (answer: PublicAnswer) => Told,
): Promise<Told> {
  try {
    return judged(await publicFetch.fetch(url, limits));
  } catch (error) {
    if (!(error instanceof PublicFetchError)) throw error;
    return { kind: 'failed', problem: error.code, mayPass: error.mayPass, message: error.message };
  }
}

function judge(answer: PublicAnswer, read: (answer: PublicAnswer) => Told): Told {
  const { status, headers, finalUrl } = answer;
  if (status >= 200 && status < 300) return read(answer);
  if (isRedirect(status)) return redirectOf(status, headers.location, finalUrl);
  if (status === 304) return { kind: 'not_modified', status };
  return { kind: 'refused', status, retryAfterSeconds: parseRetryAfter(headers['retry-after'], new Date()) };
}

function redirectOf(status: number, location: string | undefined, from: string): Told {
  const to = location ? followRedirect(new URL(from), location) : 'redirect_refused';
  return to instanceof URL
    ? { kind: 'redirect', status, location: to.href, problem: null }
    : { kind: 'redirect', status, location: null, problem: to };
}

function readPage(answer: PublicAnswer): Told {
  const contentType = answer.headers['content-type'] || null;
  const text = mayBeHtml(contentType) ? decodePage(answer.bytes, contentType) : '';
  // What names no type is a page when it looks like one.
  if (!mayBeHtml(contentType) || (!contentType && !/^\s*</.test(text))) {
    const message = `The answer is no page but ${contentType?.slice(0, 80) ?? 'of no type'}.`;
    return { kind: 'failed', problem: 'not_html', mayPass: false, message };
  }
  return page(answer, text);
}

const readRobots = (answer: PublicAnswer): Told =>
  page(answer, new TextDecoder('utf-8').decode(answer.bytes), answer.bytes);

function page({ status, headers, bytes }: PublicAnswer, text: string, body?: Uint8Array): Told {
  return {
    kind: 'page',
    status,
    contentType: headers['content-type'] || null,
    text,
    ...(body ? { body } : {}),
    bytes: bytes.byteLength,
    etag: headers.etag || null,
    lastModified: headers['last-modified'] || null,
  };
}

const PAGE_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml', 'text/plain']);

const mayBeHtml = (contentType: string | null | undefined): boolean =>
  !contentType || PAGE_TYPES.has(contentType.split(';', 1)[0]!.trim().toLowerCase());
