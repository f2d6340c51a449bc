/** Hosts that may be asked at all. */

/**
 * Whether a host (with its port, as in a URL) is one of the list's, or below one of them; an entry without a port means every port,
 * and no list means every host.
 */
export function isOnAllowlist(host: string, allowlist: readonly string[] | undefined): boolean {
  const bare = host.replace(/:\d+$/, '');
  return (
    allowlist === undefined ||
    allowlist.some((entry) => {
      const own = /:\d+$/.test(entry) ? host : bare;
      return own === entry || own.endsWith(`.${entry}`);
    })
  );
}
