/** What there is to look at in the sandbox. */
import { escapeHtml, page } from './page.ts';

const PLACES: readonly [path: string, name: string, words: string][] = [
  ['/', 'Demo shop', 'buy something'],
  ['/mailbox', 'Mailbox', 'e-mails, by SendGrid and by SMTP'],
  ['/sms', 'Phones', 'text messages by Twilio'],
  ['/push', 'Browsers', 'web pushes, decrypted with the browsers’ keys'],
  ['/chat', 'Chat', 'messages by incoming webhooks'],
  ['/hooks', 'Webhooks', 'what a storefront is told by the API, and whether it is genuine'],
  ['/sandbox/competitors', 'Competitors', 'shops whose prices are watched, with buttons to change them'],
  ['/firecrawl', 'Firecrawl', 'which pages it was asked for, what is left of the credits, and its webhooks'],
  ['/sandbox/stripe', 'Stripe', 'payments, disputes and payouts, and buttons for all that others do'],
];

export function indexPage(): string {
  const items = PLACES.map(
    ([path, name, words]) =>
      `<li><a href="${path}"><span class="subject">${name}</span><span></span><span class="faint">${escapeHtml(words)}</span></a></li>`,
  );
  return page(
    'Sandbox',
    `<h1>Sandbox</h1><div class="faint">The outside world, played on this machine. No money moves, no message leaves.</div>
<ol>${items.join('')}</ol>`,
  );
}
