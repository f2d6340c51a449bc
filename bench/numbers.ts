/** Medians, percentiles and how figures are printed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);
export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Slope of a line through the points, per unit of x. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const mx = sum(points.map(([x]) => x)) / n;
  const my = sum(points.map(([, y]) => y)) / n;
  const above = sum(points.map(([x, y]) => (x - mx) * (y - my)));
  const below = sum(points.map(([x]) => (x - mx) ** 2));
  return below === 0 ? 0 : above / below;
}

export function show(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

/** A table in Markdown, which is also readable as it is. */
export function table(head: string[], rows: (string | number)[][]): string {
  const text = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? show(cell) : cell)))];
  const widths = head.map((_, column) => Math.max(...text.map((row) => (row[column] ?? '').length)));
  const line = (row: string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(text[0] ?? []), rule, ...text.slice(1).map(line)].join('\n');
}
