/** A message as its channel sends it, and what of it may be kept. */
import type { NotificationForSending } from '../db/claim-notification.ts';
import type { Content } from '../db/settle-notification.ts';
import type { Channel } from '../domain/messages/channels.ts';
import { resolveLocale } from '../domain/messages/locales.ts';
import { maskLinks } from '../domain/messages/mask-links.ts';
import { renderEmail, renderShort } from '../domain/messages/render.ts';
import type { AlertLinks } from '../domain/messages/templates/message.ts';
import { isTransactional, type Topic } from '../domain/messages/topics.ts';
import type { LinkedAlert } from '../price-alert-token.ts';
import type { SendResult } from '../providers/message-channel.ts';
import type { Channels } from '../providers/message-channels.ts';
import type { UnsubscribeTarget } from '../unsubscribe-token.ts';

export interface ComposeDeps {
  from: { email: string; name: string };
  shopName: string;
  /** The shop's: for recipients and orders that have none of their own. */
  locale: string;
  timeZone: string;
  /** Where the customer sees an order and pays it: the link in the messages. */
  orderUrl: (order: { id: string; number: string }) => string;
  /** Where a subscriber sees and changes their subscription: the link in its messages. */
  subscriptionUrl?: ((subscriptionId: string) => string) | undefined;
  /** Where one click ends messages of a topic; absent: no message says how. */
  unsubscribeUrl?: ((target: UnsubscribeTarget) => string) | undefined;
  /** Where a click acts on a price alert; absent: nowhere. */
  alertLinks?: ((alert: LinkedAlert, recipient: string) => AlertLinks) | undefined;
}

export interface Composed {
  content: Content;
  /** Hands it to a provider; undefined when the channel has none of the name. */
  sendBy: (channels: Channels, provider: string | null) => Promise<SendResult> | undefined;
}

export function composeNotification(deps: ComposeDeps, found: NotificationForSending): Composed {
  return found.channel === 'email' ? composeEmail(deps, found) : composeShort(deps, found, found.channel);
}

function composeEmail(deps: ComposeDeps, found: NotificationForSending): Composed {
  const view = viewOf(deps, found);
  const { subject, text, html, version } = renderEmail(found.template, view, localeOf(deps, found));
  const { unsubscribeUrl } = view;
  const message = {
    ...addressed(found),
    from: deps.from,
    subject,
    text,
    html,
    category: found.template,
    unsubscribeUrl,
  };
  return {
    content: { subject, text: maskLinks(text), version },
    sendBy: ({ email }, name) => email.find(({ provider }) => provider === name)?.send(message),
  };
}

function composeShort(deps: ComposeDeps, found: NotificationForSending, channel: Exclude<Channel, 'email'>): Composed {
  const { title, body, url, version } = renderShort(found.template, viewOf(deps, found), localeOf(deps, found));
  const message = { ...addressed(found), title, body, url, urgency: found.urgency };
  return {
    content: { subject: title, text: maskLinks(url ? `${body}\n${url}` : body), version },
    sendBy: (channels, name) => channels[channel].find(({ provider }) => provider === name)?.send(message),
  };
}

/** A push goes to the browser's endpoint with its keys, everything else to an address. */
const addressed = ({ id, order_id, recipient, subscription }: NotificationForSending) => ({
  notificationId: id,
  orderId: order_id,
  to: subscription ? JSON.stringify(subscription) : recipient,
});

function viewOf(
  deps: ComposeDeps,
  { template, channel, recipient, recipient_id, topic, order, order_id, time_zone }: NotificationForSending,
) {
  const { shopName } = deps;
  const target = { channel, address: recipient, topic, recipientId: recipient_id };
  return {
    ...{ shopName, order },
    timeZone: time_zone ?? deps.timeZone,
    // It opens the order as its customer: nobody else is given it.
    orderUrl:
      subscriptionUrlOf(deps, topic, order.data) ??
      (order_id === null || !isTransactional(topic) ? '' : deps.orderUrl(order)),
    // What belongs to an order cannot be switched off, so it offers no way to.
    unsubscribeUrl: isTransactional(topic) ? undefined : deps.unsubscribeUrl?.(target),
    alertLinks: template === 'price-alert' ? deps.alertLinks?.(order.data ?? {}, recipient) : undefined,
  };
}

/** Made when the message is sent: what opens a subscription does not lie in the database. */
function subscriptionUrlOf(
  { subscriptionUrl }: ComposeDeps,
  topic: Topic,
  data: object | undefined,
): string | undefined {
  const { subscriptionId: id } = (data ?? {}) as { subscriptionId?: unknown };
  return topic === 'subscription' && typeof id === 'string' ? subscriptionUrl?.(id) : undefined;
}

/** People of the shop do not read an order in its customer's language. */
function localeOf({ locale }: ComposeDeps, found: NotificationForSending): string {
  return resolveLocale(found.locale, isTransactional(found.topic) ? found.order_locale : null, locale).tag;
}
