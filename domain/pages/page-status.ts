/** What a status code says of a page. */
import type { NoObservationReason } from './page-reading.ts';

export function reasonOfStatus(status: number): NoObservationReason | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 410) return 'gone';
  if (status === 401 || status === 407) return 'login_wall';
  if (status === 403 || status === 429 || status === 451) return 'blocked';
  if (status === 408) return 'timed_out';
  if (status >= 500) return 'server_error';
  return status >= 400 ? 'not_found' : 'redirected_away';
}
