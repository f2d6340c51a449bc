import { describe, expect, it } from '@jest/globals';
import { childEnvironment, sandboxEnvironment } from './child-environment.ts';
import type { Secrets } from './secrets.ts';
import { readSettings } from './settings.ts';
import { EX_CONFIG, StartError } from './start-error.ts';

const secrets = {
  stripe_secret_key: 'sk_test_made',
  stripe_webhook_secret: 'whsec_made',
  sendgrid_api_key: 'SG.made',
  sendgrid_private_key: 'private',
  sendgrid_public_key: 'public',
  twilio_account_sid: 'AC_made',
  twilio_auth_token: 'twilio_made',
  vapid_public_key: 'vapid_public',
  vapid_private_key: 'vapid_private',
  chat_token: 'chat_made',
  carrier_api_key: 'carrier_made',
  carrier_webhook_secret: 'carrier_secret',
  firecrawl_api_key: 'fc-made',
  firecrawl_webhook_secret: 'firecrawl_secret',
  order_token_secret: 'token_secret',
  media_secret: 'media_made',
  ops_password: 'ops_made',
  publishable_key: 'pk_test_made',
} satisfies Secrets;

const PLAYED = ['SendGrid', 'SMTP', 'Twilio', 'web push', 'carrier', 'Firecrawl'];
const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_mine', STRIPE_WEBHOOK_SECRET: 'whsec_mine' };

function refusal(env: Record<string, string>): StartError {
  try {
    readSettings(env);
  } catch (error) {
    return error as StartError;
  }
  throw new Error('it was not refused');
}

describe('the settings of a start', () => {
  it('play every provider and use the usual ports when nothing is set', () => {
    const settings = readSettings({});
    expect(settings.played).toEqual(['Stripe', ...PLAYED]);
    expect(settings).toMatchObject({ apiUrl: 'http://127.0.0.1:3000', sandboxUrl: 'http://127.0.0.1:4010' });
    expect(settings.dataDir).toMatch(/\.stockroom$/);
  });

  it('leave a provider with keys to itself', () => {
    expect(readSettings(STRIPE).played).toEqual(PLAYED);
  });

  it('play no SMTP behind a real SendGrid, nor where it is switched off', () => {
    const sendgrid = { SENDGRID_API_KEY: 'SG.mine', SENDGRID_WEBHOOK_PUBLIC_KEY: 'mine' };
    for (const env of [sendgrid, { STOCKROOM_SANDBOX_SMTP_PORT: '0' }, { SMTP_URL: 'smtps://mail.example' }]) {
      const { played, smtpPort } = readSettings(env);
      expect([played.includes('SMTP'), smtpPort]).toEqual([false, 0]);
    }
  });

  it('put the mail server beside the sandbox, or where they are told', () => {
    expect(readSettings({ STOCKROOM_SANDBOX_PORT: '5010' }).smtpPort).toBe(5025);
    expect(readSettings({ STOCKROOM_SANDBOX_SMTP_PORT: '2525' }).smtpPort).toBe(2525);
  });

  it.each([
    [{ NODE_ENV: 'production' }, /NODE_ENV=production/],
    [{ PORT: '70000' }, /PORT is “70000”/],
    [{ PORT: '4010' }, /both 4010/],
    [{ STRIPE_SECRET_KEY: 'sk_live_x' }, /STRIPE_SECRET_KEY is set but STRIPE_WEBHOOK_SECRET is not/],
    [{ TWILIO_FROM: '+15005550006' }, /TWILIO_FROM is set but TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not/],
    [{ VAPID_PUBLIC_KEY: 'mine' }, /VAPID_PUBLIC_KEY is set but VAPID_PRIVATE_KEY and VAPID_SUBJECT are not/],
    [{ STOCKROOM_SANDBOX_SMTP_PORT: '3000' }, /STOCKROOM_SANDBOX_SMTP_PORT is 3000, which is taken/],
    [{ STOCKROOM_SANDBOX_SMTP_PORT: 'smtp' }, /STOCKROOM_SANDBOX_SMTP_PORT is “smtp”/],
  ])('refuse %j in one sentence', (env, sentence) => {
    const error = refusal(env as Record<string, string>);
    expect(error).toBeInstanceOf(StartError);
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain('\n');
    expect(error.exitCode).toBe(EX_CONFIG);
  });
});

describe('the environment of a child', () => {
  const build = (env: Record<string, string>) => childEnvironment(env, readSettings(env), secrets, 'postgres://made');

  it('points at the sandbox with made secrets', () => {
    expect(build({})).toMatchObject({
      STRIPE_SECRET_KEY: 'sk_test_made',
      STRIPE_API_BASE: 'http://127.0.0.1:4010',
      CARRIER_API_BASE: 'http://127.0.0.1:4010/carrier',
      SENDGRID_WEBHOOK_PUBLIC_KEY: 'public',
      SMTP_URL: 'smtp://127.0.0.1:4025',
      TWILIO_ACCOUNT_SID: 'AC_made',
      TWILIO_API_BASE: 'http://127.0.0.1:4010',
      VAPID_PUBLIC_KEY: 'vapid_public',
      DATABASE_URL: 'postgres://made',
    });
  });

  it('points at the played Firecrawl and lets the shops next door be visited, unless the user has a key of Firecrawl’s', () => {
    const { FIRECRAWL_API_KEY, FIRECRAWL_API_URL, STOCKROOM_ALLOWED_PRIVATE_HOSTS: hosts } = build({});
    expect([FIRECRAWL_API_KEY, FIRECRAWL_API_URL]).toEqual(['fc-made', 'http://127.0.0.1:4010']);
    expect(hosts!.split(',')).toEqual(expect.arrayContaining(['127.0.0.1:4010', 'megamart.localhost:4010']));
    const own = build({ FIRECRAWL_API_KEY: 'fc-mine' });
    expect([own.FIRECRAWL_API_KEY, own.FIRECRAWL_API_URL]).toEqual(['fc-mine', undefined]);
    const peace = { SANDBOX_PRICE_WAR_SECONDS: '0' };
    expect(sandboxEnvironment(build(peace), readSettings(peace), secrets)).toMatchObject(peace);
  });

  it('keeps pictures in the data folder, where the API and the workers find them, unless told otherwise', () => {
    const { STOCKROOM_MEDIA_DIR, STOCKROOM_MEDIA_SECRET } = build({ STOCKROOM_DATA_DIR: '/srv/shop' });
    expect([STOCKROOM_MEDIA_DIR, STOCKROOM_MEDIA_SECRET]).toEqual(['/srv/shop/media', 'media_made']);
    expect(build({ STOCKROOM_MEDIA_DIR: '/mnt/pictures' }).STOCKROOM_MEDIA_DIR).toBe('/mnt/pictures');
  });

  it('keeps the keys of a real provider, and never points it at the sandbox', () => {
    const environment = build(STRIPE);
    expect(environment.STRIPE_SECRET_KEY).toBe('sk_test_mine');
    expect(environment.STRIPE_API_BASE).toBeUndefined();
  });

  it('lets the user choose what was made for lack of a choice', () => {
    expect(build({ STOCKROOM_OPS_PASSWORD: 'my-own-password' }).STOCKROOM_OPS_PASSWORD).toBe('my-own-password');
    expect(build({ STOCKROOM_OPS_PASSWORD: '' }).STOCKROOM_OPS_PASSWORD).toBe('ops_made');
  });

  it('gives the signing key and the shop’s key to the sandbox alone', () => {
    const common = build({});
    const sandbox = sandboxEnvironment(common, readSettings({}), secrets);
    expect(common).not.toHaveProperty('SANDBOX_SENDGRID_PRIVATE_KEY');
    expect(sandbox).toMatchObject({ SANDBOX_SENDGRID_PRIVATE_KEY: 'private', SANDBOX_SHOP_KEY: 'pk_test_made' });
  });

  it('tells the demo shop whether real browsers may be asked', () => {
    const own = { VAPID_PUBLIC_KEY: 'mine', VAPID_PRIVATE_KEY: 'mine', VAPID_SUBJECT: 'mailto:me@shop.example' };
    const told = [{}, own].map((env) => sandboxEnvironment(build(env), readSettings(env), secrets).SANDBOX_PLAYS_PUSH);
    expect(told).toEqual(['true', 'false']);
  });
});
