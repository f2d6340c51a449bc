/** A chart of prices over time as SVG: steps, gaps where nothing is known, marks where something was out of stock. */
import { extent } from 'd3-array';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { curveLinear, line } from 'd3-shape';
import { escapeHtml } from '../messages/escape.ts';
import { exponentOf, formatMoney } from '../money.ts';
import type { ChartLook, ChartWords, PriceChart } from './chart-model.ts';
import { type ChartTheme, seriesClass, styleOf } from './chart-style.ts';
import { drawLegend, legendHeight } from './legend.ts';
import { drawText, fitText, isDrawable, round, widthOf } from './outline-text.ts';
import { type Piece, piecesOf } from './price-series.ts';

const WORDS: ChartWords = {
  ours: 'ours',
  outOfStock: 'out of stock',
  unknown: 'gap: unknown',
  nothing: 'Nothing was seen yet.',
};
const SIZE = 12;
const PAD = 10;

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Scales {
  x: (at: number) => number;
  y: (amount: number) => number;
}

export function drawPriceChart(chart: PriceChart, look: ChartLook): string {
  const words = wordsOf(look.words);
  const drawn = chart.series.map((series) => ({ series, pieces: piecesOf(series, chart.since, chart.until) }));
  const amounts = drawn.flatMap(({ pieces }) => pieces.map(({ amount }) => amount));
  const [least, most] = extent(amounts);
  const title = fitText(drawable(chart.title, ''), SIZE + 1, look.width - 2 * PAD);
  const parts = [drawText(title, { x: PAD, y: 20, size: SIZE + 1, className: 'ink' })];
  const size = { width: look.width, height: look.plotHeight + legendHeight(chart, look, words) + PAD };
  if (least === undefined || most === undefined)
    parts.push(
      drawText(words.nothing, {
        x: look.width / 2,
        y: look.plotHeight / 2,
        size: SIZE,
        anchor: 'middle',
        className: 'faint',
      }),
    );
  else
    parts.push(
      ...drawPlot(
        chart,
        look,
        drawn.map(({ pieces }) => pieces),
        { least, most },
      ),
    );
  parts.push(drawLegend(chart, look, words, look.plotHeight));
  return wrap(chart, look.theme, size, parts);
}

function wordsOf(words: ChartWords = WORDS): ChartWords {
  return Object.values(words).every(isDrawable) ? words : WORDS;
}

const drawable = (text: string, otherwise: string) => (isDrawable(text) ? text : otherwise);

function drawPlot(
  { since, until, currency }: PriceChart,
  { width, plotHeight, locale }: ChartLook,
  pieces: readonly Piece[][],
  { least, most }: { least: number; most: number },
): string[] {
  // A price that never moved is drawn in the middle.
  const room = Math.max((most - least) * 0.08, most * 0.02, 1);
  const value = scaleLinear()
    .domain([Math.max(0, least - room), most + room])
    .nice(4);
  const ticks = value.ticks(4).filter(Number.isInteger);
  const label = labelOf(currency, locale, ticks);
  const frame: Frame = {
    left: PAD + Math.max(...ticks.map((tick) => widthOf(label(tick), SIZE - 1))) + 6,
    right: width - PAD - 4,
    top: 32,
    bottom: plotHeight - 26,
  };
  const time = scaleUtc().domain([since, until]).range([frame.left, frame.right]);
  const scales: Scales = {
    x: (at) => round(time(at)),
    y: (amount) => round(value.range([frame.bottom, frame.top])(amount)),
  };
  const grid = ticks.map(
    (tick) =>
      `<path class="grid" d="M${round(frame.left)} ${scales.y(tick)}H${frame.right}"/>` +
      drawText(label(tick), {
        x: frame.left - 6,
        y: scales.y(tick) + 4,
        size: SIZE - 1,
        anchor: 'end',
        className: 'faint',
      }),
  );
  return [
    ...grid,
    ...timeLabels(time, frame, locale),
    ...pieces.flatMap((each, index) => drawSeries(each, index, scales)),
  ];
}

/** Without decimals where all of them are round: less to read on a small screen. */
function labelOf(currency: string, locale: string, ticks: readonly number[]): (amount: number) => string {
  const unit = 10 ** exponentOf(currency);
  const format = (amount: number) => {
    const text = formatMoney({ amount, currency }, locale);
    return isDrawable(text) ? text : formatMoney({ amount, currency }, 'en-US');
  };
  if (unit === 1 || ticks.some((tick) => tick % unit !== 0)) return format;
  return (amount) => format(amount).replace(/[.,]0+(?=\D*$)/, '');
}

function timeLabels(time: ReturnType<typeof scaleUtc<number>>, frame: Frame, locale: string): string[] {
  const [since, until] = time.domain();
  const isLong = until!.getTime() - since!.getTime() > 300 * 86_400_000;
  const isShort = until!.getTime() - since!.getTime() < 2 * 86_400_000;
  const parts = isLong
    ? ({ month: 'short', year: 'numeric' } as const)
    : isShort
      ? ({ hour: '2-digit', minute: '2-digit' } as const)
      : ({ day: 'numeric', month: 'short' } as const);
  const own = new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' });
  const english = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: 'UTC' });
  const label = (at: Date) => (isDrawable(own.format(at)) ? own : english).format(at);
  const labels: string[] = [];
  let free = frame.left - 20;
  for (const tick of time.ticks(Math.max(2, Math.floor((frame.right - frame.left) / 90)))) {
    const half = widthOf(label(tick), SIZE - 1) / 2;
    const x = Math.min(time(tick), frame.right - half);
    if (x - half < free) continue;
    free = x + half + 12;
    labels.push(
      `<path class="grid" d="M${round(time(tick))} ${frame.bottom}v4"/>` +
        drawText(label(tick), { x, y: frame.bottom + 17, size: SIZE - 1, anchor: 'middle', className: 'faint' }),
    );
  }
  return labels;
}

const path = line<[number, number]>().curve(curveLinear).digits(1);

/** Stretches of one kind are one line each; one that follows another begins at its price. */
function drawSeries(pieces: readonly Piece[], index: number, { x, y }: Scales): string[] {
  const drawn: string[] = [];
  let points: [number, number][] = [];
  let isOut = false;
  const end = () => {
    if (points.length > 0)
      drawn.push(`<path class="${seriesClass(index)}${isOut ? ' out' : ''}" d="${path(points)}"/>`);
  };
  pieces.forEach((piece, at) => {
    if (!piece.follows || piece.isOut !== isOut) {
      end();
      const before = piece.follows ? pieces[at - 1] : undefined;
      points = before ? [[x(piece.from), y(before.amount)]] : [];
      isOut = piece.isOut;
      if (isOut) drawn.push(cross(x(piece.from), y(piece.amount), index));
    }
    points.push([x(piece.from), y(piece.amount)], [x(piece.to), y(piece.amount)]);
  });
  end();
  const last = pieces.at(-1);
  if (last && !last.isOut)
    drawn.push(`<circle class="${seriesClass(index)} dot" cx="${x(last.to)}" cy="${y(last.amount)}" r="3"/>`);
  return drawn;
}

const cross = (x: number, y: number, index: number): string =>
  `<path class="${seriesClass(index)} mark" d="M${round(x - 3.5)} ${round(y - 3.5)}l7 7m0-7l-7 7"/>`;

interface Size {
  width: number;
  height: number;
}

function wrap(chart: PriceChart, theme: ChartTheme, { width, height }: Size, parts: readonly string[]): string {
  const names = chart.series.map(({ name }) => name).join(', ');
  const days = `${chart.since.toISOString().slice(0, 10)} to ${chart.until.toISOString().slice(0, 10)}`;
  const about = `Prices in ${chart.currency.toUpperCase()}, ${days}: ${names}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${xml(chart.title)}</title><desc>${xml(about)}</desc><style>${styleOf(theme)}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>${parts.join('')}</svg>`,
  ].join('');
}

/** Without what XML has no place for. */
const xml = (text: string) =>
  escapeHtml(text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''));
