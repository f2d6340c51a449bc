/**
 * POSTs of messages to where strangers say: a browser's push service, a chat's webhook. Through the guard of public-post.ts, in the
 * clear to nobody, and with an answer as every channel gives it.
 */
import { parsePublicUrl, portOf } from '../domain/public-url.ts';
import { parseRetryAfter } from '../domain/retry-after.ts';
import type { Refused, SendResult } from './email-failures.ts';
import { createHostPlaces, type HostPlacesOptions } from './host-places.ts';
import { PublicFetchError } from './public-fetch-error.ts';
import { createPublicPost, type PostAnswer, type PublicPostOptions } from './public-post.ts';

export interface StrangerPostOptions extends Omit<PublicPostOptions, 'maxBytes'> {
  now?: () => number;
  places?: HostPlacesOptions;
}

interface Post {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

export interface StrangerPost {
  /** @param judge what a 2xx means */
  send(post: Post, judge: (answer: PostAnswer) => SendResult): Promise<SendResult>;
  close(): void;
}

/** Answers are a word or a small document. */
const MAX_ANSWER_BYTES = 4 * 1024;
/** Of an answer, for the message's history. */
const KEPT_CHARACTERS = 300;

export function createStrangerPost({ now = Date.now, places: room, ...options }: StrangerPostOptions): StrangerPost {
  const http = createPublicPost({ ...options, maxBytes: MAX_ANSWER_BYTES });
  const local = new Set(options.allowedPrivateHosts?.map((host) => host.toLowerCase()));
  const places = createHostPlaces(room);
  return {
    async send({ url, headers, body }, judge) {
      const address = parsePublicUrl(url);
      if (!(address instanceof URL)) return judgeError(new PublicFetchError(address));
      if (address.protocol !== 'https:' && !local.has(`${address.hostname}:${portOf(address)}`)) {
        return refused('address_insecure', 'The address is not https.');
      }
      const place = await places.take(address.host);
      if ('againInMs' in place) return { kind: 'throttled', retryAfterMs: Math.round(place.againInMs) };
      let answered = false;
      try {
        const answer = await http.post(address.href, headers, body);
        answered = true;
        const taken = answer.status >= 200 && answer.status < 300;
        return taken ? judge(answer) : judgeAnswer(answer, now());
      } catch (error) {
        if (!(error instanceof PublicFetchError)) throw error;
        return judgeError(error);
      } finally {
        place.leave(answered);
      }
    },
    close: () => void http.close(),
  };
}

/** Ours, or its address's, fault: no other try could end otherwise. */
export const refused = (code: string, message: string): Refused => ({
  kind: 'refused',
  code,
  message,
  fault: 'message',
});

/** What the other side said, fit to be kept. PostgreSQL's text holds no NUL. */
export const textOf = ({ body }: PostAnswer): string =>
  Buffer.from(body).toString('utf8').replaceAll('\u0000', '').trim().slice(0, KEPT_CHARACTERS);

/** Redirects are answers like any other: what follows them would send the message, or its keys, elsewhere. */
function judgeAnswer(answer: PostAnswer, now: number): SendResult {
  const { status } = answer;
  const code = `http_${status}`;
  const message = textOf(answer) || `The answer was ${status}.`;
  if (status === 404 || status === 410) return { ...refused('gone', message), suppress: 'gone' };
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(answer, now) };
  // A request timeout is the server giving up on a request that it may have read.
  if (status === 408) return { kind: 'unknown', code, message };
  if (status >= 500) return { kind: 'unavailable', code, message, answered: true };
  if (status === 401 || status === 403) return { kind: 'refused', code, message, fault: 'provider' };
  return refused(code, message);
}

const HOUR_MS = 3_600_000;

/** Between a second and an hour, whatever a stranger asks for. */
function retryAfterMs({ headers }: PostAnswer, now: number): number {
  const header = headers['retry-after'];
  const seconds = parseRetryAfter(Array.isArray(header) ? header[0] : header, new Date(now)) ?? 1;
  return Math.min(HOUR_MS, Math.max(1_000, seconds * 1_000));
}

/** Raised before a byte of the request has left; their names are Node's, undici's and the guard's. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO', 'UND_ERR_CONNECT_TIMEOUT']);
const NEVER = new Set(['address_invalid', 'address_not_public', 'port_refused']);

function judgeError(error: PublicFetchError): SendResult {
  const { code, message } = error;
  if (NEVER.has(code)) return refused(code, message);
  const notSent = code === 'host_unknown' || code === 'certificate_invalid' || neverConnected(error.cause);
  return notSent ? { kind: 'unavailable', code, message, answered: false } : { kind: 'unknown', code, message };
}

/** A name with several addresses fails with the failures of all. */
function neverConnected(cause: unknown): boolean {
  const { code, syscall, errors } = (cause ?? {}) as { code?: string; syscall?: string; errors?: unknown[] };
  if (errors && errors.length > 0) return errors.every(neverConnected);
  return syscall === 'connect' || NOT_SENT.has(code ?? '');
}
