/**
 * Web push (RFC 8030): a message encrypted for one browser (RFC 8291), handed to the push service that the browser named, with
 * the shop's own signature (RFC 8292). The browser names any address that it likes: see stranger-post.ts.
 */
import webPush from 'web-push';
import { z } from 'zod';
import { cutText } from '../domain/messages/cut-text.ts';
import type { SendResult, ShortChannel, ShortMessage } from './message-channel.ts';
import type { PostAnswer } from './public-post.ts';
import { createStrangerPost, refused, type StrangerPostOptions, textOf } from './stranger-post.ts';

export interface WebPushOptions extends StrangerPostOptions {
  /** Keys in base64url; the subject a mailto: or https: address of the shop. */
  vapid: { publicKey: string; privateKey: string; subject: string };
}

const subscriptionOf = z.object({ endpoint: z.string(), keys: z.object({ p256dh: z.string(), auth: z.string() }) });

/** How long a push service keeps what a sleeping browser cannot take, in seconds, and whether it wakes it. */
const URGENCIES = {
  now: { TTL: 86_400, urgency: 'high' },
  normal: { TTL: 3 * 86_400, urgency: 'normal' },
  low: { TTL: 86_400, urgency: 'low' },
} as const satisfies Record<ShortMessage['urgency'], object>;

export function createWebPush({ vapid, ...options }: WebPushOptions): ShortChannel {
  const http = createStrangerPost(options);
  return {
    channel: 'web_push',
    provider: 'web-push',
    async send(message) {
      const request = buildRequest(message, vapid);
      return request instanceof Error ? invalid(request) : http.send(request, judge);
    },
    close: http.close,
  };
}

/** A browser that cannot be encrypted for is as good as gone. */
const invalid = ({ message }: Error): SendResult => ({
  kind: 'refused',
  code: 'subscription_invalid',
  message,
  fault: 'message',
  suppress: 'gone',
});

function buildRequest(message: ShortMessage, vapidDetails: WebPushOptions['vapid']) {
  try {
    const subscription = subscriptionOf.parse(JSON.parse(message.to));
    const { headers, body, endpoint } = webPush.generateRequestDetails(subscription, toPayload(message), {
      vapidDetails,
      ...URGENCIES[message.urgency],
      // 32 characters at most: while the first push of a message waits for its browser, a second one takes its place.
      topic: message.notificationId.replaceAll('-', ''),
      contentEncoding: 'aes128gcm',
    });
    const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
    return { url: endpoint, headers: Object.fromEntries(texts), body };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Every push service takes 4,096 bytes (RFC 8030, 7.2), of which encryption takes 103 (RFC 8188: head 86, padding 1, tag 16). */
const MAX_PAYLOAD = 4_096 - 103;
const MAX_TITLE = 512;
const MAX_URL = 2_048;

/** What the service worker shows; the tag makes a second copy replace the first on the screen as well. */
function toPayload({ notificationId, title, body, url }: ShortMessage): string {
  const within = (bytes: number) => (text: string) => Buffer.byteLength(JSON.stringify(text)) <= bytes;
  const short = {
    title: cutText(title, within(MAX_TITLE)),
    url: url !== null && within(MAX_URL)(url) ? url : null,
    tag: notificationId,
  };
  const payload = (text: string) => JSON.stringify({ ...short, body: text });
  return payload(cutText(body, (text) => Buffer.byteLength(payload(text)) <= MAX_PAYLOAD));
}

/** 201, or 202 where receipts were asked for; the address of the message is its id at the push service. */
function judge(answer: PostAnswer): SendResult {
  const { status, headers } = answer;
  const location = headers.location;
  if (status === 201 || status === 202) return { kind: 'accepted', messageId: location ? String(location) : null };
  return refused('no_push_service', `The answer was ${status}, not 201: ${textOf(answer)}`);
}
