/** `Prefer: wait=N` (RFC 7240 §4.3), in milliseconds; undefined when the client does not want to wait. */
const MAX_WAIT_SECONDS = 30;

export function preferredWait(header: unknown): number | undefined {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(String(header ?? ''))?.[1];
  if (seconds === undefined || Number(seconds) === 0) return undefined;
  return Math.min(Number(seconds), MAX_WAIT_SECONDS) * 1_000;
}
