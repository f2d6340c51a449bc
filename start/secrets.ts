/** Secrets of one installation: random, made once, kept in `secrets.json` for its owner alone. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

export interface Secrets {
  stripe_secret_key: string;
  stripe_webhook_secret: string;
  sendgrid_api_key: string;
  /** Base64 PKCS #8 and SPKI: the pair that SendGrid's events are signed and verified with. */
  sendgrid_private_key: string;
  sendgrid_public_key: string;
  twilio_account_sid: string;
  twilio_auth_token: string;
  /** Base64url: the pair that push services know the shop by. */
  vapid_public_key: string;
  vapid_private_key: string;
  /** The last part of the chat's webhook. */
  chat_token: string;
  carrier_api_key: string;
  carrier_webhook_secret: string;
  firecrawl_api_key: string;
  firecrawl_webhook_secret: string;
  order_token_secret: string;
  media_secret: string;
  ops_password: string;
  /** API keys of the demo; they are rows of the database as well. */
  secret_key?: string;
  publishable_key?: string;
}

const pathOf = (dataDir: string) => join(dataDir, 'secrets.json');

/** Reads the secrets, and makes those that are missing. Throws {@link StartError} for a file that is not JSON. */
export function loadSecrets(dataDir: string): Secrets {
  const kept = readSecrets(pathOf(dataDir));
  const secrets = { ...makeSecrets(), ...kept };
  saveSecrets(dataDir, secrets);
  return secrets;
}

/** Written aside and renamed: a cut-off write must not lose the keys. */
export function saveSecrets(dataDir: string, secrets: Secrets): void {
  const draft = `${pathOf(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, pathOf(dataDir));
}

function readSecrets(path: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Secrets>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StartError(
      `${path} cannot be read (${(cause as Error).message}): mend it, or remove it for new secrets.`,
    );
  }
}

function makeSecrets(): Secrets {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    stripe_secret_key: `sk_test_${letters(24)}`,
    stripe_webhook_secret: `whsec_${letters(32)}`,
    sendgrid_api_key: `SG.${letters(22)}.${letters(40)}`,
    sendgrid_private_key: pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    sendgrid_public_key: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    twilio_account_sid: `AC${randomBytes(16).toString('hex')}`,
    twilio_auth_token: randomBytes(16).toString('hex'),
    ...makeVapidKeys(),
    chat_token: letters(24),
    carrier_api_key: `ck_test_${letters(24)}`,
    carrier_webhook_secret: letters(32),
    firecrawl_api_key: `fc-${letters(32)}`,
    firecrawl_webhook_secret: letters(32),
    order_token_secret: letters(48),
    media_secret: letters(48),
    ops_password: letters(16),
  };
}

/** As browsers take them: the uncompressed point, and the number of 32 bytes. */
function makeVapidKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y, d } = privateKey.export({ format: 'jwk' });
  const point = [Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')];
  return { vapid_public_key: Buffer.concat(point).toString('base64url'), vapid_private_key: d! };
}

/** Letters and digits only, so that a secret can be pasted into a shell or a URL. */
function letters(length: number): string {
  let text = '';
  while (text.length < length) text += randomBytes(length).toString('base64url').replaceAll(/[-_]/g, '');
  return text.slice(0, length);
}
