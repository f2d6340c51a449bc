/** What it means when robots.txt was asked for and something else came (RFC 9309, 2.3.1). */
import { parseRobots, type Robots, robotsForAll } from './robots-txt.ts';

/** "Crawlers SHOULD follow at least five consecutive redirects, even across authorities" (2.3.1.2). */
const REDIRECTS_FOLLOWED = 5;

/** What a request for robots.txt brought: an answer, or the reason why there was none (DNS, TLS, a time-out, a refused address). */
export type RobotsAnswer =
  | {
      readonly url: string;
      readonly status: number;
      readonly body?: string | Uint8Array;
      readonly location?: string | null;
      /** How many redirects led here. */
      readonly redirects?: number;
    }
  | { readonly failed: string };

export type RobotsOutcome =
  /** `read`: the file's own word. `unavailable`: there is none, all is allowed. `unreachable`: unknown, nothing is allowed. */
  | { readonly kind: 'read' | 'unavailable' | 'unreachable'; readonly robots: Robots; readonly reason: string }
  /** To be asked for there; what it says holds for the host that was asked first. */
  | { readonly kind: 'redirected'; readonly to: string };

/** `known` is the copy that a 304 confirms. What comes out should be asked again within 24 hours (2.4). */
export function robotsOfAnswer(answer: RobotsAnswer, known?: Robots): RobotsOutcome {
  if ('failed' in answer) return unreachable(answer.failed);
  const { status } = answer;
  if (status >= 200 && status < 300)
    return { kind: 'read', robots: parseRobots(answer.body ?? ''), reason: `${status}` };
  if (status === 304 && known) return { kind: 'read', robots: known, reason: '304' };
  if ([301, 302, 303, 307, 308].includes(status)) return redirected(answer.url, answer.location, answer.redirects ?? 0);
  // 429 is a 4xx by its number, but says "not now", which a crawler that means well does not take for "help yourself".
  if (status >= 400 && status < 500 && status !== 429) return unavailable(`${status}`);
  return unreachable(`${status}`);
}

function redirected(from: string, location: string | null | undefined, redirects: number): RobotsOutcome {
  if (redirects >= REDIRECTS_FOLLOWED) return unavailable('more than five redirects');
  if (!location || !URL.canParse(location, from)) return unreachable('a redirect to nowhere');
  const { protocol, href } = new URL(location, from);
  return protocol === 'https:' || protocol === 'http:'
    ? { kind: 'redirected', to: href }
    : unreachable(`a redirect to ${protocol}`);
}

function unavailable(reason: string): RobotsOutcome {
  return { kind: 'unavailable', robots: robotsForAll(true), reason };
}

/** "The crawler MUST assume complete disallow." After thirty days it MAY do otherwise; a shop without a working robots.txt is left alone. */
function unreachable(reason: string): RobotsOutcome {
  return { kind: 'unreachable', robots: robotsForAll(false), reason };
}
