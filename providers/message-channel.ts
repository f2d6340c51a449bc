/**
 * What every channel of messages is: one interface, whatever is behind it. What `send` returns says above all whether a
 * second try could be a second message (./email-failures.ts).
 */
import type { Channel, Urgency } from '../domain/messages/channels.ts';
import type { SendResult } from './email-failures.ts';

export type { Refused, SendResult } from './email-failures.ts';

interface Outgoing {
  /** Rides with the message where the provider allows it, and comes back with its events. */
  notificationId: string;
  /** Null for a message that is about no single order. */
  orderId: string | null;
  /** E-mail address, number in E.164, push subscription as JSON (endpoint, keys), or the chat's webhook URL. */
  to: string;
}

export interface EmailMessage extends Outgoing {
  from: { email: string; name: string };
  subject: string;
  text: string;
  html: string;
  /** A stable word for the kind of message, for the provider's statistics: nothing personal. */
  category: string;
  /** Where one POST ends messages of this topic (RFC 8058); absent for messages that cannot be switched off. */
  unsubscribeUrl?: string | undefined;
}

/** For channels that show a few lines. */
export interface ShortMessage extends Outgoing {
  title: string;
  body: string;
  url: string | null;
  urgency: Urgency;
}

interface Connected {
  /** As attempts and metrics name it: sendgrid, smtp, twilio … */
  readonly provider: string;
  /** Closes idle connections. */
  close(): void;
}

export interface EmailChannel extends Connected {
  readonly channel: 'email';
  send(message: EmailMessage): Promise<SendResult>;
}

export interface ShortChannel extends Connected {
  readonly channel: Exclude<Channel, 'email'>;
  send(message: ShortMessage): Promise<SendResult>;
}

export type MessageChannel = EmailChannel | ShortChannel;
