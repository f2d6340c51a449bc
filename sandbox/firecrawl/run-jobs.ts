/** Works through the pages of batches and crawls, a few at a time; what a killed process left waiting is taken up again. */
import type { Account } from './account.ts';
import { type DocumentParts, makeDocument } from './document.ts';
import type { Job, JobPage, Jobs } from './jobs.ts';
import type { FirecrawlSettings } from './settings.ts';
import type { Webhooks } from './webhooks.ts';

export interface RunnerParts extends DocumentParts {
  jobs: Jobs;
  webhooks: Webhooks;
  account: Account;
  settings: FirecrawlSettings;
  nowMs: () => number;
  transaction: (work: () => void) => void;
}

export interface Runner {
  /** To be called when there is something new. */
  wake(): void;
  active(): number;
  close(): void;
}

const LOOKED_AT = 500;

export function createRunner(parts: RunnerParts): Runner {
  const { jobs, settings } = parts;
  const active = new Map<number, string>();
  let closed = false;
  const mayRun = (page: JobPage) => {
    if (active.has(page.seq) || active.size >= settings.maxConcurrency) return false;
    const limit = jobs.find(page.job)?.maxConcurrency ?? Number.POSITIVE_INFINITY;
    return [...active.values()].filter((job) => job === page.job).length < limit;
  };
  const wake = () => {
    if (closed) return;
    for (const page of jobs.waiting(LOOKED_AT)) if (mayRun(page)) start(page);
  };
  const start = (page: JobPage) => {
    active.set(page.seq, page.job);
    void runPage(parts, page, () => closed).finally(() => {
      active.delete(page.seq);
      wake();
    });
  };
  return {
    wake,
    active: () => active.size,
    close: () => {
      closed = true;
    },
  };
}

async function runPage(parts: RunnerParts, page: JobPage, closed: () => boolean): Promise<void> {
  const { jobs, settings } = parts;
  const job = jobs.find(page.job)!;
  const [end] = await Promise.all([
    scrape(parts, job, page),
    new Promise((resolve) => setTimeout(resolve, settings.pageMs).unref()),
  ]);
  // What was begun before a cancel is thrown away; what a close cuts off is begun again.
  if (closed() || jobs.find(page.job)?.status !== 'scraping') return;
  parts.transaction(() => settle(parts, job, page, end));
}

interface End {
  document?: Record<string, unknown>;
  error?: string;
  credits: number;
}

async function scrape(parts: RunnerParts, { options }: Job, { url, scrapeId }: JobPage): Promise<End> {
  if (parts.faults.forPage('firecrawl', 'page_failed', url))
    return { error: 'All scraping engines failed! -- Double check the URL to make sure it’s not broken.', credits: 0 };
  try {
    return await makeDocument(parts, url, options, scrapeId);
  } catch (error) {
    return { error: (error as Error).message, credits: 0 };
  }
}

/** The page and its event, and with the last page the end of the job. */
function settle({ jobs, webhooks, account, nowMs }: RunnerParts, job: Job, page: JobPage, end: End): void {
  const { document, error, credits } = end;
  jobs.finish(page, end, nowMs());
  if (credits > 0) account.charge(credits, job.kind);
  const failed = document ?? { metadata: { sourceURL: page.url, scrapeId: page.scrapeId, error } };
  const event = { type: `${job.kind}.page`, success: document !== undefined, data: [failed] };
  webhooks.tell(job.id, job.webhook, error === undefined ? event : { ...event, error });
  if (jobs.counts(job.id).waiting > 0) return;
  jobs.setStatus(job.id, 'completed', nowMs());
  webhooks.tell(job.id, job.webhook, { type: `${job.kind}.completed`, success: true, data: [] });
}
