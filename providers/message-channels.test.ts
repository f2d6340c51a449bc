import { afterEach, describe, expect, it } from '@jest/globals';
import webPush from 'web-push';
import { type ChannelSettings, type OpenedChannels, openMessageChannels } from './message-channels.ts';

const NONE: ChannelSettings = {
  timeoutMs: 1_000,
  allowedPrivateHosts: [],
  sendgrid: { apiKey: 'SG.0123456789', apiBase: undefined },
  smtp: undefined,
  twilio: undefined,
  vapid: undefined,
};

let opened: OpenedChannels | undefined;
afterEach(() => opened?.close());

async function providersOf(settings: Partial<ChannelSettings>) {
  opened = await openMessageChannels({ ...NONE, ...settings });
  const { close: _, ...channels } = opened;
  for (const [channel, providers] of Object.entries(channels))
    for (const each of providers) expect(each.channel).toBe(channel);
  return Object.fromEntries(
    Object.entries(channels).map(([channel, providers]) => [channel, providers.map(({ provider }) => provider)]),
  );
}

describe('the channels of messages', () => {
  it('are e-mail by SendGrid and chats when nothing else is set', async () => {
    expect(await providersOf({})).toEqual({
      email: ['sendgrid'],
      sms: [],
      web_push: [],
      chat: ['incoming-webhook'],
    });
  });

  it('are all that is set, SMTP second', async () => {
    const all = await providersOf({
      smtp: { url: 'smtps://mail.example' },
      twilio: {
        accountSid: `AC${'0'.repeat(32)}`,
        authToken: 'a-token',
        from: '+14155550100',
        apiBase: undefined,
        statusCallback: 'https://api.shop.example/webhooks/twilio',
      },
      vapid: { ...webPush.generateVAPIDKeys(), subject: 'mailto:ops@shop.example' },
    });
    expect(all).toEqual({
      email: ['sendgrid', 'smtp'],
      sms: ['twilio'],
      web_push: ['web-push'],
      chat: ['incoming-webhook'],
    });
  });
});
