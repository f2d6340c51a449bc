/** The played Firecrawl over HTTP: what it reads off the shops next door, what it charges, what it tells, and how it fails. */
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { listenOn } from '../sendgrid/test-sandbox.ts';
import { openStore } from '../store.ts';
import { startFirecrawlSandbox } from './start-for-test.ts';

type Sandbox = Awaited<ReturnType<typeof startFirecrawlSandbox>>;
// biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
type Json = Record<string, any>;

const SECRET = 'whsec-firecrawl';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startFirecrawlSandbox({ webhookSecret: SECRET, settings: { webhookRetryMs: [60, 60, 60] } });
});
afterEach(() => sandbox.close());

const post = (path: string, body: object, headers = {}) => sandbox.call('POST', `/v2${path}`, body, headers);
const get = (path: string) => sandbox.call('GET', `/v2${path}`);
const scrape = async (url: string, options: object = {}): Promise<Json> =>
  (await post('/scrape', { url, ...options })).body.data;
const kettle = () => sandbox.page('megamart', '/p/kettle-blk');
const fault = (request: Json) => sandbox.faults.add({ provider: 'firecrawl', ...request } as never);

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('It did not happen within twenty seconds.');
}
const batchEnd = (id: string): Promise<Json> =>
  until(async () => {
    const { body } = await get(`/batch/scrape/${id}`);
    return body.status === 'scraping' ? undefined : body;
  });

async function receiver() {
  const received: { body: Json; genuine: boolean }[] = [];
  const state = { status: 200, url: '', received, close: () => void server.close() };
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const mine = `sha256=${createHmac('sha256', SECRET).update(raw).digest('hex')}`;
    received.push({ body: JSON.parse(raw.toString()), genuine: req.headers['x-firecrawl-signature'] === mine });
    res.writeHead(state.status).end();
  });
  state.url = await listenOn(server);
  return state;
}

const SCHEMA = {
  type: 'object',
  properties: {
    is_product_page: { type: 'boolean' },
    title: { type: ['string', 'null'] },
    price: { type: ['number', 'null'] },
    price_text: { type: ['string', 'null'] },
    currency: { type: ['string', 'null'] },
    list_price: { type: ['number', 'null'] },
    availability: { type: ['string', 'null'], enum: ['in_stock', 'out_of_stock', null] },
    gtin: { type: ['string', 'null'] },
  },
  required: ['is_product_page'],
};
const json = { type: 'json', schema: SCHEMA };

describe('a scrape', () => {
  it('brings the formats that were asked for', async () => {
    const formats = ['markdown', 'html', 'rawHtml', 'links', 'images', 'summary', { type: 'screenshot' }, json];
    const page = await scrape(kettle(), { formats });
    expect(page.markdown).toMatch(
      /^!\[Hearth & Vane Gooseneck Kettle Black\]\(http:[\s\S]*# Hearth & Vane Gooseneck Kettle/,
    );
    expect(page.markdown).not.toContain('application/ld+json');
    expect(page.html).not.toMatch(/<script|<header/);
    expect(page.rawHtml).toMatch(/^<!doctype html>[\s\S]*application\/ld\+json/);
    expect(page.links).toContain(sandbox.page('megamart', '/c/kitchen'));
    expect(page.images).toEqual([sandbox.page('megamart', '/pictures/gooseneck-kettle.svg')]);
    expect(page.summary).toContain('Gooseneck Kettle');
    expect(page.json).toEqual({
      ...{ is_product_page: true, title: 'Hearth & Vane Gooseneck Kettle Black', price: 80.99, price_text: '$80.99' },
      ...{ currency: 'USD', list_price: 96.99, availability: 'in_stock', gtin: '4012345778595' },
    });
    expect(page.metadata).toMatchObject({
      ...{ sourceURL: kettle(), url: kettle(), statusCode: 200, cacheState: 'miss', creditsUsed: 5, language: 'en-US' },
    });
    const picture = await fetch(page.screenshot);
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it.each([
    ['kettle-company', 'kettle-blk', 83.99, 'USD'],
    ['haushalt-hanse', 'lamp-amb', 146.99, 'EUR'],
    ['maison-lin', 'blanket-fog', 180.9, 'EUR'],
    ['barn-and-attic', 'pen-brass', 53.99, 'GBP'],
    ['kurashi-ya', 'keys-coal', 25_080, 'JPY'],
    ['nordlager', 'pack-rust', 1_809, 'SEK'],
  ])('reads the price of %s off its page', async (shop, key, price, currency) => {
    const page = await scrape(sandbox.page(shop, `/p/${key}`), { formats: [json] });
    expect(page.json).toMatchObject({ is_product_page: true, price, currency });
  });

  it('makes nothing up where there is no product', async () => {
    const page = await scrape(sandbox.page('megamart', '/trouble/captcha'), { formats: [json] });
    expect(page.json).toMatchObject({ is_product_page: false, price: null, currency: null, availability: null });
  });

  it('shows an old price to whoever does not ask for a fresh one', async () => {
    await scrape(kettle(), { formats: [json] });
    await sandbox.change({ shop: 'megamart', page: 'kettle-blk', amount: 5_000 });
    const stale = await scrape(kettle(), { formats: [json] });
    expect([stale.json.price, stale.metadata.cacheState]).toEqual([80.99, 'hit']);
    const fresh = await scrape(kettle(), { formats: [json], maxAge: 0 });
    expect([fresh.json.price, fresh.metadata.cacheState]).toEqual([50, 'miss']);
    expect((await scrape(kettle(), { formats: [json] })).json.price).toBe(50);
  });

  it('takes a page that says 404 for a page, and charges it', async () => {
    const page = await scrape(sandbox.page('megamart', '/p/nothing'));
    expect(page.metadata).toMatchObject({ statusCode: 404, creditsUsed: 1 });
    expect((await get('/team/credit-usage')).body.data.remainingCredits).toBe(100_000 - 1);
  });

  it('follows redirects, waits no longer than it may, and knows no host that is not there', async () => {
    const home = await scrape(sandbox.page('megamart', '/trouble/home'));
    expect(home.metadata).toMatchObject({
      url: sandbox.page('megamart', '/'),
      sourceURL: sandbox.page('megamart', '/trouble/home'),
    });
    const late = await post('/scrape', { url: sandbox.page('megamart', '/trouble/hang'), timeout: 1_000 });
    expect([late.status, late.body.code]).toEqual([408, 'SCRAPE_TIMEOUT']);
    const nowhere = await post('/scrape', { url: 'https://nowhere.example' });
    expect([nowhere.status, nowhere.body.code]).toEqual([500, 'SCRAPE_DNS_RESOLUTION_ERROR']);
    expect((await get('/team/credit-usage')).body.data.remainingCredits).toBe(100_000 - 1);
  });

  it('comes as its user agent says, from where it is told', async () => {
    await scrape(kettle(), { headers: { 'User-Agent': 'Stockroom/1 (+https://shop.example)' }, maxAge: 0 });
    const page = await scrape(kettle(), { location: { country: 'GB' }, formats: [json], maxAge: 0 });
    expect(page.json.currency).toBe('GBP');
    const { data } = (await sandbox.call('GET', '/sandbox/control/competitors/requests')).body;
    expect(data.map(({ user_agent: agent }: Json) => agent.slice(0, 9))).toEqual(['Stockroom', 'Mozilla/5']);
  });

  it.each([
    [{ url: '' }, 400],
    [{ url: 'ftp://example.com' }, 400],
    [{ url: 'https://example.com', formats: ['prices'] }, 400],
    [{ url: 'https://example.com', formats: [{ type: 'json' }] }, 400],
    [{ url: 'https://example.com', maxAge: -1 }, 400],
    [{ url: 'https://example.com', max_age: 0 }, 400],
    [{ url: 'https://example.com', timeout: 1 }, 400],
    [{ url: 'https://example.com', maxAge: 0 }, 200],
  ])('%j: %d', async (body, status) => {
    expect((await post('/scrape', body)).status).toBe(status);
  });

  it('needs a key', async () => {
    const answer = await post('/scrape', { url: kettle() }, { Authorization: 'Bearer sk_test_x' });
    expect([answer.status, answer.body]).toEqual([401, { success: false, error: 'Unauthorized: Invalid token' }]);
  });
});

describe('a batch', () => {
  const urls = () =>
    ['mug-oat', 'mug-moss', 'mill-pepper', 'pen-brass', 'tote-1'].map((key) => sandbox.page('megamart', `/p/${key}`));
  const start = async (body: Json = {}, headers = {}): Promise<Json> =>
    (await post('/batch/scrape', { urls: urls(), formats: ['rawHtml'], ...body }, headers)).body;

  it('is worked through, and comes in parts', async () => {
    sandbox.settings.documentsPerAnswer = 2;
    const { id, url, invalidURLs } = await start({ urls: [...urls(), 'nonsense'] });
    expect([url, invalidURLs]).toEqual([`${sandbox.url}/v2/batch/scrape/${id}`, ['nonsense']]);
    const first = await batchEnd(id);
    expect(first).toMatchObject({ success: true, status: 'completed', total: 5, completed: 5, creditsUsed: 5 });
    expect(first.next).toBe(`${url}?skip=2`);
    const second = (await get(`/batch/scrape/${id}?skip=2`)).body;
    const third = (await get(`/batch/scrape/${id}?skip=4`)).body;
    expect(third.next).toBeUndefined();
    const seen = [first, second, third].flatMap(({ data }) => data.map(({ metadata }: Json) => metadata.sourceURL));
    expect(seen.toSorted()).toEqual(urls().toSorted());
  });

  it('takes a key once, and does not say again what it began', async () => {
    const key = { 'x-idempotency-key': '01890a5d-ac96-774b-bcce-b302099a8057' };
    const { id } = await start({}, key);
    const again = await post('/batch/scrape', { urls: urls() }, key);
    expect([again.status, again.body]).toEqual([409, { success: false, error: 'Idempotency key already used' }]);
    expect((await post('/batch/scrape', { urls: urls() }, { 'x-idempotency-key': 'no uuid' })).status).toBe(409);
    const { data } = (await get('/team/activity?endpoint=batch_scrape')).body;
    expect(data).toMatchObject([{ id, endpoint: 'batch_scrape', target: urls()[0] }]);
  });

  it('counts a page that failed, and tells of it elsewhere', async () => {
    fault({ kind: 'page_failed', match: { url: '*' }, times: 1 });
    const { id } = await start();
    const end = await batchEnd(id);
    expect([end.completed, end.data.length, end.creditsUsed]).toEqual([5, 4, 4]);
    const { errors, robotsBlocked } = (await get(`/batch/scrape/${id}/errors`)).body;
    expect(errors).toMatchObject([{ url: urls()[0], error: expect.stringContaining('engines failed') }]);
    expect(robotsBlocked).toEqual([]);
  });

  it('can be cancelled while it goes on, and not afterwards', async () => {
    sandbox.settings.pageMs = 1_500;
    const { id } = await start();
    expect((await sandbox.call('DELETE', `/v2/batch/scrape/${id}`)).body).toEqual({
      success: true,
      status: 'cancelled',
    });
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    expect((await get(`/batch/scrape/${id}`)).body).toMatchObject({
      status: 'cancelled',
      completed: 0,
      creditsUsed: 0,
    });
    sandbox.settings.pageMs = 1;
    const other = await start();
    await batchEnd(other.id);
    expect((await sandbox.call('DELETE', `/v2/batch/scrape/${other.id}`)).status).toBe(409);
  });

  it('is shown to people, with what is left of the credits', async () => {
    await start({ webhook: { url: 'http://127.0.0.1:9/' } }).then(({ id }) => batchEnd(id));
    const page = await (await fetch(`${sandbox.url}/firecrawl`)).text();
    expect(page).toContain('99995 of 100000 credits are left this month');
    expect(page).toMatch(/completed, 5 of 5/);
    expect(page).toMatch(/batch_scrape\.completed/);
  });

  it('is refused when the credits are gone', async () => {
    await start().then(({ id }) => batchEnd(id));
    sandbox.settings.planCredits = 9;
    expect((await post('/batch/scrape', { urls: urls() })).status).toBe(402);
    expect((await post('/scrape', { url: kettle(), maxAge: 0 })).status).toBe(200);
    expect((await get('/team/credit-usage')).body.data).toMatchObject({ remainingCredits: 3, planCredits: 9 });
  });

  it('is forgotten after a day', async () => {
    let now = Date.now();
    const other = await startFirecrawlSandbox({ nowMs: () => now });
    const { body } = await other.call('POST', '/v2/batch/scrape', { urls: ['https://example.com'] });
    now += 24 * 3_600_000 + 1;
    const gone = await other.call('GET', `/v2/batch/scrape/${body.id}`);
    expect([gone.status, gone.body.error]).toEqual([404, 'Job expired']);
    await other.close();
  });

  it('goes on after the process was killed in its midst', async () => {
    const store = openStore(':memory:');
    const before = await startFirecrawlSandbox({ store, settings: { pageMs: 60_000 } });
    const { body } = await before.call('POST', '/v2/batch/scrape', { urls: ['https://example.com'] });
    await before.close();
    const after = await startFirecrawlSandbox({ store });
    await until(async () => (await after.call('GET', `/v2/batch/scrape/${body.id}`)).body.status === 'completed');
    await after.close();
    store.close();
  });

  it('tells by signed webhooks: started, each page, completed', async () => {
    const hook = await receiver();
    const { id } = await start({ webhook: { url: hook.url, metadata: { batch_id: 'ours' } } });
    await until(() => hook.received.length === 7);
    expect(hook.received.every(({ genuine }) => genuine)).toBe(true);
    const bodies = hook.received.map(({ body }) => body);
    expect(bodies.every((body) => body.id === id && body.metadata.batch_id === 'ours')).toBe(true);
    expect(new Set(bodies.map(({ webhookId }) => webhookId)).size).toBe(7);
    const types = bodies.map(({ type }) => type);
    expect(types.filter((type) => type === 'batch_scrape.page')).toHaveLength(5);
    expect(types).toEqual(expect.arrayContaining(['batch_scrape.started', 'batch_scrape.completed']));
    const page = bodies.find(({ type }) => type === 'batch_scrape.page')!;
    expect(page.data[0].rawHtml).toContain('<!doctype html>');
    hook.close();
  });

  it('tells again what was not taken, and gives up after the last time', async () => {
    const hook = await receiver();
    hook.status = 500;
    const { id } = await start({ webhook: { url: hook.url, events: ['completed'] } });
    await until(() => hook.received.length === 4);
    const ids = new Set(hook.received.map(({ body }) => body.webhookId));
    expect([...ids]).toHaveLength(1);
    const deliveries = async () =>
      (await sandbox.call('GET', `/sandbox/control/firecrawl/deliveries?job=${id}`)).body.data;
    await until(async () => (await deliveries())[0].state === 'lost');
    hook.close();
  });

  it('loses, doubles and forges webhooks on request', async () => {
    const hook = await receiver();
    fault({ kind: 'webhook_lose', match: { event_type: 'batch_scrape.started' } });
    fault({ kind: 'webhook_double', match: { event_type: 'batch_scrape.completed' } });
    fault({ kind: 'webhook_forge', match: { event_type: 'batch_scrape.page' } });
    await start({ webhook: { url: hook.url } });
    await until(() => hook.received.length === 7);
    const count = (type: string, genuine: boolean) =>
      hook.received.filter(({ body, genuine: is }) => body.type === `batch_scrape.${type}` && is === genuine).length;
    expect([count('started', true), count('page', false), count('completed', true)]).toEqual([0, 5, 2]);
    hook.close();
  });

  it('loses a page, breaks off between two parts, and never seems to end, on request', async () => {
    const { id } = await start();
    await batchEnd(id);
    fault({ kind: 'page_lost', match: { url: urls()[2] } });
    const part = (await get(`/batch/scrape/${id}`)).body;
    expect([part.total, part.completed, part.data.length]).toEqual([5, 5, 4]);
    sandbox.settings.documentsPerAnswer = 2;
    fault({ kind: 'page_next_failed', times: 1 });
    expect((await get(`/batch/scrape/${id}?skip=2`)).status).toBe(500);
    expect((await get(`/batch/scrape/${id}?skip=2`)).status).toBe(200);
    fault({ kind: 'page_stuck', times: 1 });
    expect((await get(`/batch/scrape/${id}`)).body).toMatchObject({ status: 'scraping', completed: 5, total: 5 });
  });
});

describe('faults on request', () => {
  it.each([
    [{ kind: 'server_error', status: 402 }, 402, /Insufficient credits/],
    [{ kind: 'server_error', status: 408 }, 408, /timed out/],
    [{ kind: 'server_error', status: 503 }, 503, /unexpected/],
    [{ kind: 'server_error', status: 502, body: '<h1>Bad gateway</h1>' }, 502, /Bad gateway/],
    [{ kind: 'rate_limit', delay_ms: 23_000 }, 429, /retry after 23s/],
  ])('%j', async (request, status, words) => {
    fault(request);
    const answer = await fetch(`${sandbox.url}/v2/scrape`, {
      ...{ method: 'POST', body: JSON.stringify({ url: kettle() }) },
      headers: { Authorization: 'Bearer fc-x', 'Content-Type': 'application/json' },
    });
    expect([answer.status, words.test(await answer.text())]).toEqual([status, true]);
    if (status === 429) expect(answer.headers.get('retry-after')).toBe('23');
  });

  it('strike after the batch was made, so that nobody knows its name', async () => {
    fault({ kind: 'server_error', phase: 'after', times: 1 });
    expect((await post('/batch/scrape', { urls: [kettle()] })).status).toBe(500);
    const { data } = (await get('/team/activity?endpoint=batch_scrape')).body;
    expect((await batchEnd(data[0].id)).completed).toBe(1);
  });

  it('make a success without data, and a model that reads wrongly', async () => {
    fault({ kind: 'page_empty', times: 1 });
    expect(Object.keys(await scrape(kettle()))).toEqual(['metadata']);
    fault({ kind: 'page_wrong_json', times: 1 });
    expect((await scrape(kettle(), { formats: [json] })).json).toMatchObject({ price: 8_099, currency: 'KWD' });
    expect((await scrape(kettle(), { formats: [json] })).json).toMatchObject({ price: 80.99, currency: 'USD' });
  });

  it('are not needed for a limit per minute', async () => {
    sandbox.settings.requestsPerMinute = 2;
    const statuses = [
      await post('/map', { url: kettle() }),
      await scrape(kettle()),
      await post('/scrape', { url: kettle() }),
    ];
    expect((statuses[2] as { status: number }).status).toBe(429);
    expect((await get('/team/queue-status')).status).toBe(200);
  });
});

describe('the small web', () => {
  it('is searched by words and numbers, within hosts', async () => {
    const { body } = await post('/search', { query: 'gooseneck kettle black', limit: 3 });
    expect(body.data.web).toHaveLength(3);
    for (const { title } of body.data.web) expect(title).toContain('Gooseneck Kettle Black');
    const { host } = new URL(sandbox.page('nordlager', '/'));
    const within = (await post('/search', { query: 'ridgeline backpack rust', includeDomains: [host] })).body.data.web;
    expect(within[0].url).toBe(sandbox.page('nordlager', '/p/pack-rust'));
    expect((await post('/search', { query: '4012345778595' })).body.data.web.length).toBeGreaterThan(2);
  });

  it('is mapped and crawled, as robots.txt allows', async () => {
    const url = sandbox.page('shut-gate', '/');
    const { links } = (await post('/map', { url, search: 'mug oat' })).body;
    expect(links[0]).toMatchObject({ url: sandbox.page('shut-gate', '/p/mug-oat') });
    await sandbox.change({ shop: 'shut-gate', robots: 'User-agent: *\nDisallow: /p/mug\n', robots_status: 200 });
    const { id } = (await post('/crawl', { url, limit: 3 })).body;
    await until(async () => (await get(`/crawl/${id}`)).body.status === 'completed');
    const { robotsBlocked } = (await get(`/crawl/${id}/errors`)).body;
    expect(robotsBlocked).toContain(sandbox.page('shut-gate', '/p/mug-oat'));
  });
});

const contract = new URL('../../../shared/contracts/firecrawl/v2-openapi.json', import.meta.url);
const webhooks = new URL('../../../shared/contracts/firecrawl/webhooks-openapi.json', import.meta.url);
const agreed = existsSync(contract);
if (!agreed)
  process.stderr.write('SKIPPED: ../shared/contracts is not here, so no answer of the played Firecrawl is compared.\n');

(agreed ? describe : describe.skip)('Firecrawl’s own description', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat('url', true);
  for (const [name, file] of Object.entries({ api: contract, hooks: webhooks }))
    ajv.addSchema(nullable(JSON.parse(readFileSync(file, 'utf8'))) as object, name);
  const compared = new Set<string>();
  afterAll(() => expect(compared.size).toBeGreaterThan(10));

  function check(pointer: string, value: unknown) {
    const parts = pointer
      .split(' ')
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D'));
    const validate = ajv.compile({ $ref: `api#/paths/${parts.join('/')}` });
    validate(value);
    expect(validate.errors).toBeNull();
    compared.add(pointer);
  }
  const ok = 'responses 200 content application/json schema';

  it('holds for every answer', async () => {
    const formats = [
      { type: 'markdown' },
      { type: 'rawHtml' },
      { type: 'links' },
      { type: 'screenshot' },
      { type: 'changeTracking' },
      json,
    ];
    check(`/scrape post ${ok}`, (await post('/scrape', { url: kettle(), formats })).body);
    const made = (await post('/batch/scrape', { urls: [kettle()], formats })).body;
    check(`/batch/scrape post ${ok}`, made);
    check(`/batch/scrape/{id} get ${ok}`, await batchEnd(made.id));
    check(`/batch/scrape/{id}/errors get ${ok}`, (await get(`/batch/scrape/${made.id}/errors`)).body);
    sandbox.settings.pageMs = 5_000;
    const other = (await post('/batch/scrape', { urls: [kettle()] })).body;
    check(`/batch/scrape/{id} delete ${ok}`, (await sandbox.call('DELETE', `/v2/batch/scrape/${other.id}`)).body);
    sandbox.settings.pageMs = 5;
    const crawl = (await post('/crawl', { url: kettle(), limit: 1 })).body;
    check(`/crawl post ${ok}`, crawl);
    check(`/crawl/{id} get ${ok}`, (await get(`/crawl/${crawl.id}`)).body);
    check(`/map post ${ok}`, (await post('/map', { url: kettle() })).body);
    check(`/search post ${ok}`, (await post('/search', { query: 'kettle' })).body);
    for (const path of [
      'credit-usage',
      'credit-usage/historical',
      'token-usage',
      'token-usage/historical',
      'queue-status',
      'activity',
    ])
      check(`/team/${path} get ${ok}`, (await get(`/team/${path}`)).body);
  });

  it('holds for refusals', async () => {
    fault({ kind: 'rate_limit', times: 1 });
    check(
      '/scrape post responses 429 content application/json schema',
      (await post('/scrape', { url: kettle() })).body,
    );
    fault({ kind: 'server_error', times: 1 });
    check(
      '/scrape post responses 500 content application/json schema',
      (await post('/scrape', { url: kettle() })).body,
    );
    sandbox.settings.planCredits = 0;
    check(
      '/scrape post responses 402 content application/json schema',
      (await post('/scrape', { url: kettle() })).body,
    );
  });

  it('holds for webhooks', async () => {
    const hook = await receiver();
    await post('/batch/scrape', { urls: [kettle()], webhook: { url: hook.url } });
    await until(() => hook.received.length === 3);
    const names: Json = { started: 'batchScrapeStarted', page: 'batchScrapePage', completed: 'batchScrapeCompleted' };
    for (const { body } of hook.received) {
      const name = names[body.type.split('.')[1]];
      const validate = ajv.compile({
        $ref: `hooks#/webhooks/${name}/post/requestBody/content/application~1json/schema`,
      });
      validate(body);
      expect(validate.errors).toBeNull();
    }
    hook.close();
  });
});

/** OpenAPI 3.0 says `nullable`, JSON Schema says it with a type. */
function nullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(nullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable: may, ...rest } = schema as Json;
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, nullable(value)]));
  if (may !== true) return inner;
  return typeof inner.type === 'string'
    ? { ...inner, type: [inner.type, 'null'] }
    : { anyOf: [inner, { type: 'null' }] };
}
