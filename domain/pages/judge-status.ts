/** What follows from the status with which a competitor's site answers, whoever asked it. */
import type { NoObservationReason } from './page-reading.ts';

export type StatusJudgement =
  | { kind: 'page' }
  /** The page's own word, for good as far as this look goes. */
  | { kind: 'ended'; reason: NoObservationReason }
  /** May pass, and the site is left alone meanwhile; when it does not pass, `reason` is how the look ends. */
  | { kind: 'trouble'; reason: NoObservationReason };

const LOCKED: ReadonlySet<number> = new Set([401, 402, 407, 451]);
/** "Not for you" (403), "too often" (429), and what some guards say instead. */
const REFUSED: ReadonlySet<number> = new Set([403, 429, 430, 999]);

export function judgeStatus(status: number): StatusJudgement {
  if (status >= 200 && status < 300) return { kind: 'page' };
  if (status === 404) return { kind: 'ended', reason: 'not_found' };
  if (status === 410) return { kind: 'ended', reason: 'gone' };
  if (REFUSED.has(status)) return { kind: 'trouble', reason: 'blocked' };
  if (LOCKED.has(status)) return { kind: 'ended', reason: 'blocked' };
  if (status === 408) return { kind: 'trouble', reason: 'timed_out' };
  if (status >= 500 || status === 425) return { kind: 'trouble', reason: 'server_error' };
  return { kind: 'ended', reason: status >= 400 ? 'not_found' : 'source_failed' };
}
