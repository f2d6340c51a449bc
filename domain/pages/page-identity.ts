/** Whether data on a page is about the page: by address, title and what stands in the address. */
import type { FetchedPage } from './fetched-page.ts';
import { metaContent, type PageParts } from './page-parts.ts';

export interface PageIdentity {
  readonly addresses: readonly Address[];
  /** As it was asked for, with what chooses a variant. */
  readonly asked: Address;
  readonly titles: readonly string[];
  /** Whether it has a heading, or a title made for others. */
  readonly isHeaded: boolean;
}

export interface Address {
  /** Host and path, in one writing. */
  readonly page: string;
  readonly parameters: readonly string[];
}

export function identityOf(page: FetchedPage, parts: PageParts): PageIdentity {
  const final = page.finalUrl || page.url;
  const urls = [final, page.url, parts.canonical, metaContent(parts.metas, 'og:url')];
  const addresses = urls.flatMap((url) => addressOf(url ?? '', final) ?? []);
  const named = [...parts.headings, metaContent(parts.metas, 'og:title', 'twitter:title') ?? '']
    .map(folded)
    .filter(isTitle);
  const asked = addressOf(final, final) ?? { page: '', parameters: [] };
  const wanted = addressOf(page.url, final);
  const parameters = [...asked.parameters, ...(wanted?.page === asked.page ? wanted.parameters : [])];
  const titles = [...named, ...[folded(parts.title)].filter(isTitle)];
  return { addresses, asked: { page: asked.page, parameters }, titles, isHeaded: named.length > 0 };
}

function isTitle(text: string): boolean {
  return text.length > 1;
}

export function addressOf(url: string, base: string): Address | undefined {
  if (url === '' || url.length > 4_000 || !URL.canParse(url, base)) return undefined;
  const { host, pathname, searchParams, hash } = new URL(url, base);
  const parameters = [...searchParams].map(([name, value]) => `${name}=${value}`.toLowerCase());
  for (const part of hash.slice(1).split(/[&/?]/)) if (part !== '') parameters.push(part.toLowerCase());
  const path = decoded(pathname)
    .replace(/\/+$/, '')
    .replace(/\/index\.\w+$/, '')
    .toLowerCase();
  return { page: host.replace(/^www\./, '') + path, parameters };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Shorter names stand in other words by chance. */
const LONG = 6;

/** 0 to 1: how much of a name stands in the title that has most of it. */
export function titleAgreement(name: string, titles: readonly string[]): number | undefined {
  const whole = folded(name.slice(0, 500));
  const joined = whole.replaceAll(' ', '');
  const words = [...new Set(whole.split(' '))].filter((word) => word !== '');
  if (words.length === 0 || titles.length === 0) return undefined;
  const shares = titles.map((title) => {
    const theirs = new Set(title.split(' '));
    const common = words.filter((word) => theirs.has(word)).length;
    const share = common / Math.min(words.length, Math.max(theirs.size, 1));
    if (` ${title} `.includes(` ${whole} `) || (joined.length >= LONG && title.replaceAll(' ', '').includes(joined)))
      return 1;
    return share * (common > 1 || words.length === 1 ? 1 : 0.5);
  });
  return Math.max(...shares);
}

/** Whether a number of an article is what the address asks for. */
export function isInAddress(code: string, { page, parameters }: Address): boolean {
  const wanted = code.toLowerCase();
  if (wanted.length < 3) return false;
  return isInParameters(code, parameters) || page.split(/[/._-]/).includes(wanted) || page.endsWith(wanted);
}

export function isInParameters(code: string, parameters: readonly string[]): boolean {
  const wanted = code.toLowerCase();
  return parameters.some((parameter) => parameter === wanted || parameter.slice(parameter.indexOf('=') + 1) === wanted);
}
