/**
 * Sends webhooks as Standard Webhooks says (https://www.standardwebhooks.com): an id that stays, the time of the attempt, and a
 * signature over both and the body for each secret that is valid.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { parseRetryAfter } from '../domain/retry-after.ts';
import { PublicFetchError } from './public-fetch-error.ts';
import { createPublicPost, type PublicPostOptions } from './public-post.ts';

export interface Webhook {
  url: string;
  id: string;
  /** Signed as it is. */
  body: string;
  /** `whsec_…`, the newest first. */
  secrets: readonly string[];
}

/** An HTTP answer of any status, or why there was none. */
export type WebhookAnswer =
  | { kind: 'answered'; status: number; retryAfterSeconds: number | undefined; text: string }
  | { kind: 'unanswered'; code: string; message: string };

export interface WebhookClient {
  send(webhook: Webhook): Promise<WebhookAnswer>;
  close(): Promise<void>;
}

export interface WebhookClientOptions extends Omit<PublicPostOptions, 'maxBytes'> {
  userAgent: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;
/** Of the answer, for the log. */
const KEPT_CHARACTERS = 500;

export function createWebhookClient({ userAgent, ...options }: WebhookClientOptions): WebhookClient {
  const http = createPublicPost({ ...options, maxBytes: MAX_ANSWER_BYTES });
  return {
    async send({ url, id, body, secrets }) {
      const now = new Date();
      const timestamp = String(Math.floor(now.getTime() / 1_000));
      const headers = {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': secrets.map((secret) => signWebhook(secret, id, timestamp, body)).join(' '),
      };
      try {
        const answer = await http.post(url, headers, body);
        const header = answer.headers['retry-after'];
        const retryAfterSeconds = parseRetryAfter(Array.isArray(header) ? header[0] : header, now);
        return { kind: 'answered', status: answer.status, retryAfterSeconds, text: readable(answer.body) };
      } catch (error) {
        if (!(error instanceof PublicFetchError)) throw error;
        return { kind: 'unanswered', code: error.code, message: error.message };
      }
    },
    close: http.close,
  };
}

/** `v1,<base64>`: HMAC-SHA256 over `<id>.<timestamp>.<body>` with the secret's bytes. */
export function signWebhook(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** 256 random bits; the specification asks for 24 to 64 bytes. */
export const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** PostgreSQL's text holds no NUL. */
const readable = (body: Uint8Array) =>
  Buffer.from(body).toString('utf8').replaceAll('\u0000', '').slice(0, KEPT_CHARACTERS);
