/** CSV (RFC 4180): cells are quoted where they must be, lines end with CRLF. */

/** One line. A number stays as it is; text that a spreadsheet would take for a formula is told to be text. */
export function toCsvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

const AMOUNT = /^-?\d+(\.\d+)?$/;

function toCell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !AMOUNT.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
