/** One request at somebody's site: in its turn, logged before it goes out, and never longer than its turn lasts. */
import type { Database } from '../db/database.ts';
import { endPageRequest, logPageRequest, type NewPageRequest } from '../db/page-requests.ts';
import { endPageTurn, type PageTurn, type Site, takePageTurn } from '../db/page-turns.ts';
import type { PageAnswer, PageFetcher } from '../providers/page-fetcher.ts';

export interface VisitDeps {
  db: Database;
  pages: PageFetcher;
  userAgent: string;
  timeoutMs: number;
}

export interface Visit {
  site: Site;
  /** Who asks: one of a kind. */
  name: string;
  request: Omit<NewPageRequest, 'source' | 'userAgent'>;
  /** Asked when the turn has come: false gives it back. */
  mayStill?: () => Promise<boolean>;
  ask: (url: string) => Promise<PageAnswer>;
}

/** Between taking a turn and its request lie some milliseconds; a process that was stopped for longer does not ask any more. */
const LATEST_MS = 10_000;

export type Visited = PageAnswer | { kind: 'later'; delayMs: number } | { kind: 'taken_back' };

export async function visitPage(deps: VisitDeps, { site, name, request, mayStill, ask }: Visit): Promise<Visited> {
  const leaseSeconds = (deps.timeoutMs + LATEST_MS) / 1_000;
  const turn: PageTurn = { budget: site.budget, visit: name, gapSeconds: site.gapSeconds, leaseSeconds };
  const began = performance.now();
  const delayMs = await takePageTurn(deps.db, turn);
  if (delayMs > 0) return { kind: 'later', delayMs };
  try {
    if (mayStill && !(await mayStill())) return { kind: 'taken_back' };
    const logged = await logPageRequest(deps.db, { ...request, source: 'built_in', userAgent: deps.userAgent });
    if (performance.now() - began > LATEST_MS) throw new Error(`the turn at ${site.budget} has passed`);
    const answer = await ask(request.url);
    await endPageRequest(deps.db, logged, told(answer));
    return answer;
  } finally {
    await endPageTurn(deps.db, turn);
  }
}

function told(answer: PageAnswer) {
  const { milliseconds } = answer;
  if (answer.kind === 'failed') return { outcome: answer.problem, milliseconds, detail: answer.message };
  const { kind: outcome, status } = answer;
  if (answer.kind === 'page') return { outcome, status, bytes: answer.bytes, milliseconds };
  const detail = answer.kind === 'redirect' ? (answer.location ?? answer.problem ?? undefined) : undefined;
  return { outcome, status, milliseconds, detail };
}
