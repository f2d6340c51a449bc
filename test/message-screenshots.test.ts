/**
 * Every message as mailboxes show it, in a real Chromium: on a phone and on a desk, light and dark, in every language. What can be
 * asserted is asserted; contact sheets of all of them go to test-results/messages/ for people to look at.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { LANGUAGES, type Language } from '../domain/messages/locales.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../domain/messages/order-view.ts';
import { renderEmail } from '../domain/messages/render.ts';
import { SAMPLES } from '../domain/messages/samples.ts';
import { contactSheet, type Shot } from './support/messages/contact-sheet.ts';
import { type Complaint, DRAWN_LETTERS, LOOK } from './support/messages/look.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const SHEETS = new URL('../test-results/messages/', import.meta.url);
const WIDTHS = { phone: 390, desk: 700 } as const;
const SCHEMES = ['light', 'dark'] as const;

if (CHROMIUM) declareTests(CHROMIUM);
else declareNothing();

/** Jest wants a test in every test file. */
function declareNothing(): void {
  process.stderr.write('\n*** SKIPPED: there is no Chromium on this machine, so nobody looks at the messages ***\n');
  it('needs Chromium, which is not here', () => expect(CHROMIUM).toBeUndefined());
}

function declareTests(executablePath: string): void {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(SHEETS, { recursive: true });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  }, 60_000);
  afterAll(() => browser?.close());

  const open = (size: keyof typeof WIDTHS, colorScheme: (typeof SCHEMES)[number]) =>
    browser.newPage({ viewport: { width: WIDTHS[size], height: 320 }, colorScheme });

  describe.each(SCHEMES)('in a %s mailbox', (scheme) => {
    it.each(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[])(
      'every message in every language fits on a %s, and can be read',
      async (size) => {
        const page = await open(size, scheme);
        const complaints: Complaint[] = [];
        for (const language of LANGUAGES)
          for (const template of MESSAGE_TEMPLATES) {
            await show(page, template, language);
            for (const complaint of (await page.evaluate(LOOK)) as string[])
              complaints.push({ template, language, complaint });
          }
        await page.close();
        expect(complaints).toEqual([]);
      },
      120_000,
    );
  });

  it('an address, a word and a number that do not end still fit on a phone', async () => {
    const page = await open('phone', 'light');
    const endless = JSON.parse(
      JSON.stringify(SAMPLES['order-confirmation']).replaceAll(
        /"(name|line1|sku|company)":"[^"]*"/g,
        (_, name) => `"${name}":"${'W'.repeat(90)}"`,
      ),
    );
    endless.order.lines[0].totalAmount = 123_456_789_012;
    endless.order.totalAmount = 123_456_789_012;
    await page.setContent(renderEmail('order-confirmation', endless, 'de').html);
    expect(await page.evaluate(LOOK)).toEqual([]);
    await page.close();
  });

  it('a look finds what is wrong with a page', async () => {
    const page = await open('phone', 'light');
    await page.setContent(
      '<div style="width:900px">wide</div><p style="color:#999">pale</p><p style="font-size:9px">small</p><img src="x">{{open}}',
    );
    const found = ((await page.evaluate(LOOK)) as string[]).join('\n');
    for (const wrong of ['is wider', 'contrast 2.85: pale', 'is too small', 'without alt', 'unfilled'])
      expect(found).toContain(wrong);
    await page.close();
  });

  it('Japanese letters are drawn, each as its own', async () => {
    const page = await open('phone', 'light');
    await show(page, 'order-confirmation', 'ja');
    const drawn = (await page.evaluate(DRAWN_LETTERS)) as string[];
    await page.close();
    // Without a font for any of them, each is the same box, and there is nothing to see.
    expect([1, drawn.length]).toContain(new Set(drawn).size);
  });

  it('draws contact sheets for people', async () => {
    for (const [name, shots] of [
      ['phone-light-en', await shootAll(await open('phone', 'light'), 'en')],
      ['phone-dark-de', await shootAll(await open('phone', 'dark'), 'de')],
      ['desk-light-es', await shootAll(await open('desk', 'light'), 'es')],
      ['phone-light-ja', await shootAll(await open('phone', 'light'), 'ja')],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: name.startsWith('phone') ? 2400 : 2250, height: 1200 } });
      await page.setContent(contactSheet(name, shots));
      writeFileSync(new URL(`${name}.png`, SHEETS), await page.screenshot({ fullPage: true }));
      await page.close();
    }
  }, 240_000);
}

const show = (page: Page, template: MessageTemplate, language: Language) =>
  page.setContent(renderEmail(template, SAMPLES[template] as never, language).html, { waitUntil: 'domcontentloaded' });

async function shootAll(page: Page, language: Language): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const template of MESSAGE_TEMPLATES) {
    await show(page, template, language);
    const { subject, preheader } = renderEmail(template, SAMPLES[template] as never, language);
    shots.push({ template, subject, preheader, png: await page.screenshot({ fullPage: true }) });
  }
  await page.close();
  return shots;
}
