/** Colours that can be told apart also by those who see fewer of them; what is ours is the widest line, and the only one of its kind. */

export const CHART_THEMES = ['auto', 'light', 'dark'] as const;
/** auto: as the reader's device is set; pictures have to choose. */
export type ChartTheme = (typeof CHART_THEMES)[number];

interface Palette {
  page: string;
  ink: string;
  faint: string;
  grid: string;
  series: readonly string[];
}

const LIGHT: Palette = {
  page: '#ffffff',
  ink: '#1c1f23',
  faint: '#5b636e',
  grid: '#dfe3e8',
  series: ['#1d4ed8', '#c2410c', '#047857', '#7e22ce', '#be123c', '#0e7490', '#854d0e'],
};
const DARK: Palette = {
  page: '#1f2226',
  ink: '#e8eaed',
  faint: '#a3abb5',
  grid: '#3a3f46',
  series: ['#8ab4ff', '#fdba74', '#6ee7b7', '#d8b4fe', '#fda4af', '#67e8f9', '#fde047'],
};
/** Of the lines that are not ours, for those who see no colours. */
const DASHES = ['', '', '7 3', '2 3', '9 3 2 3', '5 2', '1 4'];

export const MAX_SERIES = LIGHT.series.length;

export const seriesClass = (index: number): string => `s s${index}`;

export function styleOf(theme: ChartTheme): string {
  const shapes = `.s{fill:none;stroke-width:1.8;stroke-linejoin:round}.s0{stroke-width:2.8}.out{opacity:.45}.mark{stroke-width:1.6;stroke-dasharray:none!important}.dot{stroke:none}.grid{fill:none;stroke-width:1}`;
  const dashes = DASHES.map((dash, index) => (dash ? `.s${index}{stroke-dasharray:${dash}}` : '')).join('');
  const own = colorsOf(theme === 'dark' ? DARK : LIGHT);
  const dark = theme === 'auto' ? `@media(prefers-color-scheme:dark){${colorsOf(DARK)}}` : '';
  return `${shapes}${dashes}${own}${dark}`;
}

function colorsOf({ page, ink, faint, grid, series }: Palette): string {
  const lines = series
    .map((color, index) => `.s${index}{stroke:${color}}.s${index}.dot{fill:${color};stroke:none}`)
    .join('');
  return `.page{fill:${page}}.ink{fill:${ink}}.faint{fill:${faint}}.grid{stroke:${grid}}${lines}`;
}
