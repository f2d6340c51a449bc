/** Reads every labelled page, and sums up what it is worth. */
import type { PageReading } from '../../domain/pages/page-reading.ts';
import { readPage } from '../../domain/pages/read-page.ts';
import { JUDGED, type Judged, type Judgement, judgeReading } from './judge-reading.ts';
import { type LabelledPage, type PageSet, readLabelledPages } from './labelled-pages.ts';

/** A wrong price is worse than none. */
export const LEAST_PRECISION = 0.995;
export const LEAST_RECALL = 0.95;

export interface JudgedPage {
  labelled: LabelledPage;
  reading: PageReading;
  judgements: Judgement[];
  milliseconds: number;
}

/** How many pages of a kind; precision and recall as shares of 1, NaN where there is nothing to share. */
export interface Figures {
  pages: number;
  right: number;
  wrong: number;
  missed: number;
  precision: number;
  recall: number;
}

export const judgePages = (set: PageSet): JudgedPage[] => readLabelledPages(set).map(judgePage);

export function judgePage(labelled: LabelledPage): JudgedPage {
  const started = performance.now();
  const reading = readPage(labelled.page, labelled.hints);
  const milliseconds = performance.now() - started;
  return { labelled, reading, judgements: judgeReading(labelled, reading), milliseconds };
}

/**
 * Precision: of the values that were read, the share that is right; a value read where the page has none is wrong. Recall: of the
 * values that pages have, the share that was read rightly; pages of which "no observation" is as right are left out.
 */
export function figuresOf(pages: readonly JudgedPage[], field: Judged): Figures {
  const judged = pages.flatMap(({ judgements }) => judgements.filter((judgement) => judgement.field === field));
  const count = (...verdicts: string[]) => judged.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const invented = judged.filter(({ verdict, expected }) => verdict === 'wrong' && expected === null).length;
  const [right, wrong, missed] = [count('right'), count('wrong'), count('missed')];
  const precision = right / (right + wrong);
  return { pages: judged.length, right, wrong, missed, precision, recall: right / (right + wrong - invented + missed) };
}

export const fieldFigures = (pages: readonly JudgedPage[]) =>
  JUDGED.map((field) => ({ field, ...figuresOf(pages, field) })).filter((figures) => figures.pages > 0);

export function localeFigures(pages: readonly JudgedPage[]): ({ locale: string } & Figures)[] {
  const byLocale = Map.groupBy(pages, ({ labelled }) => labelled.hints.locale);
  return [...byLocale].map(([locale, own]) => ({ locale, ...figuresOf(own, 'price'), pages: own.length }));
}

export function reachesTheBar(pages: readonly JudgedPage[]): boolean {
  const { precision, recall } = figuresOf(pages, 'price');
  return precision >= LEAST_PRECISION && recall >= LEAST_RECALL;
}
