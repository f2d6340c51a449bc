/** A few addresses of the world outside, so that the vendor's own tests find what they ask for. */
import { escapeHtml } from '../page.ts';

interface Canned {
  title: string;
  description: string;
  paragraphs: readonly string[];
  links: readonly string[];
  images: readonly string[];
}

const LOGO = 'https://www.firecrawl.dev/brand/firecrawl-logo.svg';

const documents: Readonly<Record<string, Canned>> = {
  'docs.firecrawl.dev': {
    title: 'Quickstart | Firecrawl',
    description: 'Firecrawl allows you to turn entire websites into LLM-ready markdown.',
    paragraphs: [
      'Welcome to Firecrawl, an API service that takes a URL, crawls it, and converts it into clean markdown.',
      'Scrape takes one page, crawl all accessible subpages, map lists the addresses of a site, and search looks the web up.',
      'Every answer can hold markdown, HTML, links, a screenshot, or data by a JSON schema.',
    ],
    links: ['/features/scrape', '/features/batch-scrape', '/features/search', '/features/map', '/webhooks/overview'],
    images: [LOGO, 'https://docs.firecrawl.dev/images/playground.png'],
  },
  'firecrawl.dev': {
    title: 'Firecrawl - The Web Data API for AI',
    description: 'Power AI agents with clean web data. Turn websites into LLM-ready data with one API call.',
    paragraphs: [
      'The web crawling, scraping, and search API for AI. Built for scale.',
      'Firecrawl delivers the entire internet to AI agents and builders: clean, structured, and ready to reason with.',
    ],
    links: ['/pricing', '/blog', '/changelog', 'https://docs.firecrawl.dev/'],
    images: [LOGO, 'https://www.firecrawl.dev/og.png'],
  },
  'github.com': {
    title: 'GitHub · Change is constant. GitHub keeps you ahead.',
    description: 'Join the developer platform that millions build on.',
    paragraphs: ['Build and ship software on a single, collaborative platform.'],
    links: ['/features', '/pricing', '/about'],
    images: [
      'https://github.githubassets.com/assets/hero.webp',
      'https://github.githubassets.com/favicons/favicon.svg',
    ],
  },
  'example.com': {
    title: 'Example Domain',
    description: 'A domain for use in examples.',
    paragraphs: ['This domain is for use in documentation examples without needing permission.'],
    links: ['https://iana.org/domains/example'],
    images: [],
  },
};

/** Undefined for a host that is not known here. */
export function cannedPage(url: URL): string | undefined {
  const found = documents[url.hostname.replace(/^www\./, '')];
  if (!found) return undefined;
  const links = found.links.map((link) => `<li><a href="${new URL(link, url).href}">${escapeHtml(link)}</a></li>`);
  const images = found.images.map((src) => `<img src="${src}" alt="">`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(found.title)}</title>
<meta name="description" content="${escapeHtml(found.description)}"><meta property="og:title" content="${escapeHtml(found.title)}"></head>
<body><nav><a href="/">Home</a></nav><main><article><h1>${escapeHtml(found.title)}</h1>
${found.paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}<ul>${links.join('')}</ul>${images.join('')}</article></main>
<footer>© 2026</footer></body></html>`;
}

/** The addresses that a map or a search lists for such a host. */
export const cannedPlaces = (): { url: string; title: string; description: string }[] =>
  Object.entries(documents).flatMap(([host, { title, description, links }]) =>
    ['/', ...links].map((link) => ({ url: new URL(link, `https://${host}/`).href, title, description })),
  );
