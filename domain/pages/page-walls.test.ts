import type { FetchedPage } from './fetched-page.ts';
import { documentOf, pageOf, priceIn, read } from './page-for-test.ts';
import { readPage } from './read-page.ts';

const LAMP = { '@type': 'Product', name: 'Lamp', offers: { '@type': 'Offer', price: '19.99', priceCurrency: 'EUR' } };
const page = (title: string, body: string, blocks: readonly unknown[] = []) =>
  documentOf(body, blocks, `<title>${title}</title>`);
const filler = '<p>Genäht in Bremen, aus Leinen, mit Futter und drei Taschen.</p>'.repeat(60);

describe('bot checks', () => {
  test.each([
    [
      'Cloudflare',
      page(
        'Just a moment...',
        '<h1>shop.example</h1><p>Verify you are human by completing the action below.</p><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>',
      ),
    ],
    [
      'DataDome',
      page(
        'shop.example',
        '<p>Please enable JS and disable any ad blocker</p><script>var dd={"host":"geo.captcha-delivery.com"}</script>',
      ),
    ],
    [
      'PerimeterX',
      page(
        'Access to this page has been denied',
        '<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><div id="px-captcha"></div>',
      ),
    ],
    ['Akamai', page('', '<div id="sec-if-cpt-container"></div><script src="/x?bm-verify=1"></script>')],
    [
      'Imperva',
      page('', '<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful. Incapsula incident ID: 1</iframe>'),
    ],
    [
      'letters to type',
      page(
        'Robot Check',
        '<h4>Enter the characters you see below</h4><form action="/errors/validateCaptcha"><input name="field"></form>',
      ),
    ],
    ['hCaptcha alone', page('', '<div class="h-captcha" data-sitekey="x"></div>')],
    ['in German', page('Sicherheitsüberprüfung', '<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>')],
    ['in French', page('Vérification', '<p>Je ne suis pas un robot</p><div class="g-recaptcha"></div>')],
    ['in Spanish', page('Un momento', '<p>Verifique que no es un robot: no soy un robot</p>')],
    ['in Polish', page('Weryfikacja', '<p>Nie jestem robotem</p>')],
    ['in Japanese', page('確認', '<p>私はロボットではありません</p>')],
    ['in Russian', page('Проверка', '<p>Подтвердите, что вы не робот</p>')],
  ])('%s', (_, html) => {
    for (const status of [200, 403, 503])
      expect(read(html, {}, { status })).toMatchObject({ kind: 'none', reason: 'captcha' });
  });

  test('a product page with a box against robots is a product page', () => {
    const html = page(
      'Lamp',
      `<h1>Lamp</h1><p>19,99 €</p>${filler}<form><div class="g-recaptcha"></div>I'm not a robot</form><script src="https://www.google.com/recaptcha/api.js"></script><script src="/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js"></script>`,
      [LAMP],
    );
    expect(priceIn(read(html))).toBe('exact 1999 eur');
  });

  test('a short product page too', () => {
    const html = page(
      'Lamp',
      '<h1>Lamp</h1><p>19,99 €</p><script src="https://www.google.com/recaptcha/api.js"></script>',
      [LAMP],
    );
    expect(priceIn(read(html))).toBe('exact 1999 eur');
  });
});

describe('walls', () => {
  test.each([
    [
      'consent',
      page(
        'Bevor Sie fortfahren',
        '<h1>Bevor Sie fortfahren</h1><p>Wir verwenden Cookies.</p><button>Alle akzeptieren</button>',
      ),
      'consent_wall',
    ],
    [
      'consent in French',
      page('Cookies', '<p>Avant de continuer, donnez votre consentement.</p><button>Tout accepter</button>'),
      'consent_wall',
    ],
    ['age', page('Shop', '<p>Please confirm your age to enter.</p>'), 'consent_wall'],
    [
      'log-in',
      page('Anmelden', '<h1>Anmelden</h1><form><input type="email"><input type="password"></form>'),
      'login_wall',
    ],
    [
      'a closed shop',
      page('Shop', '<h1>Opening soon</h1><form><label>Enter using password<input type=password></label></form>'),
      'login_wall',
    ],
    ['a refusal', page('Access Denied', '<h1>Access Denied</h1><p>Reference #18.1</p>'), 'blocked'],
  ])('%s', (_, html, reason) => {
    expect(read(html)).toMatchObject({ kind: 'none', reason });
  });

  test('a banner over a product is no wall', () => {
    const banner = '<div class="cookie-banner"><p>We value your privacy</p><button>Accept all</button></div>';
    const account = '<div class="login"><form><input type="password">Anmelden</form></div>';
    expect(priceIn(read(page('Lamp', `${banner}${account}<h1>Lamp</h1><p>19,99 €</p>`, [LAMP])))).toBe(
      'exact 1999 eur',
    );
  });
});

describe('a page that is not there, answered with 200', () => {
  test.each([
    'Page not found',
    '404',
    'Error 404',
    'Seite nicht gefunden',
    'Diese Seite existiert nicht mehr',
    'Page introuvable',
    "Cette page n'existe plus",
    'Página no encontrada',
    'No se ha encontrado la página',
    'Pagina non trovata',
    'Página não encontrada',
    'Pagina niet gevonden',
    'Nie znaleziono strony',
    'Sidan hittades inte',
    'Siden blev ikke fundet',
    'Fant ikke siden',
    'Sivua ei löytynyt',
    'Stránka nenalezena',
    'Az oldal nem található',
    'Pagina nu a fost găsită',
    'Sayfa bulunamadı',
    'Страница не найдена',
    'Η σελίδα δεν βρέθηκε',
    'ページが見つかりません',
    '页面不存在',
    '페이지를 찾을 수 없습니다',
    'Sorry, this product is no longer available',
  ])('%s', (said) => {
    expect(read(page('Shop', `<h1>${said}</h1>`))).toMatchObject({ reason: 'soft_not_found' });
    expect(read(page(said, '<p>Shop</p>'))).toMatchObject({ reason: 'soft_not_found' });
    const others = [{ '@type': 'Product', name: 'Kerze', offers: LAMP.offers }];
    expect(read(page('Shop', `<h1>${said}</h1><h2>Beliebt</h2><p>Kerze 19,99 €</p>`, others))).toMatchObject({
      reason: 'soft_not_found',
    });
  });

  test('words like these about a size or a delivery do not hide a product', () => {
    const html = page(
      'Lamp',
      '<h1>Lamp</h1><p>19,99 €</p><p>Größe L nicht mehr verfügbar</p><p>Page not found? Tell us.</p>',
      [LAMP],
    );
    expect(priceIn(read(html))).toBe('exact 1999 eur');
    const named = { ...LAMP, name: 'T-Shirt "404 Not Found"' };
    expect(
      priceIn(read(page('T-Shirt "404 Not Found"', '<h1>T-Shirt "404 Not Found"</h1><p>19,99 €</p>', [named]))),
    ).toBe('exact 1999 eur');
  });

  test.each([
    '404 shares',
    '404,67',
    '404-1210S',
    'If you cannot find lime leaves, take lemon peel.',
    'I can’t find the screws in mine',
  ])('is not meant by %s', (said) => {
    expect(read(page('Shop', `<h1>Lampen</h1><p>${said}</p>`))).not.toMatchObject({ reason: 'soft_not_found' });
  });

  test.each(['404 – Seite fehlt', '404: gone', '404 | Shop', 'Sorry, we can’t find that page'])('%s too', (said) => {
    expect(read(page('Shop', `<h1>${said}</h1>`))).toMatchObject({ reason: 'soft_not_found' });
  });

  test('sent on to the front page or up to the category', () => {
    for (const finalUrl of ['https://shop.example/', 'https://shop.example/p'])
      expect(read(page('Shop', '<h1>Lampenladen</h1>'), {}, { finalUrl })).toMatchObject({ reason: 'soft_not_found' });
  });
});

describe('what is no page of a product', () => {
  test.each<[string, Partial<FetchedPage>, string]>([
    ['not found', { status: 404 }, 'not_found'],
    ['gone', { status: 410 }, 'gone'],
    ['refused', { status: 403 }, 'blocked'],
    ['too often', { status: 429 }, 'blocked'],
    ['broken', { status: 500 }, 'server_error'],
    ['a picture', { contentType: 'image/png', html: '\u0089PNG' }, 'not_html'],
    ['JSON', { contentType: 'application/json', html: '{"price":19.99}' }, 'not_html'],
    ['nothing', { html: '' }, 'not_html'],
    ['too much', { html: `<p>${'x'.repeat(6_000_001)}` }, 'too_large'],
    [
      'an article',
      { html: page('News', '<h1>News</h1><p>Words.</p>', [{ '@type': 'Article', name: 'News' }]) },
      'not_a_product',
    ],
    ['prices that nothing explains', { html: page('Lamp', '<h1>Lamp</h1><p>19,99 €</p>') }, 'not_understood'],
  ])('%s', (_, changes, reason) => {
    const html = changes.html ?? page('Lamp', '<h1>Lamp</h1><p>19,99 €</p>', [LAMP]);
    const reading = readPage(pageOf(html, changes), { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'x' });
    expect(reading).toMatchObject({ kind: 'none', reason });
    expect(reading).not.toHaveProperty('fields');
  });
});
