/** Where and how an SMTP server is reached, as one address: `smtps://user:password@host:465` or `smtp://host:587`. */

export interface SmtpAddress {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise by STARTTLS. */
  secure: boolean;
  /** Without TLS nothing is sent: a password and customers' addresses would be readable on the way. */
  requireTLS: boolean;
  auth: { user: string; pass: string } | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * TLS is a must, but for a server on this machine; `?starttls=optional` (a server in the same private network) and
 * `?starttls=required` say otherwise. Throws a TypeError that does not show the password.
 */
export function readSmtpUrl(text: string): SmtpAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname) {
    throw new TypeError('must be like smtps://user:password@mail.example:465 or smtp://…:587');
  }
  const { hostname, username, password } = url;
  const secure = url.protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && (readStartTls(url.searchParams) ?? !LOOPBACK.test(hostname)),
    auth: username ? { user: decode(username), pass: decode(password) } : undefined,
  };
}

function readStartTls(parameters: URLSearchParams): boolean | undefined {
  for (const [name, value] of parameters) {
    if (name !== 'starttls' || !['required', 'optional'].includes(value)) {
      throw new TypeError(`says ${name}, where only starttls=required and starttls=optional are known`);
    }
  }
  const wish = parameters.get('starttls');
  return wish === null ? undefined : wish === 'required';
}

/** A password's own % must be written as %25. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TypeError('has a % in its user or password that is not written as %25');
  }
}
