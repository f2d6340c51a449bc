import { describe, expect, it } from '@jest/globals';
import { drawPng } from '../../providers/image-codec/draw-chart.ts';
import type { ChartLook, PriceChart } from './chart-model.ts';
import { MAX_SERIES } from './chart-style.ts';
import { fitText, isDrawable, widthOf } from './outline-text.ts';
import { drawPriceChart } from './price-chart.ts';
import { type PricePoint, type PriceSeries, piecesOf } from './price-series.ts';

const since = new Date('2026-11-01T00:00:00Z');
const until = new Date('2026-11-21T00:00:00Z');
const DAY = 86_400_000;
const day = (days: number) => new Date(since.getTime() + days * DAY);
const point = (days: number, amount: number | null, inStock: boolean | null = true): PricePoint => ({
  at: day(days),
  amount,
  inStock,
});
const series = (points: PricePoint[], more: Partial<PriceSeries> = {}): PriceSeries => ({
  name: 'Rival',
  isOurs: false,
  points,
  holdsMs: 2 * DAY,
  ...more,
});
const pieces = (...points: PricePoint[]) =>
  piecesOf(series(points), since, until).map(({ from, to, amount, isOut, follows }) => [
    ...[(from - since.getTime()) / DAY, (to - since.getTime()) / DAY, amount],
    ...[isOut ? 'out' : 'in', follows ? 'follows' : 'alone'],
  ]);

describe('a price over time', () => {
  it('holds until the next look, which may say the same', () => {
    expect(pieces(point(1, 500), point(2, 500), point(3, 400))).toEqual([
      [1, 3, 500, 'in', 'alone'],
      [3, 5, 400, 'in', 'follows'],
    ]);
  });

  it('is unknown when nobody looked for long, and when a look found nothing', () => {
    expect(pieces(point(1, 500), point(6, 500), point(7, null), point(8, 450))).toEqual([
      [1, 3, 500, 'in', 'alone'],
      [6, 7, 500, 'in', 'alone'],
      [8, 10, 450, 'in', 'alone'],
    ]);
  });

  it('of before shows from the beginning, and nothing shows beyond the end', () => {
    expect(pieces(point(-1, 500), point(19, 400, false))).toEqual([
      [0, 1, 500, 'in', 'alone'],
      [19, 20, 400, 'out', 'alone'],
    ]);
  });
});

const chart = (more: Partial<PriceChart> = {}): PriceChart => ({
  ...{ title: 'Kettle', currency: 'eur', since, until },
  series: [
    series([point(0, 2000)], { name: 'Shop', isOurs: true, holdsMs: undefined }),
    series([point(1, 1900), point(2, 1850, false)]),
  ],
  ...more,
});
const look = (more: Partial<ChartLook> = {}): ChartLook => ({
  width: 640,
  plotHeight: 220,
  theme: 'light',
  locale: 'en-US',
  ...more,
});

describe('a chart', () => {
  it('marks what is out of stock, and says what is to be seen', () => {
    const svg = drawPriceChart(chart(), look());
    expect(svg).toContain('class="s s1 out"');
    expect(svg).toContain('class="s s1 mark"');
    expect(svg).toContain('<desc>Prices in EUR, 2026-11-01 to 2026-11-21: Shop, Rival</desc>');
    expect(drawPriceChart(chart({ series: chart().series.slice(0, 1) }), look())).not.toContain(' mark"');
  });

  it('needs no font: its letters are outlines', () => {
    const svg = drawPriceChart(chart(), look());
    expect(svg).not.toContain('<text');
    expect(svg).not.toContain('font');
  });

  it('follows the reader’s device, or one look alone', () => {
    expect(drawPriceChart(chart(), look({ theme: 'auto' }))).toContain('prefers-color-scheme');
    expect(drawPriceChart(chart(), look({ theme: 'dark' }))).not.toContain('prefers-color-scheme');
  });

  it.each([
    ['nothing at all', chart({ series: [] })],
    ['no price', chart({ series: [series([point(1, null)])] })],
    ['one price that never moved', chart({ series: [series([point(1, 0)])] })],
    ['yen', chart({ currency: 'jpy', series: [series([point(1, 1980), point(2, 2_480_000)])] })],
    ['dinars', chart({ currency: 'kwd', series: [series([point(1, 10_500), point(2, 10_510)])] })],
    ['one moment', chart({ since: until })],
    [
      'as many as there are colours',
      chart({ series: Array.from({ length: MAX_SERIES }, (_, at) => series([point(at, 1000 + at)])) }),
    ],
  ])('can be drawn of %s', async (_what, given) => {
    for (const width of [320, 640, 1600]) {
      const svg = drawPriceChart(given, look({ width, locale: 'ja-JP' }));
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      const png = Buffer.from(await drawPng(svg, 1));
      expect(png.readUInt32BE(16)).toBe(width);
    }
  });

  it('takes nothing from a name but its letters', async () => {
    const hostile = '</title><script>alert(1)</script>\u0000\ud800 "&';
    const svg = drawPriceChart(
      chart({ title: hostile, note: hostile, series: [series([point(1, 1)], { name: hostile })] }),
      look(),
    );
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    await expect(drawPng(svg, 1)).resolves.toBeDefined();
  });

  it('stays within its width at 320 pixels', () => {
    const long = 'A name that is much longer than any small screen has room for, as names of products are';
    const svg = drawPriceChart(
      chart({ title: long, note: long, series: [series([point(1, 123_456_789)], { name: long })] }),
      look({ width: 320 }),
    );
    const xs = [...svg.matchAll(/translate\((-?[\d.]+) [\d.]+\) scale/g)].map(([, x]) => Number(x));
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...xs)).toBeLessThan(320);
  });
});

describe('text', () => {
  it('is measured by its letters, and cut where there is no room', () => {
    expect(widthOf('WW', 12)).toBeGreaterThan(widthOf('ii', 12));
    expect(fitText('Kettle', 12, 1_000)).toBe('Kettle');
    expect(widthOf(fitText('Kettle of enamel', 12, 50), 12)).toBeLessThanOrEqual(50);
  });

  it('has the letters of Europe and the signs of prices', () => {
    for (const each of ['Größe 12,99 €', 'Łódź ŘÍJEN', '¥1,980 ￥', '£3 – $4', '1\u202f299,00 kr', '₺ ₹ ₩'])
      expect([each, isDrawable(each)]).toEqual([each, true]);
    expect(isDrawable('価格')).toBe(false);
  });
});
