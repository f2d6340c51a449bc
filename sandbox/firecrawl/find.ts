/** `/v2/search` and `/v2/map`: what the sandbox's small web has of a query or of a site. */
import { randomUUID } from 'node:crypto';
import express, { type Router } from 'express';
import type { Competitors, FoundPage } from '../competitors/app.ts';
import type { Account } from './account.ts';
import { cannedPlaces } from './canned.ts';
import { badRequest, INSUFFICIENT_CREDITS, refuse } from './errors.ts';
import { readUrl } from './read-request.ts';
import type { FirecrawlSettings } from './settings.ts';

export interface FinderParts {
  competitors: Pick<Competitors, 'visit' | 'find'>;
  account: Account;
  settings: FirecrawlSettings;
}

export function createFinder({ competitors, account }: FinderParts) {
  const router: Router = express.Router();
  const sitePages = (url: string, search: string | undefined): FoundPage[] => {
    const { host, hostname } = new URL(url);
    const canned = cannedPlaces().filter((place) => new URL(place.url).hostname === hostname.replace(/^www\./, ''));
    return [...competitors.find(search, [host]), ...canned];
  };
  router.post('/map', (req, res) => {
    const { url: asked, search, limit = 5_000 } = (req.body ?? {}) as Record<string, unknown>;
    const url = readUrl(asked);
    if (url === undefined) return refuse(res, badRequest('Invalid URL', ['url']));
    if (account.remaining() < 1) return refuse(res, INSUFFICIENT_CREDITS);
    account.charge(1, 'map');
    account.note({ id: randomUUID(), endpoint: 'map', target: url });
    const links = sitePages(url, typeof search === 'string' ? search : undefined);
    res.json({ success: true, links: links.slice(0, Number(limit) || 1) });
  });
  router.post('/search', (req, res) => {
    const { query, limit = 10, includeDomains, excludeDomains } = (req.body ?? {}) as Record<string, unknown>;
    if (typeof query !== 'string' || query.trim() === '') return refuse(res, badRequest('Required', ['query']));
    if (account.remaining() < 1) return refuse(res, INSUFFICIENT_CREDITS);
    const included = Array.isArray(includeDomains) ? includeDomains.map(String) : undefined;
    const excluded = Array.isArray(excludeDomains) ? excludeDomains.map(String) : [];
    const found = competitors.find(query, included).filter(({ url }) => !excluded.includes(new URL(url).host));
    const web = found.slice(0, Number(limit) || 1).map((page, index) => ({ ...page, position: index + 1 }));
    const creditsUsed = Math.max(1, Math.ceil(web.length / 10)) * 2;
    const id = randomUUID();
    account.charge(creditsUsed, 'search');
    account.note({ id, endpoint: 'search', target: query });
    res.json({ success: true, data: { web }, warning: null, id, creditsUsed });
  });
  return {
    router,
    mapSite(url: string, limit: number): { allowed: FoundPage[]; blocked: string[] } {
      const robots = competitors.visit({ url: new URL('/robots.txt', url).href, userAgent: 'FirecrawlAgent' });
      const forbidden = forbiddenPaths(robots?.status === 200 ? robots.body : '');
      const isForbidden = (page: FoundPage) => forbidden.some((path) => new URL(page.url).pathname.startsWith(path));
      const pages = sitePages(url, undefined).slice(0, limit);
      return {
        allowed: pages.filter((page) => !isForbidden(page)),
        blocked: pages.filter(isForbidden).map((page) => page.url),
      };
    },
  };
}

/** As far as a crawl here needs it: plain prefixes for everybody. */
function forbiddenPaths(robots: string): string[] {
  const [, rules = ''] = /User-agent: \*\n([\s\S]*?)(?:\nUser-agent|$)/i.exec(robots) ?? [];
  return [...rules.matchAll(/^Disallow: (\/[^*$\s]*)$/gim)].map(([, path]) => path!);
}
