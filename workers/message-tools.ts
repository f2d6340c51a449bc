/** What a process that runs the notifications pool opens beside the stores: the ways out for messages and for webhooks. */
import { type ChannelSettings, openMessageChannels } from '../providers/message-channels.ts';
import { createWebhookClient, type WebhookClientOptions } from '../providers/webhook-client.ts';
import type { MessageTools } from './notifications-pool.ts';

export interface MessageToolSettings extends Pick<MessageTools, 'from' | 'shopName' | 'doubtMs'> {
  channels: ChannelSettings;
  webhooks: WebhookClientOptions & Omit<MessageTools['webhooks'], 'client'>;
}

export interface OpenedMessageTools extends MessageTools {
  close(): Promise<void>;
}

export async function openMessageTools(settings: MessageToolSettings): Promise<OpenedMessageTools> {
  const channels = await openMessageChannels(settings.channels);
  const client = createWebhookClient(settings.webhooks);
  return {
    ...settings,
    channels,
    webhooks: { ...settings.webhooks, client },
    async close() {
      channels.close();
      await client.close();
    },
  };
}
