/** What a command says: a table for people, or with --json one document for programs. */

export interface Output {
  write(text: string): void;
  json: boolean;
}

/** Prints rows; `columns` names what people see of each. */
export function printRows<R extends object>(
  output: Output,
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
): void {
  output.write(output.json ? `${JSON.stringify(rows, null, 2)}\n` : drawTable(rows, columns));
}

function drawTable<R extends object>(rows: readonly R[], columns: readonly (keyof R & string)[]): string {
  if (rows.length === 0) return 'Nothing.\n';
  const table = [
    columns as readonly string[],
    ...rows.map((row) => columns.map((column, at) => show(row[column], at === columns.length - 1))),
  ];
  const widths = columns.map((_, at) => Math.max(...table.map((cells) => cells[at]?.length ?? 0)));
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return table.map((cells) => `${draw(cells)}\n`).join('');
}

/** Prints one result: a sentence, or the facts as JSON. */
export function printResult(output: Output, sentence: string, facts: object): void {
  output.write(output.json ? `${JSON.stringify(facts, null, 2)}\n` : `${sentence}\n`);
}

/** The last column may be a sentence: nothing stands behind it that it could push away. */
const show = (value: unknown, last: boolean) => plain(value).slice(0, last ? 500 : 100);

/** A value on one line. Rows may hold what outsiders wrote: nothing of it may steer the terminal. */
export function plain(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join(' ') || '-';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
