/** A competitor's page as it came, in one shape whoever fetched it. */

export type PageSourceName = 'built_in' | 'firecrawl';

export interface FetchedPage {
  /** What was asked for, and where its redirects led. */
  url: string;
  finalUrl: string;
  /** Of the page itself, also when a service fetched it. */
  status: number;
  contentType: string | null;
  /** Decoded text; empty when there is none. */
  html: string;
  /** RFC 3339. */
  fetchedAt: string;
  source: PageSourceName;
  /** What a model read off the page (Firecrawl's JSON format); not to be trusted before it was checked. */
  json: unknown;
  /** Where the source took a picture of the page: an address to fetch it from. */
  screenshotUrl: string | null;
  /** The line of robots.txt by which it was asked for. */
  rule: string;
  /** What the source charged for it. */
  credits: number;
}
