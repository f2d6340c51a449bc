import { describe, expect, it } from '@jest/globals';
import webPush from 'web-push';
import { type ConfigError, loadConfig } from './config.ts';
import { channelSettingsOf } from './config-messages.ts';

const NEEDED = {
  DATABASE_URL: 'postgres://localhost/stockroom',
  STRIPE_SECRET_KEY: 'sk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  SENDGRID_API_KEY: 'SG.0123456789',
  SENDGRID_WEBHOOK_PUBLIC_KEY: 'MFkw',
  CARRIER_API_BASE: 'https://carrier.example',
  CARRIER_API_KEY: 'carrier-key',
  CARRIER_WEBHOOK_SECRET: 'carrier-secret',
  STOCKROOM_ORDER_TOKEN_SECRET: 'a-token-secret',
  STOCKROOM_OPS_PASSWORD: 'an-ops-password',
  STOCKROOM_MEDIA_SECRET: 'a-media-secret',
};
const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  // The second one is being rolled in.
  TWILIO_AUTH_TOKEN: 'an-auth-token, another-token',
  TWILIO_FROM: '+14155550100',
};
const pair = webPush.generateVAPIDKeys();
const VAPID = {
  VAPID_PUBLIC_KEY: pair.publicKey,
  VAPID_PRIVATE_KEY: pair.privateKey,
  VAPID_SUBJECT: 'mailto:ops@shop.example',
};
const without = <T extends object>(given: T, name: keyof T) =>
  Object.fromEntries(Object.entries(given).filter(([each]) => each !== name));

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig({ ...NEEDED, ...env });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe('the settings of messages', () => {
  it('leave e-mail by SendGrid alone when nothing is set', () => {
    const around = { timeoutMs: 10_000, allowedPrivateHosts: [], publicUrl: '', sendgrid: { apiKey: '', apiBase: '' } };
    const settings = channelSettingsOf(loadConfig(NEEDED), around);
    expect(settings).toMatchObject({ smtp: undefined, twilio: undefined, vapid: undefined });
  });

  it('tell Twilio where to report to', () => {
    const around = { timeoutMs: 1, allowedPrivateHosts: [], sendgrid: { apiKey: '', apiBase: '' } };
    const config = loadConfig({ ...NEEDED, ...TWILIO });
    const { twilio } = channelSettingsOf(config, { ...around, publicUrl: 'https://api.shop.example/' });
    expect(twilio).toEqual({
      accountSid: TWILIO.TWILIO_ACCOUNT_SID,
      authToken: 'an-auth-token',
      from: TWILIO.TWILIO_FROM,
      apiBase: undefined,
      statusCallback: 'https://api.shop.example/webhooks/twilio',
    });
  });

  it.each([
    ['a number', '+4915112345678'],
    ['a messaging service', `MG${'a'.repeat(32)}`],
    ['a name', 'Stockroom 1'],
  ])('take %s as the sender of SMS', (_, from) => {
    expect(problemsOf({ ...TWILIO, TWILIO_FROM: from })).toEqual([]);
  });

  it.each([
    ['a token', without(TWILIO, 'TWILIO_AUTH_TOKEN'), /^TWILIO_AUTH_TOKEN: is not set, but TWILIO_ACCOUNT_SID and/],
    ['a sender', without(TWILIO, 'TWILIO_FROM'), /^TWILIO_FROM: is not set/],
    ['a private key', without(VAPID, 'VAPID_PRIVATE_KEY'), /^VAPID_PRIVATE_KEY: is not set, but VAPID_PUBLIC_KEY and/],
    ['a subject', without(VAPID, 'VAPID_SUBJECT'), /^VAPID_SUBJECT: is not set/],
    ['an account', { TWILIO_API_BASE: 'http://127.0.0.1:4010' }, /^TWILIO_ACCOUNT_SID: is not set/],
  ])('refuse a provider without %s, by name', (_, env, problem) => {
    expect(problemsOf(env as Record<string, string>)).toEqual([expect.stringMatching(problem)]);
  });

  it.each([
    ['keys that are no pair', { ...VAPID, VAPID_PUBLIC_KEY: webPush.generateVAPIDKeys().publicKey }],
    ['a key of another length', { ...VAPID, VAPID_PUBLIC_KEY: VAPID.VAPID_PRIVATE_KEY }],
    ['a subject that is no address', { ...VAPID, VAPID_SUBJECT: 'the shop' }],
    ['a sender that is no number', { ...TWILIO, TWILIO_FROM: '0151 1234567890' }],
    ['mail over http', { SMTP_URL: 'http://mail.example' }],
    ['mail with an unknown wish', { SMTP_URL: 'smtp://mail.example?starttls=required&debug=true' }],
    ['half an escape in a password', { SMTP_URL: 'smtp://shop:100%@mail.example' }],
    ['a language without texts', { STOCKROOM_LOCALE: 'fr' }],
    ['what is no language', { STOCKROOM_LOCALE: 'german' }],
    ['a time zone that nobody knows', { STOCKROOM_TIME_ZONE: 'Europe/Atlantis' }],
    ['a cap of nothing', { STOCKROOM_MESSAGE_CAP_PER_HOUR: '0' }],
  ])('refuse %s', (_, env) => {
    const names = problemsOf(env as Record<string, string>).map((line) => line.split(':')[0]);
    expect(new Set(names).size).toBe(1);
  });

  it('spell a language as everybody does', () => {
    expect(loadConfig({ ...NEEDED, STOCKROOM_LOCALE: 'de-at' }).STOCKROOM_LOCALE).toBe('de-AT');
  });
});
