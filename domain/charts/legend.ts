/** Below a chart: which line is whose, what was seen last and when, and what the marks mean. */
import { formatMoney } from '../money.ts';
import type { ChartLook, ChartWords, PriceChart } from './chart-model.ts';
import { seriesClass } from './chart-style.ts';
import { drawText, fitText, isDrawable, round, widthOf } from './outline-text.ts';
import { lastKnown, type PriceSeries } from './price-series.ts';

const SIZE = 12;
const ROW = 19;
const PAD = 10;
const SWATCH = 26;
/** Two beside each other need this. */
const COLUMN = 280;

const columnsOf = (width: number) => (width >= 2 * COLUMN + 2 * PAD ? 2 : 1);

export function legendHeight(
  { series, note }: PriceChart,
  { width }: Pick<ChartLook, 'width'>,
  words: ChartWords,
): number {
  const rows = Math.ceil(series.length / columnsOf(width)) + (marksOf(series, words) ? 1 : 0) + (note ? 1 : 0);
  return rows * ROW;
}

/** Only what is to be seen is explained. */
function marksOf(series: readonly PriceSeries[], words: ChartWords): string {
  const isOut = series.some(({ points }) => points.some(({ inStock, amount }) => inStock === false && amount !== null));
  const isUnknown = series.some(({ points }) => points.some(({ amount }) => amount === null));
  return [isOut ? `× ${words.outOfStock}` : '', isUnknown ? words.unknown : ''].filter(Boolean).join(' · ');
}

export function drawLegend(chart: PriceChart, look: ChartLook, words: ChartWords, top: number): string {
  const columns = columnsOf(look.width);
  const width = (look.width - 2 * PAD) / columns;
  const rows = chart.series.map((series, index) =>
    drawEntry(series, index, chart, look, words, {
      x: PAD + (index % columns) * width,
      y: top + (Math.floor(index / columns) + 1) * ROW - 5,
      width: width - PAD,
    }),
  );
  const lines = [marksOf(chart.series, words), chart.note ?? ''].filter((text) => text !== '' && isDrawable(text));
  const after = top + (Math.ceil(chart.series.length / columns) + 1) * ROW - 5;
  const notes = lines.map((text, at) =>
    drawText(fitText(text, SIZE - 1, look.width - 2 * PAD), {
      x: PAD,
      y: after + at * ROW,
      size: SIZE - 1,
      className: 'faint',
    }),
  );
  return [...rows, ...notes].join('');
}

interface Place {
  x: number;
  y: number;
  width: number;
}

function drawEntry(
  series: PriceSeries,
  index: number,
  { currency, until }: PriceChart,
  { locale }: ChartLook,
  words: ChartWords,
  { x, y, width }: Place,
): string {
  const swatch = `<path class="${seriesClass(index)}" d="M${round(x)} ${round(y - 4)}h18"/>`;
  const last = lastSeen(series, currency, locale, until);
  const room = width - SWATCH - widthOf(last, SIZE) - 8;
  const name = fitText(series.isOurs ? `${series.name} (${words.ours})` : series.name, SIZE, room);
  return (
    swatch +
    drawText(name, { x: x + SWATCH, y, size: SIZE, className: 'ink' }) +
    drawText(last, { x: x + width, y, size: SIZE, anchor: 'end', className: 'faint' })
  );
}

/** A price that is not today's has its day: what is shown last is not what holds now. */
function lastSeen(series: PriceSeries, currency: string, locale: string, until: Date): string {
  const last = lastKnown(series);
  if (last?.amount === null || !last) return '–';
  const text = formatMoney({ amount: last.amount, currency }, locale);
  const price = isDrawable(text) ? text : formatMoney({ amount: last.amount, currency }, 'en-US');
  const seen = last.seenUntil ?? last.at;
  const isOld = !series.isOurs && until.getTime() - seen.getTime() > 36 * 3_600_000;
  return isOld ? `${price} · ${seen.toISOString().slice(0, 10)}` : price;
}
