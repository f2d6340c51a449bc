/**
 * Fetches one picture from the address that somebody gave, when its host has a turn free. What the host answers is told as one of
 * four ends, so that the job that asked knows whether to go on, to give up, to come back, or to use up an attempt.
 */
import type { Executor } from '../db/database.ts';
import { giveBackHostTurn, restHost, takeHostTurn } from '../db/host-turns.ts';
import { FETCH_PROBLEMS, type FetchProblem } from '../domain/fetch-problems.ts';
import { parseRetryAfter } from '../domain/retry-after.ts';
import { type PublicAnswer, type PublicFetch, PublicFetchError } from '../providers/public-fetch.ts';

export interface FetchPictureDeps {
  db: Executor;
  publicFetch: PublicFetch;
  settings: {
    maxBytes: number;
    timeoutMs: number;
    /** Visits of a host at the same time, and begun per second. */
    fetchesPerHost: number;
  };
}

export interface PictureAddress {
  /** Of the product image: the same one keeps its place in the host's queue. */
  id: string;
  url: string;
  /** When it was first asked for: a host that asks for patience has it for a day. */
  since: Date;
}

export type FetchedPicture =
  | { kind: 'fetched'; bytes: Uint8Array; finalUrl: string; milliseconds: number }
  /** It would be the same another time. */
  | { kind: 'rejected'; code: FetchProblem; message: string }
  /** Not the fault of anybody: ask again after a while. */
  | { kind: 'later'; delayMs: number }
  /** May be over soon: worth an attempt. */
  | { kind: 'again'; code: FetchProblem; message: string };

const PATIENCE_MS = 24 * 3_600_000;
/** A rest that a host asks for, and the one of a host that says "not now" alone. */
const MAX_REST_SECONDS = 6 * 3_600;
const USUAL_REST_SECONDS = 30;
/** Beyond the fetch's own limit: the turn of a process that died is free again after this. */
const LEASE_MARGIN_SECONDS = 10;
/** Pictures first; a host that negotiates would else choose what suits it. */
const ACCEPT = 'image/avif,image/webp,image/png,image/jpeg,image/gif;q=0.9,*/*;q=0.1';

export async function fetchPicture(deps: FetchPictureDeps, address: PictureAddress): Promise<FetchedPicture> {
  const { db, settings } = deps;
  const host = URL.canParse(address.url) ? new URL(address.url).host : '';
  if (!host) return rejected('address_invalid');
  const leaseSeconds = settings.timeoutMs / 1_000 + LEASE_MARGIN_SECONDS;
  const waitMs = await takeHostTurn(db, host, address.id, { atOnce: settings.fetchesPerHost, leaseSeconds });
  if (waitMs > 0) return { kind: 'later', delayMs: waitMs };
  try {
    return await visit(deps, address, host);
  } finally {
    await giveBackHostTurn(db, address.id);
  }
}

async function visit({ db, publicFetch, settings }: FetchPictureDeps, address: PictureAddress, host: string) {
  const began = performance.now();
  try {
    const { maxBytes, timeoutMs } = settings;
    const answer = await publicFetch.fetch(address.url, { maxBytes, timeoutMs, accept: ACCEPT });
    if (answer.status === 200) {
      const { bytes, finalUrl } = answer;
      return { kind: 'fetched', bytes, finalUrl, milliseconds: performance.now() - began } as const;
    }
    return await judgeRefusal(db, answer, address, host);
  } catch (error) {
    if (!(error instanceof PublicFetchError)) throw error;
    return { kind: error.mayPass ? 'again' : 'rejected', code: error.code, message: error.message } as const;
  }
}

async function judgeRefusal(
  db: Executor,
  { status, headers }: PublicAnswer,
  { since }: PictureAddress,
  host: string,
): Promise<FetchedPicture> {
  if ((status === 429 || status === 503) && Date.now() - since.getTime() < PATIENCE_MS) {
    const asked = parseRetryAfter(headers['retry-after'], new Date()) ?? USUAL_REST_SECONDS;
    const seconds = Math.min(Math.max(asked, 1), MAX_REST_SECONDS);
    await restHost(db, host, seconds);
    return { kind: 'later', delayMs: seconds * 1_000 };
  }
  const code = 'http_status';
  const passing = status >= 500 || status === 408 || status === 425 || status === 429;
  return { kind: passing ? 'again' : 'rejected', code, message: `${FETCH_PROBLEMS[code]} (${status})` };
}

const rejected = (code: FetchProblem): FetchedPicture => ({ kind: 'rejected', code, message: FETCH_PROBLEMS[code] });
