/** What `npm pack` makes of the SDK, as others get it: plain JavaScript with types, in Node, under TypeScript and in Chromium. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '..');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
/** The node of these tests, and the machine's own, which may be older. */
const NODES = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path));

let place: string;
let shop: string;
let packed: string;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'stockroom-sdk-'));
  cpSync(join(ROOT, 'sdk'), join(place, 'sdk'), { recursive: true });
  rmSync(join(place, 'sdk/dist'), { recursive: true, force: true });
  cpSync(join(ROOT, 'tsconfig.json'), join(place, 'tsconfig.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  const env = { ...process.env, npm_config_cache: join(place, 'cache') };
  const pack = ['pack', '--offline', '--json', '--foreground-scripts=false', '--pack-destination', place];
  execFileSync('npm', pack, { cwd: join(place, 'sdk'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  shop = join(place, 'shop');
  packed = join(shop, 'node_modules/stockroom-sdk');
  mkdirSync(packed, { recursive: true });
  const archive = readdirSync(place).find((name) => name.endsWith('.tgz'))!;
  execFileSync('tar', ['-xzf', join(place, archive), '-C', packed, '--strip-components=1']);
}, 120_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A newcomer's file, in plain JavaScript: what a call sends, and a webhook that is verified. */
const SCRIPT = `
import { createStockroom, signWebhook, StockroomError, verifyWebhook } from 'stockroom-sdk';
const fetch = async (url, { method }) => new Response(JSON.stringify({ id: 'o1', asked: method + ' ' + url }));
const stockroom = createStockroom({ baseUrl: 'https://api.shop.example', apiKey: 'sk_test_x', fetch });
const { asked } = await stockroom.orders.read('o1');
const secret = 'whsec_' + btoa('s'.repeat(32));
const body = JSON.stringify({ type: 'order.shipped' });
const { type } = await verifyWebhook(body, await signWebhook(body, { id: 'evt_1', secrets: secret }), secret);
const said = [asked, type, new StockroomError({ status: 0, code: 'x', detail: 'y', retryable: false }) instanceof Error].join(', ');
`;
const SAID = 'GET https://api.shop.example/v1/orders/o1, order.shipped, true';

it('holds JavaScript and types, and nothing else of the repository', () => {
  const files = readdirSync(packed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  expect(files.filter((name) => !/\.(js|d\.ts)$/.test(name)).sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  const { exports, dependencies } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
  expect(Object.values<string>(exports['.']).every((path) => existsSync(join(packed, path)))).toBe(true);
  expect(dependencies).toBeUndefined();
});

describe.each(NODES.map((node) => [execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(), node]))(
  'in Node %s',
  (_version, node) => {
    it('is imported by plain JavaScript', () => {
      writeFileSync(join(shop, 'shop.mjs'), `${SCRIPT}console.log(said);`);
      expect(execFileSync(node, ['shop.mjs'], { cwd: shop, encoding: 'utf8' }).trim()).toBe(SAID);
    });
  },
);

describe('under TypeScript', () => {
  it.each(['nodenext', 'bundler'])(
    'is typed, with module resolution %s',
    (moduleResolution) => {
      const file = `import { createStockroom, type Order } from 'stockroom-sdk';
const stockroom = createStockroom({ baseUrl: 'https://api.shop.example', apiKey: 'sk_test_x' });
export const read = (id: string): Promise<Order> => stockroom.orders.read(id);
// @ts-expect-error an id is a text
stockroom.orders.read(1);
`;
      writeFileSync(join(shop, 'shop.mts'), file);
      const options = {
        strict: true,
        noEmit: true,
        target: 'es2022',
        lib: ['es2022', 'dom', 'dom.iterable'],
        types: [],
      };
      const module = moduleResolution === 'bundler' ? 'esnext' : 'nodenext';
      const compilerOptions = { ...options, module, moduleResolution };
      writeFileSync(join(shop, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['shop.mts'] }));
      const tsc = join(ROOT, 'node_modules/.bin/tsc');
      expect(execFileSync(tsc, ['-p', shop], { cwd: shop, encoding: 'utf8' })).toBe('');
    },
    60_000,
  );
});

if (CHROMIUM) {
  it('is imported by a page in Chromium as it is', async () => {
    const page = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">{"imports":{"stockroom-sdk":"/dist/index.js"}}</script>
<script type="module">${SCRIPT}document.title = said;</script>`;
    const server = createServer((req, res) => {
      const isPage = req.url === '/';
      res.writeHead(200, { 'content-type': isPage ? 'text/html' : 'text/javascript' });
      res.end(isPage ? page : readFileSync(join(packed, req.url!)));
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    const browser = await chromium.launch({ executablePath: CHROMIUM, args });
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction('document.title !== ""');
      expect(await tab.title()).toBe(SAID);
    } finally {
      await browser.close();
      server.close();
    }
  }, 60_000);
} else
  process.stderr.write(
    '\n*** SKIPPED: there is no Chromium on this machine, so the packed SDK runs in no browser ***\n',
  );
