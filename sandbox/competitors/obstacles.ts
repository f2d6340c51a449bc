/** What stands between a visitor and a price. Each has an address of its own, `/trouble/<name>`, and can be put before a page or a shop. */
import { type Answer, html, plainText, redirect, type Visit } from './answer.ts';
import { shopLayout } from './shop-layout.ts';
import { shops } from './shops.ts';

/** `page`: what would be answered without the obstacle. */
type Obstacle = (visit: Visit, page: () => Answer) => Answer;

const SLOW_MS = 8_000;
const HUGE_BYTES = 6_000_000;

const shown = (visit: Visit, title: string, main: string): string =>
  shopLayout(visit.shop, { title, main, origin: `http://${visit.host}` });

export const obstacles: Readonly<Record<string, Obstacle>> = {
  captcha: ({ host }) =>
    html(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Just a moment...</title><meta name="robots" content="noindex"></head>
<body><h1>${host}</h1><h2>Verify you are human by completing the action below.</h2>
<form id="challenge-form" action="/cdn-cgi/challenge" method="post"><div class="g-recaptcha" data-sitekey="6Lc_sandbox"></div></form>
<p>${host} needs to review the security of your connection before proceeding.</p></body></html>`),
  consent: (visit) =>
    html(
      shown(
        visit,
        'Your privacy',
        `<div id="cmp" class="consent-wall" role="dialog" aria-modal="true"><h1>We value your privacy</h1>
<p>We and our 842 partners store and access information on a device, such as cookies. To go on to the shop, accept all or subscribe for €2.99 a month.</p>
<button>Accept all</button><button>Subscribe</button></div>`,
      ),
    ),
  login: (visit) =>
    html(
      shown(
        visit,
        'Sign in',
        '<h1>Sign in to see prices</h1><form method="post" action="/login"><input name="email" type="email"><input name="password" type="password"><button>Sign in</button></form>',
      ),
    ),
  'soft-404': (visit) =>
    html(
      shown(
        visit,
        'Page not found',
        '<h1>Sorry, this page could not be found</h1><p>The product you are looking for is no longer in our range. These are popular right now: Steel Bottle, $9.99 · Pepper Mill, $12.49</p>',
      ),
    ),
  'not-found': (visit) => html(shown(visit, 'Not found', '<h1>404</h1><p>There is nothing here.</p>'), 404),
  gone: (visit) => html(shown(visit, 'Gone', '<h1>This product is gone for good</h1>'), 410),
  blocked: () =>
    html(
      "<!doctype html><title>Access Denied</title><h1>Access Denied</h1><p>You don't have permission to access this page on this server. Reference #18.2d351ab8</p>",
      403,
    ),
  'too-many': () => ({ ...plainText('Too Many Requests', 429), headers: { 'Retry-After': '120' } }),
  broken: () => html('<!doctype html><title>Error</title><h1>Internal Server Error</h1>', 500),
  unavailable: () => html('<!doctype html><title>Maintenance</title><h1>Back soon</h1>', 503, { 'Retry-After': '60' }),
  slow: (_visit, page) => ({ ...page(), delayMs: SLOW_MS }),
  hang: () => ({ ...plainText(''), delayMs: Number.POSITIVE_INFINITY }),
  home: ({ host }) => redirect(`http://${host}/`),
  elsewhere: ({ host, shop }) => {
    const other = shops.find(({ slug, source }) => slug !== shop.slug && source === 'built_in')!;
    return redirect(`http://${host.replace(shop.slug, other.slug)}/`);
  },
  loop: ({ host, path }) => redirect(`http://${host}${path}`),
  huge: (_visit, page) => {
    const whole = page();
    const filler = `<!-- ${'tracking '.repeat(HUGE_BYTES / 9)} -->`;
    return { ...whole, body: whole.body.replace('<main>', `${filler}<main>`) };
  },
  empty: () => html(''),
  'not-html': () => ({ status: 200, headers: { 'Content-Type': 'application/pdf' }, body: '%PDF-1.7 price list' }),
};
