/** A visit to a shop and what it is answered, without HTTP: an Express app and the played Firecrawl both come here. */
import type { Shop } from './shops.ts';

export interface Visit {
  shop: Shop;
  /** `shop.localhost:4010`, as the visitor has it. */
  host: string;
  path: string;
  /** What is searched for, at `/search?q=…`. */
  query?: string;
  /** Where the visitor seems to be, ISO 3166; undefined: at home. */
  country?: string | undefined;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** How long it takes; infinity: it never comes. */
  delayMs?: number;
}

export const html = (body: string, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
  body,
});

export const plainText = (body: string, status = 200): Answer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body,
});

export const redirect = (to: string, status = 302): Answer => ({ status, headers: { Location: to }, body: '' });
