/** What stands in a product's place: bot checks, walls of consent or log-in, and pages that say with status 200 that there is nothing. */
import type { FetchedPage } from './fetched-page.ts';
import { MISSING_WORDS } from './missing-words.ts';
import { addressOf } from './page-identity.ts';
import type { PageParts } from './page-parts.ts';
import type { NoObservationReason } from './page-reading.ts';
import type { TextRun } from './visible-text.ts';
import {
  BLOCK_WORDS,
  CAPTCHA_BOXES,
  CHALLENGE_MARKS,
  CHALLENGE_WORDS,
  CONSENT_WORDS,
  LOGIN_WORDS,
} from './wall-words.ts';

export interface Wall {
  readonly reason: NoObservationReason;
  readonly detail: string;
  /** Said by the title or the first heading, or by what only walls load: nothing on the page is believed. */
  readonly isPlain: boolean;
}

/** Pages of products say more than this. */
const SHORT = 1_500;
const MOST_READ = 20_000;
const LONGEST_SAID = 200;
const LONGEST_HTML = 400_000;

export function wallOf(page: FetchedPage, parts: PageParts, runs: readonly TextRun[]): Wall | undefined {
  const title = lower(parts.title);
  const headings = lower(parts.headings.join(' · '));
  const main = runs.filter(({ zone }) => zone === 'main');
  const length = runs.reduce((sum, { text }) => sum + text.length, 0);
  const text = lower(
    main
      .map(({ text }) => text)
      .join(' · ')
      .slice(0, MOST_READ),
  );
  const html = lower(page.html.slice(0, LONGEST_HTML));
  const wall = (reason: NoObservationReason, detail: string, isPlain = false): Wall => ({
    reason,
    detail: detail.slice(0, 200),
    isPlain,
  });

  const challenge = challengeIn(html, `${title} · ${headings}`, text, length);
  if (challenge !== undefined) return wall('captcha', challenge, true);
  if (BLOCK_WORDS.test(title) || BLOCK_WORDS.test(headings)) return wall('blocked', parts.title || headings, true);
  if (/^https?:\/\/consent\./.test(page.finalUrl)) return wall('consent_wall', page.finalUrl, true);
  const hasPassword = /<input[^>]{0,300}type\s?=\s?["']?password/i.test(html);
  const isLoginPage = /\/(?:password|login|log-in|signin|sign-in|anmelden|connexion|account\/login)\/?(?:\?|$)/i.test(
    page.finalUrl,
  );
  if (isLoginPage && hasPassword) return wall('login_wall', page.finalUrl, true);
  // Elsewhere on a page of a product such words are about deliveries, sizes and reviews.
  for (const said of [title, ...parts.headings.slice(0, 3).map(lower)])
    if (said.length <= LONGEST_SAID && MISSING_WORDS.test(said)) return wall('soft_not_found', said, true);
  if (hasPassword && LOGIN_WORDS.test(`${title} ${headings}`)) return wall('login_wall', parts.title);
  if (length < SHORT && BLOCK_WORDS.test(text)) return wall('blocked', text);
  const missing = main.find(({ text }) => text.length <= LONGEST_SAID && MISSING_WORDS.test(lower(text)));
  if (missing) return wall('soft_not_found', missing.text);
  if (length < SHORT && CONSENT_WORDS.test(text)) return wall('consent_wall', text);
  if (hasPassword && length < SHORT && LOGIN_WORDS.test(text)) return wall('login_wall', text);
  return isSentHome(page) ? wall('soft_not_found', `sent on to ${page.finalUrl}`) : undefined;
}

/** A box against robots alone makes no wall: reviews and forms have them too. */
function challengeIn(html: string, titles: string, text: string, length: number): string | undefined {
  const mark = length < SHORT ? CHALLENGE_MARKS.exec(html)?.[0] : undefined;
  const said = CHALLENGE_WORDS.exec(titles)?.[0];
  const box = CAPTCHA_BOXES.exec(html)?.[0];
  const words = length < SHORT ? CHALLENGE_WORDS.exec(text)?.[0] : undefined;
  if (said !== undefined && length < 2 * SHORT) return said;
  if (words !== undefined && (box !== undefined || mark !== undefined || length < 800)) return words;
  if (mark !== undefined && length < 600) return mark;
  return box !== undefined && length < 200 ? box : undefined;
}

function lower(text: string): string {
  return text.toLowerCase().replaceAll('’', "'");
}

/** To the front page, or up to where the asked page's folder begins. */
function isSentHome({ url, finalUrl }: FetchedPage): boolean {
  const [asked, final] = [addressOf(url, url), addressOf(finalUrl, url)];
  if (!asked || !final || asked.page === final.page) return false;
  const folders = (page: string) => page.split('/').length - 1;
  return folders(final.page) === 0 ? folders(asked.page) > 0 : asked.page.startsWith(`${final.page}/`);
}
