/** What a process that runs the notifications pool opens beside the stores: the ways out for messages and for webhooks. */
import type { Executor } from '../db/database.ts';
import { type ChannelSettings, openMessageChannels } from '../providers/message-channels.ts';
import { createWebhookClient, type WebhookClientOptions } from '../providers/webhook-client.ts';
import { countSends } from './count-sends.ts';
import type { MessageTools } from './notifications-pool.ts';

export interface MessageToolSettings extends Omit<MessageTools, 'channels' | 'webhooks'> {
  channels: ChannelSettings;
  webhooks: WebhookClientOptions & Omit<MessageTools['webhooks'], 'client'>;
}

export interface OpenedMessageTools extends MessageTools {
  close(): Promise<void>;
}

/** @param books where the outcomes of sends are counted */
export async function openMessageTools(settings: MessageToolSettings, books: Executor): Promise<OpenedMessageTools> {
  const channels = await openMessageChannels(settings.channels);
  const client = createWebhookClient(settings.webhooks);
  return {
    ...settings,
    channels: countSends(channels, books),
    webhooks: { ...settings.webhooks, client },
    async close() {
      channels.close();
      await client.close();
    },
  };
}
