/**
 * What lets whoever got a message end messages of its topic (RFC 8058): the address and the topic, signed. It holds no expiry,
 * since a message may be read years later, and opens nothing else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { CHANNELS, type Channel } from './domain/messages/channels.ts';
import { TOPICS, type Topic } from './domain/messages/topics.ts';

export interface UnsubscribeTarget {
  channel: Channel;
  address: string;
  topic: Topic;
  /** Whose address it is, when it is somebody that is known. */
  recipientId?: string | null;
}

export interface UnsubscribeTokens {
  issue(target: UnsubscribeTarget): string;
  /** Undefined for what is not ours, or was changed. */
  read(token: string): UnsubscribeTarget | undefined;
}

/** An address and a topic are far below this. */
const MAX_LENGTH = 4_096;

export function createUnsubscribeTokens(secret: string): UnsubscribeTokens {
  // The prefix keeps a token of another kind, made with the same secret, from being one of these.
  const sign = (content: string) => createHmac('sha256', secret).update(`unsubscribe-token/${content}`).digest();
  return {
    issue({ channel, address, topic, recipientId = null }) {
      const content = Buffer.from(JSON.stringify([channel, address, topic, recipientId])).toString('base64url');
      return `us_${content}.${sign(content).toString('base64url')}`;
    },
    read(token) {
      const [, content, signature] = /^us_([\w-]+)\.([\w-]{43})$/.exec(token.slice(0, MAX_LENGTH + 1)) ?? [];
      if (!content || !signature || token.length > MAX_LENGTH) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(content);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return parse(Buffer.from(content, 'base64url').toString());
    },
  };
}

/** What is signed is ours; a channel or topic that there is no more is read as nothing. */
function parse(json: string): UnsubscribeTarget | undefined {
  const [channel, address, topic, recipientId] = JSON.parse(json) as [Channel, string, Topic, string | null];
  return CHANNELS.includes(channel) && TOPICS.includes(topic) ? { channel, address, topic, recipientId } : undefined;
}

/** The page and the one-click address of a message. */
export const unsubscribeUrl = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/unsubscribe?token=${encodeURIComponent(token)}`;
