/** Pictures of pages: not what a browser would show, but a picture of its own for each page and each price. */
import { createHash } from 'node:crypto';
import { load } from 'cheerio/slim';
import express, { type Router } from 'express';
import sharp from 'sharp';
import { escapeHtml } from '../page.ts';
import type { Store } from '../store.ts';
import type { SourcePage } from './page-source.ts';
import { printedPrice } from './read-facts.ts';

export interface Screenshots {
  urlOf(page: SourcePage, title: string): string;
  /** To be mounted at `/firecrawl`. */
  router: Router;
}

const SCHEMA = 'CREATE TABLE IF NOT EXISTS firecrawl_screenshots (id TEXT PRIMARY KEY, svg TEXT NOT NULL)';
const KEPT = 5_000;

export function createScreenshots(store: Store, baseUrl: string): Screenshots {
  store.exec(SCHEMA);
  const router = express.Router();
  router.get('/screenshots/:name', async (req, res) => {
    const id = String(req.params.name).replace(/\.png$/, '');
    const row = store.statement('SELECT svg FROM firecrawl_screenshots WHERE id = ?').get(id);
    if (!row) return void res.sendStatus(404);
    res.type('png').send(
      await sharp(Buffer.from(String(row.svg)))
        .png()
        .toBuffer(),
    );
  });
  return {
    router,
    urlOf(page, title) {
      const svg = draw(page, title);
      const id = createHash('sha256').update(svg).digest('hex').slice(0, 32);
      store.statement('INSERT OR IGNORE INTO firecrawl_screenshots VALUES (?, ?)').run(id, svg);
      const old = 'DELETE FROM firecrawl_screenshots WHERE rowid <= (SELECT max(rowid) FROM firecrawl_screenshots) - ?';
      store.statement(old).run(KEPT);
      return `${baseUrl}/firecrawl/screenshots/${id}.png`;
    },
  };
}

function draw({ finalUrl, status, html }: SourcePage, title: string): string {
  const price = printedPrice(load(html)) ?? '';
  const line = (y: number, size: number, text: string) =>
    `<text x="48" y="${y}" font-family="sans-serif" font-size="${size}" fill="#222">${escapeHtml(text.slice(0, 70))}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="800"><rect width="1280" height="800" fill="#fff"/>
<rect width="1280" height="64" fill="#444"/><rect x="48" y="140" width="400" height="400" rx="12" fill="#e5e7eb"/>
<text x="48" y="42" font-family="sans-serif" font-size="22" fill="#fff">${escapeHtml(finalUrl.slice(0, 90))}</text>
${line(112, 30, title)}${line(610, 54, price)}${line(760, 18, `HTTP ${status}`)}</svg>`;
}
