/** What a template is, and what it is given. */
import type { Mail } from '../blocks.ts';
import type { Formats } from '../formats.ts';
import type { Locale } from '../locales.ts';
import type { MessageData } from '../message-data.ts';
import type { MessageTemplate, OrderView } from '../order-view.ts';
import type { Words } from '../words/words.ts';

/** Of a price alert, signed for whoever it is sent to; absent where there is nothing behind one. */
export interface AlertLinks {
  reprice?: string | undefined;
  mute?: string | undefined;
  wrongMatch?: string | undefined;
  evidence?: string | undefined;
  /** A picture. */
  chart?: string | undefined;
}

export interface MessageView<Template extends MessageTemplate = MessageTemplate> {
  shopName: string;
  /** Where the customer sees the order, and pays it when it is not paid; empty for a message about no order. */
  orderUrl: string;
  /** Of a message about no order, its data alone. */
  order: OrderView<Readonly<Partial<MessageData[Template]>>>;
  /** Where one click ends messages of this topic; absent for those that cannot be ended. */
  unsubscribeUrl?: string | undefined;
  alertLinks?: AlertLinks | undefined;
  /** IANA name, for days and times; UTC when absent. */
  timeZone?: string | undefined;
}

export interface Message<Template extends MessageTemplate> {
  words: Words;
  formats: Formats;
  locale: Locale;
  /** On one line. */
  shop: string;
  orderUrl: string;
  alertLinks: AlertLinks;
  order: OrderView<Readonly<Partial<MessageData[Template]>>>;
  data: Readonly<Partial<MessageData[Template]>>;
}

/** For channels that show a few lines. */
export interface Short {
  /** Above the body where a channel has two fields. */
  title: string;
  /** Complete by itself. */
  body: string;
  url: string | null;
}

/** A subject and all that a mail says, and the same in one sentence. */
export interface Template<Name extends MessageTemplate> {
  mail(message: Message<Name>): Mail;
  short(message: Message<Name>): Short;
}

export type Templates = { readonly [Name in MessageTemplate]: Template<Name> };
