/** What the played Firecrawl was asked for, for people. */
import { escapeHtml, page } from '../page.ts';
import type { Account } from './account.ts';
import type { Jobs } from './jobs.ts';
import type { FirecrawlSettings } from './settings.ts';
import type { Webhooks } from './webhooks.ts';

export interface OverviewParts {
  account: Account;
  jobs: Jobs;
  webhooks: Webhooks;
  settings: FirecrawlSettings;
}

const SHOWN = 50;
const STYLE =
  '<style>h2{font-size:18px;margin:28px 0 8px}.entry span{min-width:0;overflow-wrap:anywhere}.entry .tag{white-space:nowrap}</style>';

export function overviewPage({ account, jobs, webhooks, settings }: OverviewParts): string {
  const asked = account.activity({ limit: SHOWN }).data as Record<string, string>[];
  const told = webhooks.list(undefined).slice(0, SHOWN) as Record<string, string | number>[];
  const requests = asked.map(({ id = '', endpoint = '', target = '', created_at: at = '' }) =>
    entry(target, stateOf(jobs, id) ?? endpoint, `${at.slice(11, 19)} · ${endpoint} ${id}`),
  );
  const events = told.map(({ type, url, state, failures }) =>
    entry(String(type), String(state), `${url}${failures ? ` · ${failures} times in vain` : ''}`),
  );
  return page(
    'Firecrawl',
    `<h1>Firecrawl</h1><div class="faint">${account.remaining()} of ${settings.planCredits} credits are left this month.</div>
<h2>What it was asked for</h2>${list(requests)}<h2>Webhooks</h2>${list(events)}`,
    STYLE,
  );
}

function stateOf(jobs: Jobs, id: string): string | undefined {
  const job = jobs.find(id);
  if (!job) return undefined;
  const { completed, total } = jobs.counts(id);
  return `${job.status}, ${completed} of ${total}`;
}

const entry = (subject: string, tag: string, words: string): string =>
  `<li><div class="entry"><span class="subject">${escapeHtml(subject)}</span><span class="tag">${escapeHtml(tag)}</span><span class="faint">${escapeHtml(words)}</span></div></li>`;

const list = (items: readonly string[]): string =>
  items.length > 0 ? `<ol>${items.join('')}</ol>` : '<p class="faint">Nothing in the last 24 hours.</p>';
