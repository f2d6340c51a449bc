import { expect, it } from '@jest/globals';
import { makeStatement, type StatementLine } from './statement.ts';
import { statementToCsv } from './statement-csv.ts';
import { renderStatement } from './statement-page.ts';

const none = { gross: 0, refunded: 0, disputed: 0, commission: 0, transferred: 0, providerId: null };
const line = (day: string, orderNumber: string, amounts: Partial<StatementLine>): StatementLine => ({
  ...none,
  ...{ day, orderNumber, currency: 'usd', kind: 'sale' },
  ...amounts,
});
const facts = {
  openings: new Map([
    ['usd', 1_000],
    ['jpy', -50],
  ]),
  lines: [
    line('2026-11-02', 'ORD-2-V1', { gross: 10_000, commission: 250 }),
    line('2026-11-03', 'ORD-1-V1', { refunded: 4_000, commission: -100 }),
    line('2026-11-03', 'ORD-2-V1', { kind: 'transfer', transferred: 9_750, providerId: 'tr_1' }),
    line('2026-11-05', 'ORD-1-V1', { kind: 'reversal', transferred: -3_900, providerId: 'trr_1' }),
    line('2026-11-05', 'ORD-3-V1', { disputed: 500, commission: -13 }),
    line('2026-11-05', 'ORD-9-V1', { currency: 'kwd', gross: 12_345_678, commission: 308_642 }),
  ],
};

it('goes from what stood before to what stands, and every column sums', () => {
  const [jpy, kwd, usd] = makeStatement(facts);
  expect([jpy!.opening, jpy!.closing, jpy!.orders]).toEqual([-50, -50, []]);
  expect(kwd).toMatchObject({ currency: 'kwd', opening: 0, closing: 12_037_036 });
  expect(usd!.orders).toEqual([
    {
      number: 'ORD-1-V1',
      gross: 0,
      refunded: 4_000,
      disputed: 0,
      commission: -100,
      transferred: -3_900,
      earned: -3_900,
    },
    { number: 'ORD-2-V1', gross: 10_000, refunded: 0, disputed: 0, commission: 250, transferred: 9_750, earned: 9_750 },
    { number: 'ORD-3-V1', gross: 0, refunded: 0, disputed: 500, commission: -13, transferred: 0, earned: -487 },
  ]);
  expect(usd!.totals).toEqual({
    gross: 10_000,
    refunded: 4_000,
    disputed: 500,
    commission: 137,
    earned: 5_363,
    transferred: 5_850,
  });
  expect(usd!.closing).toBe(1_000 + 5_363 - 5_850);
  expect(usd!.days).toEqual([
    { day: '2026-11-02', earned: 9_750, transferred: 0 },
    { day: '2026-11-03', earned: -3_900, transferred: 9_750 },
    { day: '2026-11-05', earned: -487, transferred: -3_900 },
  ]);
});

it('as CSV has the decimals of each currency', () => {
  const lines = statementToCsv(makeStatement(facts)).split('\r\n');
  expect(lines).toContain('jpy,opening,,,,,,,,,-50,');
  expect(lines).toContain('kwd,order,,ORD-9-V1,12345.678,0.000,0.000,308.642,12037.036,,,');
  expect(lines).toContain('usd,transfer,2026-11-03,ORD-2-V1,,,,,,97.50,,tr_1');
  expect(lines).toContain('usd,total,,,100.00,40.00,5.00,1.37,53.63,58.50,,');
  expect(lines).toContain('usd,closing,,,,,,,,,5.13,');
});

it('as a page has a picture for each currency in which something happened, and no markup of others', () => {
  const page = renderStatement({
    vendor: { name: 'Kiln <& Clay>', number: 'VEN-1001' },
    shopName: 'Shop',
    ...{ from: '2026-11-01', to: '2026-11-30' },
    statements: makeStatement(facts),
  });
  expect(page.match(/<section>/g)).toHaveLength(3);
  expect(page.match(/<svg/g)).toHaveLength(2);
  expect(page).toContain('Kiln &lt;&amp; Clay&gt;');
  expect(page).toContain('2026-11-03: earned -$39.00');
  expect(page).toContain('<th scope="row">Closing balance</th><td>$5.13</td>');
  expect(page).not.toMatch(/-0[.<]|NaN/);
  expect(
    renderStatement({ vendor: { name: 'V', number: 'VEN-1' }, shopName: 'Shop', from: 'a', to: 'b', statements: [] }),
  ).toContain('Nothing was booked.');
});
