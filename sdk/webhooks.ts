/** Standard Webhooks (https://www.standardwebhooks.com): what Stockroom sends is signed, and this tells whether it is genuine. */

export interface WebhookEvent {
  /** `order.paid`, `refund.succeeded`, … */
  type: string;
  timestamp: string;
  /** Which object it is about, not what it says: read it from the API. Deliveries may overtake each other; `sequence` tells. */
  data: { id: string; object?: string; order_id?: string | null; sequence?: number; [name: string]: unknown };
}

/** Of a fetch Request, or of Node's `IncomingMessage`. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

export type WebhookFault =
  | 'header_missing'
  | 'header_malformed'
  | 'secret_malformed'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch'
  | 'payload_malformed';

export class WebhookVerificationError extends Error {
  readonly code: WebhookFault;
  constructor(code: WebhookFault, message: string) {
    super(message);
    this.name = 'WebhookVerificationError';
    this.code = code;
  }
}

const TOLERANCE_SECONDS = 300;
const encoder = new TextEncoder();

/**
 * The event of a delivery. Any of the secrets may have signed it (while one is rolled there are two), and any of its
 * signatures may fit. Throws WebhookVerificationError: answer 400 then, and do nothing. A delivery may come twice:
 * remember `webhook-id`.
 *
 * @param payload the body as it came: parsed and printed again it is another
 * @param secrets `whsec_…`, or several
 */
export async function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  { toleranceSeconds = TOLERANCE_SECONDS }: { toleranceSeconds?: number } = {},
): Promise<WebhookEvent> {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature')
    .split(' ')
    .filter((each) => each.startsWith('v1,'));
  const keys = [secrets].flat().map(decodeSecret);
  if (keys.length === 0) throw new WebhookVerificationError('secret_malformed', 'There is no secret to check with.');
  assertRecent(timestamp, toleranceSeconds);
  const content = signedContent(id, timestamp, payload);
  const expected = await Promise.all(keys.map((key) => sign(key, content)));
  if (!anyEqual(expected, signatures)) {
    throw new WebhookVerificationError('signature_mismatch', 'No signature fits: another secret, or a changed body.');
  }
  return parse(typeof payload === 'string' ? payload : new TextDecoder().decode(payload));
}

/** The headers of a delivery, to test a receiver with. */
export async function signWebhook(
  payload: string | Uint8Array,
  { id, secrets, timestamp = new Date() }: { id: string; secrets: string | readonly string[]; timestamp?: Date },
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const seconds = String(Math.floor(timestamp.getTime() / 1_000));
  const content = signedContent(id, seconds, payload);
  const signatures = await Promise.all([secrets].flat().map((secret) => sign(decodeSecret(secret), content)));
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}

function header(headers: WebhookHeaders, name: string): string {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  const text = Array.isArray(value) ? value.join(' ') : value;
  if (!text) throw new WebhookVerificationError('header_missing', `The header ${name} is missing.`);
  return text;
}

function assertRecent(timestamp: string, toleranceSeconds: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError('header_malformed', 'The header webhook-timestamp is no number of seconds.');
  }
  const age = Date.now() / 1_000 - Number(timestamp);
  const told = `${Math.round(Math.abs(age))} s, more than ${toleranceSeconds} s`;
  if (age > toleranceSeconds) throw new WebhookVerificationError('timestamp_too_old', `Signed too long ago: ${told}.`);
  if (-age > toleranceSeconds)
    throw new WebhookVerificationError('timestamp_too_new', `Signed in the future: ${told}.`);
}

function decodeSecret(secret: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (letter) => letter.charCodeAt(0));
    if (bytes.length > 0) return bytes;
  } catch {
    // Told below.
  }
  throw new WebhookVerificationError('secret_malformed', 'A secret is whsec_ and base64.');
}

function signedContent(id: string, timestamp: string, payload: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(`${id}.${timestamp}.`);
  const body = typeof payload === 'string' ? encoder.encode(payload) : payload;
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}

async function sign(secret: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}

/** Compares every pair in full, so that the time tells nothing about how much of a forged signature is right. */
function anyEqual(expected: readonly string[], given: readonly string[]): boolean {
  let found = 0;
  for (const one of expected) for (const other of given) found |= Number(isEqual(one, other));
  return found === 1;
}

function isEqual(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let at = 0; at < expected.length; at++) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}

function parse(text: string): WebhookEvent {
  try {
    return JSON.parse(text) as WebhookEvent;
  } catch {
    throw new WebhookVerificationError('payload_malformed', 'The body is genuine, but it is not JSON.');
  }
}
