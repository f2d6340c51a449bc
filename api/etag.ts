/** ETag and If-Match on the version of a row (RFC 9110 §8.8.3, §13.1.1). */
import { Problem } from './problem.ts';
import type { Call } from './route.ts';

export const etagOf = (version: number) => `"v${version}"`;

/** The version that If-Match asks for; undefined when the client does not care. Throws 400 for a malformed one. */
export function expectedVersion(call: Pick<Call, 'headers'>): number | undefined {
  const header = call.headers['if-match'];
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"v(\d+)"$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw new Problem({ status: 400, code: 'etag_malformed', detail: 'If-Match takes an ETag that this API gave.' });
  return Number(version);
}

/** Throws 412 with the current version when the client's is another. */
export function assertVersion(expected: number | undefined, current: number): void {
  if (expected === undefined || expected === current) return;
  throw new Problem({
    status: 412,
    code: 'version_mismatch',
    detail: 'The resource has changed since you read it.',
    headers: { ETag: etagOf(current) },
    extra: { current_version: etagOf(current) },
  });
}

/** Whether If-None-Match names this ETag, so that 304 is enough (RFC 9110 §13.1.2: compared weakly, any of a list). Fetch adds `no-cache`, which asks for just this check. */
export function isNotModified({ headers, req }: Pick<Call, 'headers' | 'req'>, etag: string): boolean {
  const given = headers['if-none-match'];
  if (req.method !== 'GET' || given === undefined) return false;
  return given.trim() === '*' || given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
