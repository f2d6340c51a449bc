/** What the shops' robots.txt say: something different each, one of them nothing at all. */
import { type Answer, html, plainText, redirect, type Visit } from './answer.ts';

const USUAL = 'User-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /account\n';

/** Larger than what a crawler must read (500 KiB, RFC 9309 §2.5), with rules before and after that line. */
function bigRobots(): string {
  const lines = Array.from({ length: 16_000 }, (_, i) => `Disallow: /internal/section-${i}/archive/\n`);
  return `User-agent: *\nDisallow: /clearance/\nAllow: /p/\n${lines.join('')}Disallow: /beyond/\n`;
}

const files: Readonly<Record<string, (visit: Visit) => Answer>> = {
  'kettle-company': () => plainText(`# Welcome\n${USUAL}Allow: /cart/help\n\nUser-agent: BadBot\nDisallow: /\n`),
  'haushalt-hanse': () => plainText(`\uFEFF${USUAL}Disallow: /*?sort=\nDisallow: /p/*-used$\nCrawl-delay: 3\n`),
  'maison-lin': ({ host }) => redirect(`http://www.${host}/robots.txt`, 301),
  'barn-and-attic': () => plainText(`${USUAL}\nUser-agent: Stockroom\nDisallow: /c/\nDisallow: /p/phones-\nAllow: /\n`),
  'kurashi-ya': () => plainText(`${USUAL}Crawl-delay: 5\n`),
  nordlager: () => html('<!doctype html><title>404</title>', 404),
  megamart: () => plainText(bigRobots()),
  'shut-gate': () => html('<h1>Internal Server Error</h1>', 500),
};

/** `www`: the host that one shop's robots.txt has moved to. */
export function robotsOf(visit: Visit, www: boolean): Answer {
  if (www) return plainText(`${USUAL}Disallow: /p/tote-1\nCrawl-delay: 4\n`);
  return files[visit.shop.slug]?.(visit) ?? plainText(USUAL);
}
