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
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname) throw new TypeError('SMTP_URL is no smtp:// address.');
  const { hostname, username, password } = url;
  const secure = url.protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && (readStartTls(url.searchParams) ?? !LOOPBACK.test(hostname)),
    auth: username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : undefined,
  };
}

function readStartTls(parameters: URLSearchParams): boolean | undefined {
  for (const [name, value] of parameters) {
    if (name !== 'starttls' || !['required', 'optional'].includes(value)) {
      throw new TypeError(`SMTP_URL says ${name}: only starttls=required and starttls=optional are known.`);
    }
    return value === 'required';
  }
  return undefined;
}
