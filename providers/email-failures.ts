/** What a failed send proves, by the one question that matters: can the message have left? */

export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
  /** `message`: this one or its address, so that no other provider could help. `provider`: key, account, sender or policy. */
  readonly fault: 'message' | 'provider';
  /** Why the address is not to be written to again, where the refusal says so. */
  readonly suppress?: 'bounce' | 'gone' | 'unsubscribe';
}

/** How a send ends: a closed set. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly messageId: string | null }
  /** Not sent, and no retry with this provider can help. */
  | Refused
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** Not sent. `answered` when the provider itself said so (5xx), which it may have said too late to be true. */
  | { readonly kind: 'unavailable'; readonly code: string; readonly message: string; readonly answered: boolean }
  /** Nobody can tell whether it was sent: no answer, or a broken one. */
  | { readonly kind: 'unknown'; readonly code: string; readonly message: string };

/** ResponseError of @sendgrid/helpers has the status in `code`; AxiosError has a word there, and no response. */
interface Failure {
  code?: number | string;
  message?: string;
  isAxiosError?: boolean;
  response?: { headers?: Record<string, unknown>; status?: number; body?: unknown };
  cause?: { syscall?: string };
}

/** Raised before a byte of the request has left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO']);
const TLS = /^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/** Whether an error of Node's or of TLS' came before anything could have been read by the other side. */
export const isBeforeSending = (code: string, syscall: string | undefined): boolean =>
  NOT_SENT.has(code) || TLS.test(code) || syscall === 'connect' || syscall === 'getaddrinfo';

/** @param now milliseconds since 1970, for the distance to X-RateLimit-Reset */
export function classifyFailure(thrown: unknown, now: number): SendResult {
  const failure = (thrown ?? {}) as Failure;
  const status = statusOf(failure);
  if (status !== undefined) return classifyAnswer(status, failure, now);
  const code = String(failure.code ?? 'unknown');
  const message = failure.message ?? String(thrown);
  if (!failure.isAxiosError) return { kind: 'refused', code: 'message_invalid', message, fault: 'message' };
  if (isBeforeSending(code, failure.cause?.syscall)) return { kind: 'unavailable', code, message, answered: false };
  return { kind: 'unknown', code, message };
}

function statusOf({ code, response }: Failure): number | undefined {
  if (!response) return undefined;
  return typeof code === 'number' ? code : response.status;
}

function classifyAnswer(status: number, failure: Failure, now: number): SendResult {
  const headers = failure.response?.headers ?? {};
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(headers, now) };
  const code = `http_${status}`;
  const message = errorText(failure) ?? failure.message ?? `The provider answered ${status}.`;
  // A request timeout is the server giving up on a request that it may have read.
  if (status === 408) return { kind: 'unknown', code, message };
  if (status >= 500) return { kind: 'unavailable', code, message, answered: true };
  return { kind: 'refused', code, message, fault: MESSAGE_FAULTS.has(status) ? 'message' : 'provider' };
}

/** What the content or the address is to blame for; all others (401, 403, 404 …) say that the key, sender or address of the API is wrong. */
const MESSAGE_FAULTS = new Set([400, 413, 422]);

/** SendGrid's 429 has no Retry-After but X-RateLimit-Reset in unix seconds; between 1 s and 60 s, whatever the clocks say. */
function retryAfterMs(headers: Record<string, unknown>, now: number): number {
  const reset = Number(headers['x-ratelimit-reset']);
  const wait = Number.isFinite(reset) ? reset * 1_000 - now : Number(headers['retry-after']) * 1_000;
  return Math.min(60_000, Math.max(1_000, Number.isFinite(wait) ? wait : 1_000));
}

function errorText({ response }: Failure): string | undefined {
  const errors = (response?.body as { errors?: { message?: string; field?: string | null }[] } | undefined)?.errors;
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  return errors.map(({ message, field }) => (field ? `${field}: ${message}` : `${message}`)).join('; ');
}
