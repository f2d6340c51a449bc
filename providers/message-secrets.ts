/** Secrets that no message has a reason to show: one that does is refused before it leaves. */
export const MESSAGE_SECRETS: readonly RegExp[] = [/\b[rs]k_(test|live)_\w/, /\bwhsec_\w/, /\bSG\.[\w-]{16,}/];

export const showsSecret = (...texts: readonly string[]): boolean =>
  texts.some((text) => MESSAGE_SECRETS.some((secret) => secret.test(text)));
