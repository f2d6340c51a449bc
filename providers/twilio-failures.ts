/**
 * What a failed call of Twilio's proves. Creating a message knows no idempotency key, so what may have been taken is unknown
 * until a status callback tells. Codes: https://www.twilio.com/docs/api/errors.
 */
import { isBeforeSending, type Refused, type SendResult } from './email-failures.ts';
import type { PostAnswer } from './kept-post.ts';

/** Of the recipient's number or of the text: nobody else could send it either. */
const MESSAGE_FAULTS: Readonly<Record<number, Refused['suppress'] | null>> = {
  21211: 'bounce', // no valid number
  21217: 'bounce', // does not look like a number
  21614: 'bounce', // no mobile number
  21635: 'bounce', // a landline
  21610: 'unsubscribe', // answered STOP
  21265: null, // is a short code
  21602: null, // no text
  21605: null, // text too long
  21617: null, // text too long
  21619: null, // neither text nor picture
};
/** The sender's queue or the account's rate is full for the moment. */
const BUSY = new Set([20429, 14107, 21611, 30022, 63018]);
/** A gateway gave up on a request that may have been done behind it. */
const NO_WORD = new Set([408, 502, 504]);

/** Any answer but 2xx. */
export function classifyTwilioAnswer({ status, headers, text }: PostAnswer): SendResult {
  const { code: number, message = `Twilio answered ${status}.` } = readError(text);
  const code = number === undefined ? `http_${status}` : `twilio_${number}`;
  if (status === 429 || (number !== undefined && BUSY.has(number))) {
    return { kind: 'throttled', retryAfterMs: retryAfterMs(headers['retry-after']) };
  }
  if (NO_WORD.has(status)) return { kind: 'unknown', code, message };
  if (status >= 500) return { kind: 'unavailable', code, message, answered: true };
  const suppress = number === undefined ? undefined : MESSAGE_FAULTS[number];
  if (suppress === undefined) return { kind: 'refused', code, message, fault: 'provider' };
  return { kind: 'refused', code, message, fault: 'message', ...(suppress ? { suppress } : {}) };
}

/** No answer, or one that could not be read. */
export function classifyTwilioFailure(thrown: unknown): SendResult {
  const { code = 'unreadable_answer', message, syscall } = thrown as NodeJS.ErrnoException;
  const words = message || code;
  if (isBeforeSending(code, syscall)) return { kind: 'unavailable', code, message: words, answered: false };
  return { kind: 'unknown', code, message: words };
}

/** Twilio's errors are `{ code, message, more_info, status }`; what stands between us and it may answer anything. */
function readError(text: string): { code?: number; message?: string } {
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown };
    return {
      ...(typeof code === 'number' ? { code } : {}),
      ...(typeof message === 'string' ? { message: message.slice(0, 500) } : {}),
    };
  } catch {
    return {};
  }
}

/** Between 1 s and 60 s, whatever is asked for. */
function retryAfterMs(header: string | undefined): number {
  const seconds = Number(header ?? 1);
  return Math.min(60_000, Math.max(1_000, Number.isFinite(seconds) ? seconds * 1_000 : 1_000));
}
