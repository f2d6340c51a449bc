/** The demo shop as a customer uses it, in a real Chromium, on a phone and on a desk, against everything started for real. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { SpawnedNode } from './support/spawn-node.ts';
import { choosePlace, readRuntime, type StartPlace, startSystem } from './support/started-system.ts';
import { waitFor } from './support/wait-for.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const SIZES = {
  phone: { width: 390, height: 844 },
  desk: { width: 1280, height: 900 },
} as const;
/** Sums of a basket, by the price lists and rates of the demo. */
const MUG_TOTAL_USD = '$24.00';

if (CHROMIUM) declareTests(CHROMIUM);
else declareNothing();

/** Jest wants a test in every test file. */
function declareNothing(): void {
  process.stderr.write('\n*** SKIPPED: there is no Chromium on this machine, so nobody looks at the demo shop ***\n');
  it('needs Chromium, which is not here', () => expect(CHROMIUM).toBeUndefined());
}

function declareTests(executablePath: string): void {
  let place: StartPlace;
  let system: SpawnedNode;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  const pictures = mkdtempSync(join(tmpdir(), 'stockroom-shop-'));

  beforeAll(async () => {
    place = await choosePlace();
    system = await startSystem(place);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    process.stderr.write(`\nPictures of the demo shop: ${pictures}\n`);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await system?.kill('SIGINT');
    place?.remove();
  }, 30_000);

  const shopUrl = () => `http://127.0.0.1:${place.sandboxPort}/`;
  const add = (slug: string) => page.locator(`[data-slug="${slug}"] .primary`).click();
  const status = (text: string) => page.getByText(text, { exact: true }).and(page.locator('#order-status')).waitFor();
  const event = (type: string) => page.locator(`.timeline [data-type="${type}"]`).first().waitFor();
  const pushesOf = async (label: string) => {
    const answer = await fetch(`${shopUrl()}push.json`);
    const { data } = (await answer.json()) as { data: { label: string; payload: string }[] };
    return data
      .filter((push) => push.label === label)
      .map(({ payload }) => JSON.parse(payload) as { title: string; body: string; url: string });
  };
  const placeOrder = async (card: string) => {
    await page.locator('#open-basket').click();
    await page.locator(`input[name="checkout_card"][value="${card}"]`).check();
    await page.locator('#place').click();
  };

  describe.each(Object.entries(SIZES))('the demo shop on a %s', (size, viewport) => {
    const picture = (name: string) => page.screenshot({ path: join(pictures, `${size}-${name}.png`), fullPage: true });

    beforeEach(async () => {
      context = await browser.newContext({ viewport });
      context.setDefaultTimeout(20_000);
      page = await context.newPage();
      complaints = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await page.goto(shopUrl());
      await page.locator('.card').first().waitFor();
    });

    afterEach(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });

    it('shows thirty products with pictures, and no line that is too wide', async () => {
      // Those that are being made when the page opens come by themselves.
      await waitFor(async () => (await page.locator('.card picture img').count()) === 30, { timeoutMs: 120_000 });
      await page.locator('.card').nth(29).scrollIntoViewIfNeeded();
      // Pictures far below are fetched when they come near.
      const last = `(() => {
        const img = [...document.querySelectorAll('.card picture img')].at(-1);
        return { width: img.naturalWidth, shown: img.currentSrc, alt: img.alt, style: img.getAttribute('style') };
      })()`;
      const shown = await waitFor(async () => {
        const facts = (await page.evaluate(last)) as {
          width: number;
          shown: string;
          alt: string;
          style: string | null;
        };
        // The blur goes when the picture is there whole; its width is known a little before.
        return facts.width > 0 && facts.style === null && facts;
      });
      // In CSS pixels: what the page says that it needs.
      expect(shown.width).toBeGreaterThan(150);
      expect(shown.shown).toMatch(/\/media\/.*\.(avif|webp)$/);
      expect(shown.alt).not.toBe('');
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBe(0);
      await picture('shop');
    }, 150_000);

    it('offers each format in every size, with the place that the picture has', async () => {
      const mug = page.locator('[data-slug="stoneware-mug"] picture');
      await mug.waitFor({ timeout: 120_000 });
      const img = mug.locator('img');
      expect(await img.getAttribute('alt')).toBe('Stoneware Mug');
      expect([await img.getAttribute('width'), await img.getAttribute('height')]).toEqual(['600', '600']);
      const sources = await mug.locator('source').evaluateAll((all) =>
        all.map((source) => ({
          type: source.getAttribute('type'),
          srcset: source.getAttribute('srcset') ?? '',
          sizes: source.getAttribute('sizes'),
        })),
      );
      expect(sources.map(({ type }) => type)).toEqual(expect.arrayContaining(['image/webp', 'image/jpeg']));
      for (const { srcset, sizes } of sources) {
        for (const width of [200, 400, 800, 1200]) expect(srcset).toContain(` ${width}w`);
        expect(sizes).toContain('px');
      }
    }, 130_000);

    it('shows a blur until a picture is there', async () => {
      await page.locator('.card picture').first().waitFor({ timeout: 120_000 });
      await page.route('**/media/**', () => {});
      await page.reload();
      const img = page.locator('.card picture img').first();
      await img.waitFor();
      expect(await img.getAttribute('style')).toMatch(/background-image: url\("data:image\/png;base64,/);
      await picture('blurred');
    }, 130_000);

    it('shows a product whose picture is being made, and the picture once it is ready', async () => {
      await page.locator('[data-slug="stoneware-mug"] picture').waitFor({ timeout: 120_000 });
      let asked = 0;
      await page.route('**/v1/products?**', async (route) => {
        const answer = await route.fetch();
        const products = (await answer.json()) as { data: { images: object[] }[] };
        if (asked++ < 2) for (const product of products.data) product.images = [];
        await route.fulfill({ response: answer, json: products });
      });
      await page.reload();
      await page.getByRole('img', { name: 'Stoneware Mug' }).and(page.locator('.waiting')).waitFor();
      await picture('waiting');
      await page.locator('[data-slug="stoneware-mug"] picture').waitFor();
      expect(asked).toBeGreaterThanOrEqual(3);
      await add('stoneware-mug');
      await page.locator('#open-basket').click();
      const small = page.locator('.line picture img');
      await waitFor(
        async () => (await small.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth)) === 200,
      );
      expect(await small.getAttribute('alt')).toBe('');
    }, 130_000);

    it('finds by word, narrows by category and shows prices in the chosen currency', async () => {
      await page.locator('#query').fill('lantern');
      await page.locator('[data-slug="stoneware-mug"]').waitFor({ state: 'detached' });
      expect(await page.locator('.card h2').allTextContents()).toContain('Storm Lantern');
      await page.locator('#query').fill('');
      await page.locator('[data-category="kitchen"]').click();
      await page.locator('[data-slug="storm-lantern"]').waitFor({ state: 'detached' });
      await page.locator('[data-slug="stoneware-mug"]').waitFor();
      expect(await page.locator('.card').count()).toBe(7);
      const price = page.locator('[data-slug="stoneware-mug"] .price');
      expect(await price.textContent()).toBe('$18.00');
      for (const [currency, text] of [
        ['eur', '€16.60'],
        ['jpy', '¥2,700'],
        ['kwd', 'KWD 5.550'],
      ] as const) {
        await page.locator('#currency').selectOption(currency);
        await price.and(page.getByText(text, { exact: true })).waitFor();
      }
    });

    it('takes an order, is paid, and shows live how it is sent and delivered', async () => {
      await add('stoneware-mug');
      await placeOrder('pm_card_visa');
      await event('payment.succeeded');
      expect(await page.locator('.sums .total').allTextContents()).toEqual(['Total', MUG_TOTAL_USD]);
      await event('order.delivered');
      await status('Delivered');
      expect(await page.locator('#basket-count').textContent()).toBe('0');
      await picture('delivered');

      await page.reload();
      await status('Delivered');
      await event('order.accepted');
    });

    it('pushes what happens to the order to a browser that asked for it, until it asks for no more', async () => {
      await add('stoneware-mug');
      await placeOrder('pm_card_visa');
      await page.getByRole('button', { name: 'Tell me' }).click();
      await page.getByRole('button', { name: 'Stop' }).waitFor();
      await picture('pushes');
      const number = (await page.locator('#order-title').textContent())!.replace('Order ', '');
      const shown = await waitFor(async () => (await pushesOf(number)).find(({ body }) => body.includes(number)), {
        timeoutMs: 20_000,
      });
      // The order's page, or its parcel's.
      expect(shown.url.startsWith(shopUrl())).toBe(true);
      await page.getByRole('link', { name: 'see its messages' }).click();
      await page.getByText(shown.title).first().waitFor();
      await picture('pushed');
      await page.goBack();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Tell me' }).waitFor();
    });

    it('lets a declined customer pay again with another card', async () => {
      await add('stoneware-mug');
      await placeOrder('pm_card_visa_chargeDeclinedInsufficientFunds');
      await page.locator('#pay-panel').waitFor();
      expect(await page.locator('#pay-reason').textContent()).toContain('insufficient funds');
      await picture('declined');
      await page.locator('input[name="pay_card"][value="pm_card_visa_chargeDeclined"]').check();
      await page.locator('#pay-again').click();
      await page.locator('#pay-reason', { hasText: 'Your card was declined.' }).waitFor();
      await page.locator('input[name="pay_card"][value="pm_card_visa"]').check();
      await page.locator('#pay-again').click();
      await event('payment.succeeded');
      await page.locator('#pay-panel').waitFor({ state: 'detached' });
    });

    it('goes to the bank for 3-D Secure and comes back paid', async () => {
      await add('stoneware-mug');
      await placeOrder('pm_card_authenticationRequired');
      await page.getByRole('button', { name: 'Complete' }).waitFor();
      await picture('bank');
      await page.getByRole('button', { name: 'Complete' }).click();
      await event('payment.succeeded');
      expect(page.url()).toMatch(/\?order=[0-9a-f-]+&token=ot_[\w-]+$/);
    });

    it('comes back from a failed 3-D Secure to choose another card', async () => {
      await add('stoneware-mug');
      await placeOrder('pm_card_authenticationRequired');
      await page.getByRole('button', { name: 'Fail' }).click();
      await page.locator('#pay-panel').waitFor();
      await page.locator('#pay-again').click();
      await event('payment.succeeded');
    });

    it('says what is out of stock and how many are left, and puts those into the basket', async () => {
      await add('cast-iron-teapot');
      await page.locator('#open-basket').click();
      await page.getByLabel('How many Cast Iron Teapot').fill('5');
      await page.getByLabel('How many Cast Iron Teapot').press('Tab');
      await page.locator('#place').click();
      await status('Out of stock');
      expect(await page.locator('#shortage-panel li').textContent()).toBe(
        'Cast Iron Teapot (TEAPOT-6): you asked for 5, 3 are left.',
      );
      await picture('out-of-stock');
      await page.getByRole('button', { name: 'Change my basket' }).click();
      expect(await page.getByLabel('How many Cast Iron Teapot').inputValue()).toBe('3');
      await picture('basket');
    });

    it('points at the field that is wrong', async () => {
      await add('stoneware-mug');
      await page.locator('#open-basket').click();
      await page.getByLabel('E-mail').fill('nobody');
      await page.locator('#place').click();
      await page.locator('#email[aria-invalid="true"]').waitFor();
      expect(await page.locator('#checkout-error').textContent()).toContain('E-mail');
      complaints = complaints.filter((text) => !text.includes('400'));
    });

    it('can be used from the keyboard alone', async () => {
      await page.locator('[data-slug="pepper-mill"] .primary').focus();
      await page.keyboard.press('Enter');
      await page.locator('#open-basket').focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('E-mail').focus();
      await page.keyboard.press('Enter');
      await event('payment.succeeded');
    });
  });

  it('asks a real browser where push services are real, and its worker shows what comes', async () => {
    const own = await browser.newContext({ permissions: ['notifications'] });
    const tab = await own.newPage();
    const played = await fetch(`${shopUrl()}push/subscriptions`, { method: 'POST' });
    const subscription = JSON.stringify(await played.json());
    // A browser without a way to its maker's push service cannot subscribe; all else of it is real.
    await tab.addInitScript(
      `PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
        window.askedWith = key;
        return { toJSON: () => (${subscription}) };
      };`,
    );
    await tab.route('**/shop/config.json', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), plays_push: false } });
    });
    const worker = new Promise<{ registrationId: string }>((resolve) => {
      void own.newCDPSession(tab).then(async (devtools) => {
        devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
          const active = versions.find(({ status: state }) => state === 'activated');
          if (active) resolve(active);
        });
        await devtools.send('ServiceWorker.enable');
      });
    });
    await tab.goto(shopUrl());
    await tab.locator('[data-slug="stoneware-mug"] .primary').click();
    await tab.locator('#open-basket').click();
    await tab.locator('#place').click();
    await tab.getByRole('button', { name: 'Tell me' }).click();
    await tab.getByRole('button', { name: 'Stop' }).waitFor();
    expect(await tab.evaluate('window.askedWith.length')).toBe(65);

    const { registrationId } = await worker;
    const devtools = await own.newCDPSession(tab);
    await devtools.send('ServiceWorker.enable');
    for (const body of ['first', 'second']) {
      const data = JSON.stringify({ title: 'Shipped', body, url: shopUrl(), tag: 'one-message' });
      await devtools.send('ServiceWorker.deliverPushMessage', {
        origin: new URL(shopUrl()).origin,
        registrationId,
        data,
      });
    }
    const shown = await waitFor(async () => {
      const list = (await tab.evaluate(`navigator.serviceWorker.getRegistration('/shop/').then(async (registration) =>
        (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag })))`)) as object[];
      return list.length > 0 && list;
    });
    expect(shown).toEqual([{ title: 'Shipped', body: 'second', tag: 'one-message' }]);
    await own.close();
  });

  it('shows an order to nobody without its token', async () => {
    const { api_url, secret_key } = readRuntime(place);
    const answer = await fetch(`${api_url}/v1/orders?limit=1`, { headers: { Authorization: `Bearer ${secret_key}` } });
    const { data } = (await answer.json()) as { data: { id: string; number: string }[] };
    const stranger = await browser.newPage();
    await stranger.goto(`${shopUrl()}?order=${data[0]!.id}&token=ot_guessed`);
    await stranger.getByText('There is no such order').waitFor();
    expect(await stranger.content()).not.toContain(data[0]!.number);
    await stranger.close();
  });
}
