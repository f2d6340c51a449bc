import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { closeDay } from '../db/daily-close.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { LEDGER_ORDER, seedLedger } from '../test/support/ledger.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await seedLedger(api.db);
  await closeDay(api.db, '2026-03-01');
});
afterAll(() => api?.close());

async function get(path: string, accept?: string) {
  const headers = { authorization: `Bearer ${api.secretKey}`, ...(accept ? { accept } : {}) };
  const answer = await fetch(`${api.apiUrl}/v1/ledger/${path}`, { headers });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: each test looks at what it asked for
  const body: any = type.includes('json') ? JSON.parse(text) : undefined;
  return { status: answer.status, type, text, body };
}
const rows = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

it('tells balances as of a day, by account and currency, and accounts that nothing happened on', async () => {
  const { body } = await get('accounts?date=2026-03-02');
  const balances = Object.fromEntries(
    body.data.map((each: { code: string; balances: object[] }) => [each.code, each.balances]),
  );
  expect(balances).toMatchObject({
    stripe_balance: [
      { amount: 2_847, currency: 'jpy' },
      { amount: 2_734, currency: 'usd' },
    ],
    bank: [],
  });
  expect((await get('accounts')).body.date).toBe(new Date().toISOString().slice(0, 10));
});

it('gives a trial balance whose sides are equal in every currency', async () => {
  const { body } = await get('trial-balance?date=2026-03-03');
  expect(
    body.currencies.map(({ currency, debit, credit, balanced }: Record<string, unknown>) => [
      currency,
      debit,
      credit,
      balanced,
    ]),
  ).toEqual([
    ['jpy', 2_847, 2_847, true],
    ['kwd', 28_470, 28_470, true],
    ['usd', 2_760, 2_760, true],
  ]);
});

it('pages through transactions, filters them, and refuses a strange cursor', async () => {
  const first = (await get('transactions?limit=4')).body;
  expect(first).toMatchObject({ has_more: true, data: [{ cause: { kind: 'payout', id: 'po_1' } }, {}, {}, {}] });
  const second = (await get(`transactions?limit=4&cursor=${first.next_cursor}`)).body;
  expect(second).toMatchObject({
    has_more: false,
    data: [{ cause: { kind: 'fee' } }, { cause: { kind: 'capture', id: 'p1' } }],
  });
  const mine = (await get(`transactions?order_id=${LEDGER_ORDER}&cause=refund`)).body.data;
  expect(mine).toMatchObject([
    {
      booked_on: '2026-03-03',
      entries: [
        { account: 'refunds', currency: 'usd', amount: 913 },
        { account: 'tax_payable', currency: 'usd', amount: 87 },
        { account: 'stripe_balance', currency: 'usd', amount: -1_000 },
      ],
    },
  ]);
  expect(await get('transactions?cursor=bm8')).toMatchObject({
    status: 400,
    body: { errors: [{ code: 'cursor_malformed' }] },
  });
  expect(await get('transactions?account=banks')).toMatchObject({ status: 400 });
  expect(await get('trial-balance?date=2026-02-30')).toMatchObject({ status: 400 });
});

it('speaks CSV when it is asked to, in decimals of each currency, and harmless to spreadsheets', async () => {
  const { type, text } = await get('transactions?cause=capture', 'text/csv');
  expect(type).toBe('text/csv; charset=utf-8');
  const lines = rows(text);
  expect(lines).toHaveLength(12);
  const stripe = lines
    .filter(({ account }) => account === 'stripe_balance')
    .map(({ currency, debit, credit }) => [currency, debit, credit]);
  expect(stripe).toEqual([
    ['kwd', '28.470', ''],
    ['jpy', '2847', ''],
    ['usd', '28.47', ''],
  ]);
  expect(lines[0]!.description).toBe(`'=cmd|"x", quoted`);
  expect(rows((await get('trial-balance?date=2026-03-03&format=csv')).text)).toContainEqual({
    ...{
      date: '2026-03-03',
      account: 'refunds',
      name: 'Refunds',
      type: 'contra_revenue',
      currency: 'usd',
      debit: '9.13',
      credit: '',
    },
  });
  expect(await get('accounts', 'image/png')).toMatchObject({ status: 406 });
});

it('shows days: closed ones as they were closed, an open one as it stands, as JSON, CSV or a page', async () => {
  expect((await get('days')).body.data).toEqual([{ day: '2026-03-01', closed_at: expect.any(String) }]);
  const closed = (await get('days/2026-03-01')).body;
  expect(closed.currencies.map((each: { currency: string }) => each.currency)).toEqual(['jpy', 'usd']);
  expect(closed.currencies[1].lines[0]).toEqual({
    ...{ account: 'stripe_balance', name: 'Stripe balance', opening: 0, debit: 2_847, credit: 113, closing: 2_734 },
  });
  expect((await get('days/2026-03-03')).body).toMatchObject({
    closed_at: null,
    currencies: [{ currency: 'jpy' }, { currency: 'kwd' }, { currency: 'usd' }],
  });
  const csv = rows((await get('days/2026-03-01', 'text/csv')).text);
  expect(csv[csv.length - 1]).toMatchObject({
    day: '2026-03-01',
    currency: 'usd',
    account: 'stripe_fees',
    debit: '1.13',
    closing: '1.13',
  });
  const page = await get('days/2026-03-01', 'text/html,application/xhtml+xml,*/*;q=0.8');
  expect(page.type).toBe('text/html; charset=utf-8');
  expect(page.text).toMatch(/<svg[\s\S]*2026-03-01: sold \$26\.00[\s\S]*<td>27\.34<\/td>/);
  expect(page.text).not.toMatch(/<script|https?:\/\//);
  expect(await get('days/2026-13-01')).toMatchObject({ status: 400 });
});
