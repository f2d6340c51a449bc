/** The shops next door, asked over HTTP as any visitor would, by their host names. */
import { createServer, type IncomingMessage, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { load } from 'cheerio/slim';
import express from 'express';
import JSON5 from 'json5';
import { listenOn } from '../sendgrid/test-sandbox.ts';
import { openStore, type Store } from '../store.ts';
import { type Competitors, createCompetitors } from './app.ts';
import { competitorHosts, MAKES, shops } from './shops.ts';

const server = createServer();
let store: Store;
let app: Competitors;
let url: string;

async function start() {
  server.removeAllListeners('request');
  url = await listenOn(server);
  app = createCompetitors({ store, baseUrl: url });
  const whole = express();
  whole.use(app.byHost);
  whole.use('/sandbox/control/competitors', app.control);
  whole.use('/sandbox/competitors', app.overview);
  whole.use((_req, res) => void res.status(404).send('not a shop'));
  server.on('request', whole);
}

async function stop() {
  app.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

beforeEach(async () => {
  store = openStore(':memory:');
  await start();
});
afterEach(async () => {
  await stop();
  store.close();
});

interface Got {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Names under localhost need no name server here: the Host header says who is meant. */
function visit(shop: string, path: string, headers: Record<string, string> = {}): Promise<Got> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path, headers: { host: `${shop}.localhost:${port}`, ...headers } };
    const asked = request(options, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() });
    });
    asked.on('error', reject);
    asked.end();
  });
}

const control = async (method: string, path = '', body?: object) => {
  const answer = await fetch(`${url}/sandbox/control/competitors${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : undefined };
};
const change = (body: object) => control('PUT', '', body);
const shopNow = async (slug: string) =>
  (await control('GET')).body.data.find((shop: { slug: string }) => shop.slug === slug);

describe('the shops', () => {
  it('are told apart by their host, and other hosts are not theirs', async () => {
    const titles = await Promise.all(
      shops.map(async ({ slug }) => load((await visit(slug, '/')).body)('header strong').text()),
    );
    expect(titles).toEqual(shops.map(({ name }) => name));
    expect((await visit('nobody', '/')).body).toBe('not a shop');
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect(competitorHosts(4010)).toContain('www.maison-lin.localhost:4010');
  });

  it('write prices as their countries do', async () => {
    const now = async (slug: string, key: string, selector: string) =>
      load((await visit(slug, `/p/${key}`)).body)(selector)
        .text()
        .replace(/\s/g, ' ');
    await change({ shop: 'haushalt-hanse', page: 'phones-night', amount: 129_900 });
    expect(await now('haushalt-hanse', 'phones-night', '.preis')).toBe('1.299,00 €');
    expect(await now('kettle-company', 'kettle-stl', '.price-now')).toBe('$83.99');
    expect(await now('barn-and-attic', 'pen-brass', '.pdp-price')).toMatch(/^£\d\d\.\d\d$/);
    expect(await now('kurashi-ya', 'keys-coal', '.css-9pz')).toBe('￥25,080');
    expect(await now('nordlager', 'pack-rust', '.produkt__pris')).toBe('1 809,00 kr');
    expect(await now('maison-lin', 'blanket-fog', '.preis')).toBe('180,90 €');
  });

  const told: Record<string, (page: ReturnType<typeof load>) => [string | undefined, string | undefined]> = {
    json_ld_graph: (page) => {
      const { '@graph': graph } = JSON.parse(page('script[type="application/ld+json"]').text());
      const { offers } = graph.find((node: { '@id'?: string }) => node['@id']?.endsWith('#product'));
      return [offers.price, offers.priceCurrency];
    },
    json_ld_loose: (page) => {
      const text = page('script[type="application/ld+json"]').text();
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      const [offer] = JSON5.parse(text).offers;
      return [offer.price, offer.priceCurrency];
    },
    microdata: (page) => {
      const offer = page('main > [itemscope] [itemprop=offers]').first();
      return [offer.find('[itemprop=price]').attr('content'), offer.find('[itemprop=priceCurrency]').attr('content')];
    },
    rdfa: (page) => {
      const offer = page('main > [typeof=Product] [property=offers]').first();
      return [offer.find('[property=price]').attr('content'), offer.find('[property=priceCurrency]').attr('content')];
    },
    meta: (page) => [
      page('meta[property="product:price:amount"]').attr('content'),
      page('meta[property="product:price:currency"]').attr('content'),
    ],
    embedded_state: (page) => {
      const { amount, currencyCode } = JSON.parse(page('#__NEXT_DATA__').text()).props.pageProps.product.price;
      return [(amount / 100).toFixed(2), currencyCode];
    },
    plain: (page) => [page('.produkt__pris').text().replace('$', ''), 'USD'],
    plain_2: (page) => [page('.vara-belopp').text().replace('$', ''), 'USD'],
  };

  it.each(MAKES)('say the same price after a redesign to %s', async (make) => {
    await change({ shop: 'megamart', make });
    await change({ shop: 'megamart', page: 'lamp-amb', amount: 119_95, list_amount: null });
    const page = load((await visit('megamart', '/p/lamp-amb')).body);
    expect(told[make]!(page)).toEqual(['119.95', 'USD']);
    expect(page('h1').text()).toBe('Lumen Row Arc Table Lamp Amber');
    expect(page('.related li').length).toBe(4);
  });

  it('have pages of several variants, of packs, of used things and of other sellers', async () => {
    const text = async (key: string) => load((await visit('kettle-company', `/p/${key}`)).body)('.product').text();
    expect(await text('chefs-knife')).toMatch(/From \$103\.99/);
    expect(await text('terracotta-pot')).toMatch(/\$19\.99 – \$47\.99/);
    expect(await text('mug-oat-3-pack')).toMatch(/3-pack[\s\S]*\$51\.99/);
    expect(await text('mug-oat-used')).toContain('Used – very good');
    expect(await text('mug-oat-by-others')).toContain('Sold by Second Street Trading');
    expect(await text('clock-30')).toContain('Out of stock');
    const candle = load((await visit('haushalt-hanse', '/p/candle-l')).body);
    expect(candle('.unit').text().replace(/\s/g, ' ')).toBe('(53,98 € / 1 kg)');
  });

  it('can be searched, also for what they have not', async () => {
    const found = load((await visit('kettle-company', '/search?q=stoneware%20mug%20oat')).body);
    expect(found('main li').first().text()).toBe('Hearth & Vane Stoneware Mug Oat $18.99');
    expect(found('main li').text()).toContain('3-pack');
    expect(found('main li').text()).not.toContain('Kettle');
    const none = load((await visit('kettle-company', '/search?q=%3Cb%3Erocket')).body);
    expect([none('h1').text(), none('main li').length]).toEqual(['0 × “<b>rocket”', 0]);
  });

  it.each([
    ['captcha', 200, /Verify you are human/],
    ['consent', 200, /We value your privacy/],
    ['soft-404', 200, /could not be found/],
    ['not-found', 404, /404/],
    ['gone', 410, /gone for good/],
    ['blocked', 403, /Access Denied/],
    ['too-many', 429, /Too Many/],
    ['broken', 500, /Internal/],
    ['unavailable', 503, /Back soon/],
    ['huge', 200, /price-now/],
  ])('have trouble: %s', async (name, status, words) => {
    const got = await visit('kettle-company', `/trouble/${name}`);
    expect([got.status, words.test(got.body)]).toEqual([status, true]);
    if (status === 429) expect(got.headers['retry-after']).toBe('120');
    if (name === 'huge') expect(got.body.length).toBeGreaterThan(5_000_000);
  });

  it('lead elsewhere: to the front page, to another shop, in a circle', async () => {
    const { port } = new URL(url);
    const to = async (name: string) => (await visit('megamart', `/trouble/${name}`)).headers.location;
    expect(await to('home')).toBe(`http://megamart.localhost:${port}/`);
    expect(await to('elsewhere')).toBe(`http://kettle-company.localhost:${port}/`);
    expect(await to('loop')).toBe(`http://megamart.localhost:${port}/trouble/loop`);
  });

  it('have a robots.txt each: rules, delays, none, one that moved, one too big, one that fails', async () => {
    const robots = (slug: string) => visit(slug, '/robots.txt');
    expect((await robots('haushalt-hanse')).body).toMatch(/Crawl-delay: 3/);
    expect((await robots('barn-and-attic')).body).toMatch(/User-agent: Stockroom\nDisallow: \/c\//);
    expect((await robots('nordlager')).status).toBe(404);
    expect((await robots('shut-gate')).status).toBe(500);
    const { port } = new URL(url);
    const moved = `http://www.maison-lin.localhost:${port}/robots.txt`;
    expect(await robots('maison-lin')).toMatchObject({ status: 301, headers: { location: moved } });
    expect((await visit('www.maison-lin', '/robots.txt')).body).toMatch(/Disallow: \/p\/tote-1/);
    const big = (await robots('megamart')).body;
    expect(big.indexOf('Disallow: /beyond/')).toBeGreaterThan(500 * 1024);
    await change({ shop: 'megamart', robots: 'User-agent: *\nDisallow: /', robots_status: 200 });
    expect((await robots('megamart')).body).toBe('User-agent: *\nDisallow: /');
  });

  it('show other currencies to visitors from elsewhere', async () => {
    await change({ shop: 'megamart', country: 'DE' });
    expect((await visit('megamart', '/p/mill-pepper')).body).toMatch(/"priceCurrency": "EUR"/);
    expect(app.visit({ url: `http://megamart.localhost/p/mill-pepper`, userAgent: 'x', country: 'GB' })?.body).toMatch(
      /"priceCurrency": "EUR"/,
    );
    await change({ shop: 'megamart', country: null });
    expect(app.visit({ url: `http://megamart.localhost/p/mill-pepper`, userAgent: 'x', country: 'GB' })?.body).toMatch(
      /"priceCurrency": "GBP"/,
    );
  });
});

describe('the control of the shops', () => {
  it('records who asked for what, and forgets on request', async () => {
    await visit('megamart', '/robots.txt', { 'user-agent': 'Stockroom/1 (+https://shop.example)' });
    await visit('megamart', '/p/mill-pepper?ref=1');
    const { port } = new URL(url);
    const { data } = (await control('GET', `/requests?host=megamart.localhost:${port}`)).body;
    expect(data).toMatchObject([
      { method: 'GET', path: '/robots.txt', user_agent: 'Stockroom/1 (+https://shop.example)', status: 200 },
      { path: '/p/mill-pepper?ref=1' },
    ]);
    expect((await control('GET', `/requests?after=${data[0].id}`)).body.data).toHaveLength(1);
    await control('DELETE', '/requests');
    expect((await control('GET', '/requests')).body.data).toEqual([]);
  });

  it('changes a price, makes a sale, runs out, puts up a CAPTCHA, and takes it all back', async () => {
    const page = { shop: 'kettle-company', page: 'mug-oat' };
    const before = (await shopNow('kettle-company')).pages[0];
    expect(before).toMatchObject({ key: 'mug-oat', our_sku: 'MUG-OAT', amount: 1899, list_amount: null });
    expect((await change({ ...page, sale: 20 })).body).toMatchObject({ amount: 1519, list_amount: 1899 });
    expect((await change({ ...page, availability: 'out_of_stock' })).body).toMatchObject({ amount: 1519 });
    await change({ ...page, obstacle: 'captcha' });
    expect((await visit('kettle-company', '/p/mug-oat')).body).toContain('Verify you are human');
    expect((await change({ ...page, reset: true })).body).toEqual(before);
    await change({ shop: 'kettle-company', obstacle: 'broken' });
    expect((await visit('kettle-company', '/p/mug-moss')).status).toBe(500);
    expect((await visit('kettle-company', '/robots.txt')).status).toBe(200);
    await control('DELETE');
    expect((await visit('kettle-company', '/p/mug-moss')).status).toBe(200);
    expect((await control('GET', '/changes?limit=1')).body.data[0]).toMatchObject({ change: { obstacle: 'broken' } });
  });

  it.each([
    [{ shop: 'nobody' }, /none of the shops/],
    [{ shop: 'megamart', page: 'nothing' }, /no page nothing/],
    [{ shop: 'megamart' }, /nothing to change/],
    [{ shop: 'megamart', page: 'mug-oat', amount: -1 }, /amount must be/],
    [{ shop: 'megamart', page: 'mug-oat', prize: 1 }, /prize is none of/],
    [{ shop: 'megamart', obstacle: 'toString' }, /obstacle must be/],
  ])('refuses what makes no sense: %j', async (body, words) => {
    const { status, body: answer } = await change(body);
    expect([status, words.test(answer.error.message)]).toEqual([400, true]);
  });

  it('fights a price war, step by step', async () => {
    const { done } = (await control('POST', '/war/step')).body;
    expect(done).toBe('Kettle & Company undercuts our Gooseneck Kettle by 8 %');
    const kettle = (await shopNow('kettle-company')).pages.find(({ key }: { key: string }) => key === 'kettle-blk');
    expect(kettle).toMatchObject({ amount: 7299, list_amount: 8399 });
    for (let step = 0; step < 9; step += 1) await control('POST', '/war/step');
    const changed = (await control('GET')).body.data.flatMap(({ pages }: { pages: object[] }) => pages);
    await control('DELETE');
    expect((await control('GET')).body.data.flatMap(({ pages }: { pages: object[] }) => pages)).toEqual(changed);
    expect((await control('PUT', '/war', { step_seconds: 60 })).body).toMatchObject({ running: true });
    expect((await control('PUT', '/war', { step_seconds: 0 })).body).toMatchObject({ running: false });
  });

  it('keeps what was changed over a restart', async () => {
    await change({ shop: 'nordlager', make: 'plain_2' });
    await change({ shop: 'nordlager', page: 'pack-fern', amount: 100_000 });
    await stop();
    await start();
    expect((await visit('nordlager', '/p/pack-fern')).body).toMatch(/class="vara-belopp">1\s000,00\skr</);
  });

  it('has pages with buttons', async () => {
    const press = (action: string, fields: Record<string, string>) =>
      fetch(`${url}/sandbox/competitors/${action}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
    await press('change', { shop: 'megamart', page: 'mug-oat', sale: '15' });
    expect((await press('change', { shop: 'megamart', obstacle: 'captcha' })).status).toBe(303);
    expect((await press('war', { step: '1' })).status).toBe(303);
    const shop = await (await fetch(`${url}/sandbox/competitors/megamart`)).text();
    const row = load(shop)('tr').first().text();
    expect(row.includes('$17.99 $15.29')).toBe(true);
    await press('change', { shop: 'megamart', obstacle: '' });
    expect(await shopNow('megamart')).toMatchObject({ obstacle: null });
    const overview = await (await fetch(`${url}/sandbox/competitors`)).text();
    expect(overview).toContain('Kettle &amp; Company undercuts our Gooseneck Kettle by 8 %');
    for (const { slug } of shops) expect(overview).toContain(`/sandbox/competitors/${slug}`);
  });
});
