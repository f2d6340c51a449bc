/** Firecrawl's documents in our words. Nothing in them is relied on: a field of another type is as if it were not there. */
import { z } from 'zod';

export interface BatchPage {
  /** As it was asked for. */
  url: string;
  /** Where its redirects led. */
  finalUrl: string;
  /** Of the page; null: Firecrawl does not say. */
  status: number | null;
  contentType: string | null;
  /** Empty: it has none. */
  html: string;
  json: unknown;
  screenshotUrl: string | null;
  /** Null: Firecrawl does not say. */
  credits: number | null;
  error: string | null;
  /** Not fetched now but taken from what Firecrawl had. */
  cached: boolean;
}

const text = z.string().min(1).nullish().catch(null);
const amount = z.number().min(0).nullish().catch(null);

const document = z.object({
  rawHtml: text,
  json: z.unknown().optional(),
  screenshot: text,
  metadata: z
    .object({
      sourceURL: text,
      url: text,
      statusCode: z.coerce.number().int().min(100).max(599).nullish().catch(null),
      contentType: text,
      creditsUsed: amount,
      cacheState: text,
      error: text,
    })
    .nullish()
    .catch(null),
});

/** Undefined for what does not say which page it is of. */
export function readDocument(value: unknown): BatchPage | undefined {
  const parsed = document.safeParse(value);
  if (!parsed.success) return undefined;
  const { rawHtml, json, screenshot, metadata } = parsed.data;
  const url = metadata?.sourceURL ?? metadata?.url;
  if (!metadata || !url) return undefined;
  return {
    url,
    finalUrl: metadata.url ?? url,
    status: metadata.statusCode ?? null,
    contentType: metadata.contentType ?? null,
    html: rawHtml ?? '',
    json: json ?? null,
    screenshotUrl: screenshot && /^https?:\/\//.test(screenshot) ? screenshot : null,
    credits: metadata.creditsUsed ?? null,
    error: metadata.error ?? null,
    cached: metadata.cacheState === 'hit',
  };
}
