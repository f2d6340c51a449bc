/**
 * The signature of Twilio's webhooks: HMAC-SHA1, keyed with the account's auth token, over the address that Twilio was given
 * and the form's fields (https://www.twilio.com/docs/usage/security#validating-requests). It has no time in it: whoever
 * keeps events must bear the same one twice. Twilio's own check, which compares in constant time, without its client.
 */
import webhooks from 'twilio/lib/webhooks/webhooks.js';

export const TWILIO_SIGNATURE_HEADER = 'x-twilio-signature';

/**
 * What Twilio is asked to do with a callback that we do not take, in the fragment of its address: five more tries within 15 s
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). It is not part of the request.
 */
export const TWILIO_RETRIES = '#rc=5&rp=ct,rt,5xx';

export interface SignedForm {
  signature: string | undefined;
  /** As Twilio was given it, with the query. */
  url: string;
  body: URLSearchParams;
}

/**
 * Why the request is not authentic, in words, or undefined when it is. Never throws, whatever was sent.
 * @param authTokens the account's; two while it is being changed
 */
export function refuseForm(authTokens: readonly string[], { signature, url, body }: SignedForm): string | undefined {
  if (!signature) return 'The signature is missing.';
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(body.keys())) {
    const values = body.getAll(name);
    fields[name] = values.length === 1 ? values[0]! : values;
  }
  // The documentation leaves open whether the fragment is signed.
  const addresses = [url, url + TWILIO_RETRIES];
  const isGenuine = authTokens.some((token) =>
    addresses.some((address) => webhooks.validateRequest(token, signature, address, fields)),
  );
  return isGenuine ? undefined : 'The signature does not match the address and the form.';
}
