import { StripeError, unauthorized } from './errors.ts';

const VERSION = /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/;

/** Takes any `sk_test_…` (or restricted `rk_test_…`) key, as bearer token or as the user of basic authentication. */
export function checkApiKey(header: string | undefined): void {
  const key = readKey(header);
  if (!key) {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^[sr]k_test_[\w]+$/.test(key)) return;
  if (key.startsWith('pk_')) {
    throw new StripeError(401, {
      code: 'secret_key_required',
      message: 'This API call cannot be made with a publishable API key. Please use a secret API key.',
    });
  }
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(8)}`);
}

export const isVersion = (text: string): boolean => VERSION.test(text);

function readKey(header: string | undefined): string | undefined {
  const [scheme, value] = header?.split(' ') ?? [];
  if (!value) return undefined;
  if (scheme?.toLowerCase() !== 'basic') return value;
  return Buffer.from(value, 'base64').toString().split(':')[0];
}

/** The version that a request asks for; undefined without a header, which means the account's default. */
export function readVersion(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!isVersion(header)) throw new StripeError(400, { message: `Invalid Stripe API version: ${header}` });
  return header;
}
