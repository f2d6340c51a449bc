/** What can be set while the sandbox runs; times in milliseconds. */
export interface FirecrawlSettings {
  /** Of the plan, per month. */
  planCredits: number;
  /** How long a page takes at least. */
  pageMs: number;
  maxConcurrency: number;
  /** New scrapes, batches, searches and maps per minute; 0: no limit. */
  requestsPerMinute: number;
  /** When a webhook that was not taken is sent again; after the last it is lost. */
  webhookRetryMs: readonly number[];
  webhookTimeoutMs: number;
  /** After that the results of a batch are gone. */
  resultsMs: number;
  /** In one answer of a batch's status. */
  documentsPerAnswer: number;
}

/** As the vendor's documentation has them; pages are quicker than the real ones. */
export const DEFAULT_SETTINGS: FirecrawlSettings = {
  planCredits: 100_000,
  pageMs: 250,
  maxConcurrency: 5,
  requestsPerMinute: 0,
  webhookRetryMs: [60_000, 300_000, 900_000],
  webhookTimeoutMs: 10_000,
  resultsMs: 24 * 3_600_000,
  documentsPerAnswer: 100,
};

/** Takes what is known and sound of it; returns what is wrong in words. */
export function changeSettings(settings: FirecrawlSettings, wanted: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(DEFAULT_SETTINGS, name)) return `${name} is none of ${Object.keys(DEFAULT_SETTINGS).join(', ')}`;
    const list = name === 'webhookRetryMs';
    const numbers: unknown[] = list && Array.isArray(value) ? value : [value];
    const sound = list === Array.isArray(value) && numbers.every((n) => typeof n === 'number' && n >= 0);
    if (!sound) return `${name} must be ${list ? 'a list of numbers' : 'a number'} from 0`;
  }
  Object.assign(settings, wanted);
  return undefined;
}
