/**
 * What a site's robots.txt says: asked for in the site's turn by one process for all, kept for half a day, and never believed for
 * longer. Whatever cannot be known allows nothing.
 */
import { findSite, restBudget, setCrawlDelay } from '../db/page-turns.ts';
import {
  findRobots,
  findRobotsVersion,
  followRobotsRedirect,
  leaseRobots,
  type RobotsAnswerRow,
  type RobotsKind,
  type RobotsRow,
  releaseRobots,
  saveRobots,
} from '../db/robots.ts';
import { isOnAllowlist } from '../domain/pages/allowlist.ts';
import { type RobotsAnswer, robotsOfAnswer } from '../domain/robots-answer.ts';
import { parseRobots, type Robots, robotsForAll } from '../domain/robots-txt.ts';
import type { PageAnswer } from '../providers/page-fetcher.ts';
import { type VisitDeps, visitPage } from './page-visit.ts';

export interface KnownRobots {
  kind: RobotsKind;
  reason: string;
  robots: Robots;
  origin: string;
  version: number;
}

export interface RobotsReader {
  /** Fresh, or when to ask again. `origin` is a URL's. */
  read(origin: string): Promise<KnownRobots | { kind: 'later'; delayMs: number }>;
}

/** 500 KiB at least are to be read (RFC 9309, 2.5). */
const MAX_BYTES = 512 * 1_024;
/** How long another process is given before it is looked whether it has read the file. */
const OTHERS_MS = 1_000;
const LEASE_MARGIN_SECONDS = 60;
/** Parsed files that a process remembers. */
const REMEMBERED = 500;

export interface RobotsDeps extends VisitDeps {
  productToken: string;
  /** See judge-page.ts: a redirect leads to no other host either. */
  allowlist: readonly string[] | undefined;
}

export function createRobotsReader(deps: RobotsDeps): RobotsReader {
  const parsed = new Map<string, KnownRobots>();

  async function read(origin: string): Promise<KnownRobots | { kind: 'later'; delayMs: number }> {
    const current = await findRobotsVersion(deps.db, origin);
    const remembered = parsed.get(origin);
    if (current?.fresh && remembered?.version === current.version) return remembered;
    const row = await findRobots(deps.db, origin);
    if (row?.fresh) return remember(knownOf(row));
    const asked = await ask(deps, origin);
    return asked.kind === 'asked' ? read(origin) : asked;
  }

  function remember(known: KnownRobots): KnownRobots {
    parsed.delete(known.origin);
    parsed.set(known.origin, known);
    if (parsed.size > REMEMBERED) parsed.delete(parsed.keys().next().value!);
    return known;
  }
  return { read };
}

function knownOf({ kind, reason, origin, version, body }: RobotsRow): KnownRobots {
  const robots = kind === 'read' ? parseRobots(body ?? '') : robotsForAll(kind === 'unavailable');
  return { kind, reason, origin, version, robots };
}

let asked = 0;

/** One request on the way to the file: it may lead to another one, in a turn of its own. */
async function ask(deps: RobotsDeps, origin: string): Promise<{ kind: 'asked' } | { kind: 'later'; delayMs: number }> {
  const asker = `robots ${origin} ${process.pid}-${Date.now()}-${++asked}`;
  const lease = await leaseRobots(deps.db, origin, asker, deps.timeoutMs / 1_000 + LEASE_MARGIN_SECONDS);
  if (!lease) {
    const current = await findRobotsVersion(deps.db, origin);
    return current?.fresh ? { kind: 'asked' } : { kind: 'later', delayMs: OTHERS_MS };
  }
  try {
    return await askAs(deps, lease, asker);
  } catch (error) {
    await releaseRobots(deps.db, origin, asker);
    throw error;
  }
}

async function askAs(deps: RobotsDeps, lease: RobotsRow, asker: string) {
  const { origin } = lease;
  const url = lease.next_url ?? `${origin}/robots.txt`;
  const site = await findSite(deps.db, new URL(url).host);
  const limits = { maxBytes: MAX_BYTES, timeoutMs: deps.timeoutMs, ...conditionsOf(lease) };
  const answer = await visitPage(deps, {
    site,
    name: asker,
    request: { kind: 'robots', url, competitorId: null, scrapeId: null, rule: null },
    ask: (address) => deps.pages.requestRobots(address, limits),
  });
  if (answer.kind === 'later' || answer.kind === 'taken_back') {
    await releaseRobots(deps.db, origin, asker);
    return answer.kind === 'later' ? answer : ({ kind: 'later', delayMs: OTHERS_MS } as const);
  }
  if (answer.kind === 'refused' && (answer.status === 429 || answer.status >= 500))
    await restBudget(deps.db, site.budget, { askedSeconds: answer.retryAfterSeconds, reason: `${answer.status}` });
  await keep(deps, lease, asker, answer);
  return { kind: 'asked' } as const;
}

/** Only the file itself can be confirmed, not what a redirect led to. */
const conditionsOf = ({ kind, next_url, etag, last_modified }: RobotsRow) =>
  kind === 'read' && next_url === null ? { etag, lastModified: last_modified } : {};

async function keep(deps: RobotsDeps, lease: RobotsRow, asker: string, answer: PageAnswer): Promise<void> {
  const { origin } = lease;
  const known = lease.kind === 'read' ? knownOf(lease).robots : undefined;
  const outcome = robotsOfAnswer(answerOf(answer, lease.hops, deps.allowlist), known);
  if (outcome.kind === 'redirected') return followRobotsRedirect(deps.db, origin, asker, outcome.to);
  const { kind, reason } = outcome;
  await saveRobots(deps.db, origin, asker, { kind, reason, ...fileOf(answer, lease) });
  const delay = outcome.robots.judge(deps.productToken, `${origin}/`).crawlDelaySeconds ?? 0;
  const { budget } = await findSite(deps.db, new URL(origin).host);
  await setCrawlDelay(deps.db, budget, delay);
}

function answerOf(answer: PageAnswer, redirects: number, allowlist: readonly string[] | undefined): RobotsAnswer {
  const { url } = answer;
  switch (answer.kind) {
    case 'page':
      return { url, status: answer.status, body: answer.body ?? answer.text, redirects };
    case 'redirect':
      if (answer.location && !isOnAllowlist(new URL(answer.location).host, allowlist))
        return { failed: 'a redirect to a host that is not on the allowlist' };
      return { url, status: answer.status, location: answer.location, redirects };
    case 'not_modified':
    case 'refused':
      return { url, status: answer.status, redirects };
    case 'failed':
      return { failed: answer.problem };
  }
}

function fileOf(answer: PageAnswer, lease: RobotsRow): Pick<RobotsAnswerRow, 'body' | 'etag' | 'lastModified'> {
  if (answer.kind === 'not_modified') return { body: lease.body, etag: lease.etag, lastModified: lease.last_modified };
  if (answer.kind !== 'page') return { body: null, etag: null, lastModified: null };
  // What came by a redirect has the other address's tag.
  const own = lease.next_url === null;
  const body = answer.body ?? new TextEncoder().encode(answer.text);
  return { body, etag: own ? answer.etag : null, lastModified: own ? answer.lastModified : null };
}
