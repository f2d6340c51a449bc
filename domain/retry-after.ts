/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */

/** Seconds to wait, undefined when the header is missing or says nothing readable. What lies in the past is 0. */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Dates of HTTP begin with the name of a day; Date.parse alone would make a date of nearly anything.
  const time = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now.getTime()) / 1_000));
}
