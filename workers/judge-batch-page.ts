/** What a page of a batch is: one to be read, or none, with its reason. */
import type { FetchedPage } from '../domain/pages/fetched-page.ts';
import { judgeStatus } from '../domain/pages/judge-status.ts';
import type { NoObservationReason } from '../domain/pages/page-reading.ts';
import { isOfDomain } from '../domain/watch-list/page-url.ts';
import type { BatchPage } from '../providers/firecrawl.ts';

export type JudgedBatchPage =
  | { kind: 'page'; status: number }
  /** `again`: it may pass. `rests`: the site wants to be left alone. */
  | { kind: 'none'; reason: NoObservationReason; detail: string; again: boolean; rests: boolean };

export function judgeBatchPage(page: BatchPage, domain: string): JudgedBatchPage {
  const { status, finalUrl, html, contentType, error, cached } = page;
  if (!URL.canParse(finalUrl) || !isOfDomain(new URL(finalUrl), domain))
    return none('redirected_away', `It led to ${finalUrl.slice(0, 200)}.`);
  if (status !== null && (status < 200 || status >= 300)) return refusal(status);
  if (cached)
    return none('source_failed', 'Firecrawl gave an earlier copy, although it was asked for the page of now.', AGAIN);
  if (contentType && !/^(?:text\/html|application\/xhtml\+xml|text\/plain)\b/i.test(contentType.trim()))
    return none('not_html', `It is ${contentType.slice(0, 80)}.`);
  // "success" may come without data.
  if (html.trim() === '') return none('source_failed', error ?? 'Firecrawl gave an empty page.', AGAIN);
  return { kind: 'page', status: status ?? 200 };
}

const AGAIN = { again: true, rests: false };
const RESTS = { again: true, rests: true };

const none = (
  reason: NoObservationReason,
  detail: string,
  how: { again: boolean; rests: boolean } = { again: false, rests: false },
): JudgedBatchPage => ({ kind: 'none', reason, detail, ...how });

function refusal(status: number): JudgedBatchPage {
  const judged = judgeStatus(status);
  const reason = judged.kind === 'page' ? 'source_failed' : judged.reason;
  return none(reason, `The site answered ${status}.`, judged.kind === 'trouble' ? RESTS : undefined);
}

/** In the shape in which every page is read, whoever fetched it. */
export const fetchedPageOf = (
  page: BatchPage,
  { status, rule, credits }: { status: number; rule: string; credits: number },
): FetchedPage => ({
  url: page.url,
  finalUrl: page.finalUrl,
  status,
  contentType: page.contentType,
  html: page.html,
  fetchedAt: new Date().toISOString(),
  source: 'firecrawl',
  json: page.json,
  screenshotUrl: page.screenshotUrl,
  rule,
  credits,
});
