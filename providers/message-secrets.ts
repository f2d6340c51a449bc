/** Secrets that no message has a reason to show: one that does is refused before it leaves. */
export const MESSAGE_SECRETS: readonly RegExp[] = [/\b[rs]k_(test|live)_\w/, /\bwhsec_\w/, /\bSG\.[\w-]{16,}/];

/** Throws when one of the texts shows a secret. */
export function refuseSecrets(...texts: readonly string[]): void {
  if (texts.some((text) => MESSAGE_SECRETS.some((secret) => secret.test(text)))) {
    throw new TypeError('The message shows a secret.');
  }
}
