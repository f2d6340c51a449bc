/** Whether a page may be asked for at all, whoever is going to ask: the allowlist first, then robots.txt by a fresh copy. */
import { isOnAllowlist } from '../domain/pages/allowlist.ts';
import type { NoObservationReason } from '../domain/pages/page-reading.ts';
import type { KnownRobots, RobotsReader } from './robots.ts';

export interface JudgePageDeps {
  robots: RobotsReader;
  productToken: string;
  /** Hosts, each with those below it; undefined: all. */
  allowlist: readonly string[] | undefined;
}

export type PageJudgement =
  | {
      kind: 'allowed';
      /** For the log and the observation. */
      rule: string;
      robots: { origin: string; version: number };
      /** As robots.txt asks for. */
      crawlDelaySeconds: number;
    }
  | { kind: 'refused'; reason: NoObservationReason; rule: string }
  /** robots.txt cannot be had: nothing is allowed, for now. */
  | { kind: 'unreachable'; reason: 'robots_unreachable'; rule: string }
  | { kind: 'later'; delayMs: number };

export async function judgePage(
  { robots, productToken, allowlist }: JudgePageDeps,
  url: string,
): Promise<PageJudgement> {
  const { host, origin } = new URL(url);
  if (!isOnAllowlist(host, allowlist))
    return { kind: 'refused', reason: 'not_on_allowlist', rule: `${host} is not on the allowlist` };
  const known = await robots.read(origin);
  if (known.kind === 'later') return known;
  if (known.kind === 'unreachable')
    return { kind: 'unreachable', reason: 'robots_unreachable', rule: `robots.txt cannot be read (${known.reason})` };
  return judge(known, productToken, url);
}

function judge(known: KnownRobots, productToken: string, url: string): PageJudgement {
  const { allowed, rule, crawlDelaySeconds } = known.robots.judge(productToken, url);
  const told = rule ? `line ${rule.line}: ${rule.text}` : unruled(known);
  if (!allowed) return { kind: 'refused', reason: 'robots_forbidden', rule: told };
  const { origin, version } = known;
  return { kind: 'allowed', rule: told, robots: { origin, version }, crawlDelaySeconds: crawlDelaySeconds ?? 0 };
}

const unruled = ({ kind, reason }: KnownRobots): string =>
  kind === 'read' ? 'no line of robots.txt applies' : `there is no robots.txt (${reason})`;
