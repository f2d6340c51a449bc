/** The built-in fetcher's one request for a page that may be asked for, and what follows from its answer. */
import { findSite, noteRecovered, restBudget, type Site } from '../db/page-turns.ts';
import { claimScrape, followRedirectOf, type ScrapeToDo } from '../db/scrapes.ts';
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { judgeStatus } from '../domain/pages/judge-status.ts';
import type { NoObservationReason } from '../domain/pages/page-reading.ts';
import { isOfDomain } from '../domain/watch-list/page-url.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import type { PageAnswer, PageProblem } from '../providers/page-fetcher.ts';
import { endWithout, noteFetched, tryAgain } from './end-scrape.ts';
import type { PageJudgement } from './judge-page.ts';
import { savePage } from './page-evidence.ts';
import { type VisitDeps, visitPage } from './page-visit.ts';

export interface AskForPageDeps extends VisitDeps {
  storage: Pick<ObjectStorage, 'put'>;
  maxBytes: number;
}

type Allowed = Extract<PageJudgement, { kind: 'allowed' }>;
type Asked = { kind: 'later'; delayMs: number } | { kind: 'told'; note: string };

/** A look at a page, under way. */
interface Look {
  scrape: ScrapeToDo;
  attempt: number;
  url: string;
  rule: string;
  site: Site;
}

const MAX_HOPS = 5;
/** A page that was in trouble lets the others of its site go first. */
const AGAIN_SECONDS = 600;

/** A request, and keeping what it brought, is over by then. */
export const claimLeaseSeconds = ({ timeoutMs }: Pick<VisitDeps, 'timeoutMs'>): number => timeoutMs / 1_000 + 60;

export async function askForPage(
  deps: AskForPageDeps,
  scrape: ScrapeToDo,
  url: string,
  judged: Allowed,
): Promise<Asked> {
  const { budget, gapSeconds } = await findSite(deps.db, new URL(url).host);
  const site = { budget, gapSeconds: Math.max(gapSeconds, judged.crawlDelaySeconds) };
  const look: Look = { scrape, attempt: -1, url, rule: judged.rule, site };
  const leaseSeconds = claimLeaseSeconds(deps);
  const answer = await visitPage(deps, {
    site,
    name: `${scrape.id} ${scrape.attempts + 1}`,
    request: { kind: 'page', url, competitorId: scrape.competitor_id, scrapeId: scrape.id, rule: judged.rule },
    mayStill: async () => {
      const given = { scrapeId: scrape.id, attempts: scrape.attempts, rule: judged.rule, robots: judged.robots };
      look.attempt = (await claimScrape(deps.db, { ...given, leaseSeconds })) ?? -1;
      return look.attempt > 0;
    },
    ask: (address) =>
      deps.pages.requestPage(address, {
        maxBytes: deps.maxBytes,
        timeoutMs: deps.timeoutMs,
        locale: scrape.locale,
      }),
  });
  if (answer.kind === 'later') return answer;
  // Somebody else has it, or robots.txt has changed since it was judged: the next run sees which.
  if (answer.kind === 'taken_back') return { kind: 'later', delayMs: 1_000 };
  return follow(deps, look, answer);
}

async function follow(deps: AskForPageDeps, look: Look, answer: PageAnswer): Promise<Asked> {
  switch (answer.kind) {
    case 'page':
      return keep(deps, look, answer);
    case 'redirect':
      return goOn(deps, look, answer);
    case 'failed': {
      const { problem, mayPass, message: detail } = answer;
      return mayPass ? rest(deps, look, REASONS[problem], detail) : end(deps, look, REASONS[problem], detail);
    }
    case 'not_modified':
      return end(deps, look, 'source_failed', 'The answer was 304, and nobody had asked whether the page changed.');
    case 'refused': {
      const judged = judgeStatus(answer.status);
      const reason = judged.kind === 'page' ? 'source_failed' : judged.reason;
      const detail = `The site answered ${answer.status}.`;
      if (judged.kind === 'trouble') return rest(deps, look, reason, detail, answer.retryAfterSeconds);
      await noteRecovered(deps.db, look.site.budget);
      return end(deps, look, reason, detail);
    }
  }
}

async function keep(deps: AskForPageDeps, look: Look, answer: Extract<PageAnswer, { kind: 'page' }>): Promise<Asked> {
  const { scrape, attempt, rule, url } = look;
  const page: FetchedPage = {
    url: scrape.page_url ?? url,
    finalUrl: url,
    status: answer.status,
    contentType: answer.contentType,
    html: answer.text,
    fetchedAt: new Date().toISOString(),
    source: 'built_in',
    json: null,
    screenshotUrl: null,
    rule,
    credits: 0,
  };
  const pageKey = await savePage(deps.storage, scrape.id, page);
  const kept = await deps.db.transaction((tx) => noteFetched(tx, { scrapeId: scrape.id, attempt, pageKey, rule }));
  await noteRecovered(deps.db, look.site.budget);
  return { kind: 'told', note: kept ? 'fetched' : 'it was another’s by then' };
}

async function goOn(deps: AskForPageDeps, look: Look, answer: Extract<PageAnswer, { kind: 'redirect' }>) {
  const { scrape, attempt, site } = look;
  const { location, problem } = answer;
  if (location === null) return end(deps, look, 'redirected_away', `A redirect that is not followed: ${problem}.`);
  if (!isOfDomain(new URL(location), scrape.domain))
    return end(deps, look, 'redirected_away', `It redirects to ${new URL(location).host}.`);
  if (scrape.hops >= MAX_HOPS) return end(deps, look, 'redirected_away', `More than ${MAX_HOPS} redirects.`);
  await followRedirectOf(deps.db, scrape.id, attempt, location);
  return { kind: 'later', delayMs: Math.ceil(site.gapSeconds * 1_000) } as const;
}

async function end(deps: AskForPageDeps, look: Look, reason: NoObservationReason, detail: string): Promise<Asked> {
  const { scrape, attempt, url } = look;
  const owner = { scrapeId: scrape.id, attempt };
  await deps.db.transaction((tx) => endWithout(tx, owner, { reason, detail, url }));
  return { kind: 'told', note: reason };
}

/** The site is left alone for a while, and the page is asked for again after that. */
async function rest(
  deps: AskForPageDeps,
  look: Look,
  reason: NoObservationReason,
  detail: string,
  askedSeconds?: number,
): Promise<Asked> {
  const { scrape, attempt, url } = look;
  const seconds = await restBudget(deps.db, look.site.budget, { askedSeconds, reason: detail });
  const notBefore = new Date(Date.now() + Math.max(seconds, AGAIN_SECONDS) * 1_000);
  const owner = { scrapeId: scrape.id, attempt };
  await deps.db.transaction((tx) => tryAgain(tx, owner, { reason, detail, url, notBefore }));
  return { kind: 'told', note: `${reason}: the site rests for ${Math.round(seconds)} s` };
}

const REASONS: Readonly<Record<PageProblem, NoObservationReason>> = {
  address_invalid: 'unreachable',
  address_not_public: 'unreachable',
  port_refused: 'unreachable',
  redirect_refused: 'redirected_away',
  too_many_redirects: 'redirected_away',
  http_status: 'source_failed',
  fetch_timeout: 'timed_out',
  too_slow: 'timed_out',
  host_unknown: 'unreachable',
  connection_failed: 'unreachable',
  certificate_invalid: 'unreachable',
  too_many_bytes: 'too_large',
  headers_too_large: 'too_large',
  encoding_unsupported: 'unreachable',
  body_incomplete: 'unreachable',
  not_html: 'not_html',
};
