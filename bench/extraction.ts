/**
 * `npm run bench:extraction`: how well competitors' pages are read, on the labelled pages in test/fixtures/pages; ends with 1 below
 * the bar. The misses of the held-out pages are listed with `--held-out` alone: who works on the extraction is not to know them.
 */
import type { Judgement } from './extraction/judge-reading.ts';
import {
  fieldFigures,
  figuresOf,
  type JudgedPage,
  judgePages,
  LEAST_PRECISION,
  LEAST_RECALL,
  localeFigures,
  reachesTheBar,
} from './extraction/measure-extraction.ts';
import { percentile, sum, table } from './numbers.ts';

const showHeldOut = process.argv.includes('--held-out');
const open = judgePages('open');
const heldOut = judgePages('held-out');
const all = [...open, ...heldOut];

const COLUMNS = ['pages', 'right', 'wrong', 'missed', 'precision', 'recall'];
const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`);
const say = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n\n`);

say(
  '# How well pages are read',
  '',
  `Precision: of the values read, those that are right (one read where the page has none is wrong).`,
  `Recall: of the values that pages have, those read rightly. The bar, for prices: ${percent(LEAST_PRECISION)} and ${percent(LEAST_RECALL)}.`,
);
say(
  table(
    ['price', ...COLUMNS],
    Object.entries({ 'open pages': open, 'held-out pages': heldOut, all }).map(([name, pages]) =>
      row(name, figuresOf(pages, 'price'), pages.length),
    ),
  ),
);
say(
  table(
    ['by field', ...COLUMNS],
    fieldFigures(all).map((figures) => row(figures.field, figures)),
  ),
);
say(
  table(
    ['price, by locale', ...COLUMNS],
    localeFigures(all).map((figures) => row(figures.locale, figures)),
  ),
);
say('Misses:', ...missesOf(open), ...(showHeldOut ? missesOf(heldOut) : []));
say(timesOf(all));
process.exitCode = [open, heldOut].every(reachesTheBar) ? 0 : 1;

function row(name: string, figures: ReturnType<typeof figuresOf>, pages = figures.pages): string[] {
  const { right, wrong, missed, precision, recall } = figures;
  return [name, ...[pages, right, wrong, missed].map(String), percent(precision), percent(recall)];
}

function missesOf(pages: readonly JudgedPage[]): string[] {
  return pages.flatMap((page) => {
    const misses = page.judgements.filter(({ verdict }) => verdict === 'wrong' || verdict === 'missed');
    // A page that was not read misses all of its fields for one reason.
    return (page.reading.kind === 'none' ? misses.slice(0, 1) : misses).map((miss) => `- ${describe(page, miss)}`);
  });
}

function describe({ labelled, reading }: JudgedPage, { field, verdict, expected, read }: Judgement): string {
  const why = reading.kind === 'none' ? ` (${reading.detail})` : '';
  const { page, what } = labelled.label;
  return `${page} · ${field} ${verdict}: ${JSON.stringify(expected)}, read ${JSON.stringify(read)}${why} · ${what}`;
}

function timesOf(pages: readonly JudgedPage[]): string {
  const times = pages.map(({ milliseconds }) => milliseconds);
  const bytes = sum(pages.map(({ labelled }) => labelled.page.html.length));
  const [middle, late] = [percentile(times, 0.5), percentile(times, 0.99)].map((value) => value.toFixed(1));
  const pace = (bytes / 1_000 / sum(times)).toFixed(1);
  return `Time per page: ${middle} ms at the median, ${late} ms at the 99th percentile; ${pace} MB/s.`;
}
