/** Text as outlines: it looks the same, and has the same width, wherever it is drawn. */
import { BASIC_OUTLINES } from './outlines-basic.ts';
import { LATIN_OUTLINES } from './outlines-latin.ts';

interface Outline {
  /** In thousandths of the size. */
  advance: number;
  path: string;
}

const OUTLINES: ReadonlyMap<string, Outline> = new Map(
  `${BASIC_OUTLINES}${LATIN_OUTLINES}`
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [code = '', advance, path = ''] = line.split('|');
      return [String.fromCodePoint(Number.parseInt(code, 16)), { advance: Number(advance), path }] as const;
    }),
);

/** Blanks of all kinds that formatters use, and signs that have a twin. */
const plain = (text: string) =>
  text
    .replace(/[\u00a0\u202f\u2009]/g, ' ')
    .replaceAll('￥', '¥')
    .replaceAll('\u200f', '');

/** Whether every letter has an outline: what is written in others is named another way. */
export const isDrawable = (text: string): boolean => [...plain(text)].every((letter) => OUTLINES.has(letter));

export function widthOf(text: string, size: number): number {
  let width = 0;
  for (const letter of plain(text)) width += OUTLINES.get(letter)?.advance ?? 600;
  return (width * size) / 1_000;
}

export interface TextPlace {
  x: number;
  /** Of the base line. */
  y: number;
  size: number;
  anchor?: 'start' | 'middle' | 'end';
  className: string;
}

export function drawText(text: string, { x, y, size, anchor = 'start', className }: TextPlace): string {
  const shift = anchor === 'start' ? 0 : widthOf(text, size) / (anchor === 'middle' ? 2 : 1);
  let at = 0;
  let letters = '';
  for (const letter of plain(text)) {
    const outline = OUTLINES.get(letter) ?? OUTLINES.get('?')!;
    if (outline.path) letters += `<path transform="translate(${at})" d="${outline.path}"/>`;
    at += outline.advance;
  }
  return `<g class="${className}" transform="translate(${round(x - shift)} ${round(y)}) scale(${size / 1_000})">${letters}</g>`;
}

/** The text with an ellipsis when it is wider than there is room. */
export function fitText(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, size) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

export const round = (value: number): number => Math.round(value * 10) / 10;
