/** Competitors' sites that answer from a table, in place of the built-in fetcher, and remember who asked when. */
import type { PageAnswer, PageFetcher } from '../../providers/page-fetcher.ts';

type Told = PageAnswer extends infer A ? (A extends object ? Omit<A, 'url' | 'milliseconds'> : never) : never;

export interface FakeSites extends PageFetcher {
  /** By address; `/robots.txt` too. What is not listed is 404. */
  answers: Map<string, Told | ((url: string) => Told | Promise<Told>)>;
  asked: { url: string; at: number }[];
}

export function createFakeSites(answers: Record<string, Told | (() => Told | Promise<Told>)> = {}): FakeSites {
  const table: FakeSites['answers'] = new Map(Object.entries(answers));
  const asked: FakeSites['asked'] = [];
  async function ask(url: string): Promise<PageAnswer> {
    asked.push({ url, at: performance.now() });
    const found = table.get(url) ?? refused(404);
    const told = typeof found === 'function' ? await found(url) : found;
    return { url, milliseconds: 1, ...told };
  }
  return { answers: table, asked, requestPage: ask, requestRobots: ask };
}

export const refused = (status: number, retryAfterSeconds?: number): Told => ({
  kind: 'refused',
  status,
  retryAfterSeconds,
});

export const redirect = (location: string | null): Told => ({
  kind: 'redirect',
  status: 302,
  location,
  problem: location === null ? 'redirect_refused' : null,
});

export const failed = (mayPass: boolean): Told => ({
  kind: 'failed',
  problem: mayPass ? 'connection_failed' : 'not_html',
  mayPass,
  message: 'It broke off.',
});

export const page = (text: string, more: { etag?: string } = {}): Told => ({
  kind: 'page',
  status: 200,
  contentType: 'text/html',
  text,
  body: new TextEncoder().encode(text),
  bytes: text.length,
  etag: more.etag ?? null,
  lastModified: null,
});
