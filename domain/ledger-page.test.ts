import { expect, it } from '@jest/globals';
import { toCsvLine } from './csv.ts';
import { journalToCsv } from './ledger-csv.ts';
import { renderJournal } from './ledger-page.ts';

const line = {
  account: 'revenue',
  name: 'Revenue <b>',
  opening: -1_234_567,
  debit: 5,
  credit: 1_000,
  closing: -1_235_562,
};
const day = '2026-11-20';

it('a page has a picture and a table per currency, in its decimals, and no markup of others', () => {
  const lines = ['usd', 'jpy', 'kwd'].map((currency) => ({ ...line, currency }));
  const sales = [{ day, currency: 'usd', sold: 2_000, refunded: 0 }];
  const page = renderJournal({ day, closedAt: new Date('2026-11-21T06:00:00Z'), lines, sales });
  expect(page.match(/<section>/g)).toHaveLength(3);
  expect(page.match(/<svg/g)).toHaveLength(3);
  expect(page).toContain('2026-11-20: sold $20.00');
  // What is not among the closed days is drawn by the day's own lines.
  expect(page).toContain('2026-11-20: sold ¥995');
  expect(page).toContain('Closed 2026-11-21 06:00 UTC');
  expect(page).toContain('<td>-12,345.67</td><td>0.05</td><td>10.00</td><td>-12,355.62</td>');
  expect(page).toContain('<td>-1,234,567</td><td>5</td><td>1,000</td>');
  expect(page).toContain('<td>-1,234.567</td><td>0.005</td><td>1.000</td>');
  expect(page).toContain('Revenue &lt;b&gt;');
});

it('a day on which nothing happened says so, and an open one that it may change', () => {
  expect(renderJournal({ day, closedAt: null, lines: [], sales: [] })).toMatch(
    /Open: this day may[\s\S]*Nothing was booked/,
  );
});

it('CSV quotes what it must and gives a spreadsheet no formula', () => {
  expect(toCsvLine(['a"b', 'c,d', null, -5, '-1.50', '=1+1', '+1', '@x', '-x', 'e\r\nf'])).toBe(
    `"a""b","c,d",,-5,-1.50,'=1+1,'+1,'@x,'-x,"e\r\nf"\r\n`,
  );
  expect(journalToCsv(day, [{ ...line, currency: 'kwd' }]).split('\r\n')[1]).toBe(
    '2026-11-20,kwd,revenue,Revenue <b>,-1234.567,0.005,1.000,-1235.562',
  );
});
