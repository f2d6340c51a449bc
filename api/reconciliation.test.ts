import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordFindings } from '../db/findings.ts';
import { uuidv7 } from '../db/ids.ts';
import { postBookings } from '../db/ledger.ts';
import { openRun } from '../db/reconciliation-runs.ts';
import { keepMovements } from '../db/stripe-objects.ts';
import { type FindingCode, finding } from '../domain/reconciliation.ts';
import type { BalanceMovement } from '../domain/stripe-objects.ts';
import { startApi, type TestApi } from '../test/support/api.ts';

describe('reconciliation over HTTP', () => {
  let api: TestApi;
  let reader: string;
  let runId: string;

  beforeAll(async () => {
    api = await startApi();
    reader = await api.makeKey(['reconciliation:read']);
    const job = (id: string) => ({
      queue: 'reconcile-payments',
      jobId: `run-${id}`,
      payload: {},
      orderId: undefined,
      availableAt: undefined,
    });
    runId = (await openRun(api.db, { kind: 'balance', dryRun: false }, job)).run.id;
    const about = (code: 'charge_foreign' | 'fee_differs', subject: string, currency: string, ourAmount: number) =>
      finding({
        code,
        subject,
        currency,
        ourAmount,
        stripeAmount: 700,
        explanation: `About ${subject}.`,
        occurredAt: new Date(),
      });
    await recordFindings(api.db, 'balance', runId, [
      about('charge_foreign', 'ch_1', 'jpy', 0),
      about('fee_differs', 'ch_2', 'usd', 695),
      about('fee_differs', 'ch_3', 'usd', 690),
    ]);
  });
  afterAll(() => api.close());

  async function ask(
    method: string,
    path: string,
    body?: object,
    key = api.secretKey,
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(`${api.apiUrl}/v1/reconciliation/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as never as Record<string, unknown> & {
        data: Record<string, unknown>[];
        next_cursor: string;
      },
    };
  }

  it('starts a dry run unless told otherwise, once for its key, and one of a kind at a time', async () => {
    const key = { 'idempotency-key': 'run-1' };
    const first = await ask('POST', 'runs', { kind: 'events' }, undefined, key);
    expect(first).toMatchObject({ status: 202, body: { kind: 'events', status: 'queued', dry_run: true } });
    expect(first.headers.get('location')).toBe(`/v1/reconciliation/runs/${first.body.id}`);
    expect((await ask('POST', 'runs', { kind: 'events' }, undefined, key)).body.id).toBe(first.body.id);
    const second = await ask('POST', 'runs', { kind: 'events' });
    expect(second).toMatchObject({ status: 409, body: { code: 'run_under_way', run_id: first.body.id } });
    expect(await ask('GET', `runs/${first.body.id}`)).toMatchObject({
      status: 200,
      body: { progress: { done: 0, total: null } },
    });
    expect((await ask('GET', 'runs?kind=events')).body.data).toHaveLength(1);
  });

  it('needs the scopes, and says what it does not understand', async () => {
    expect((await ask('POST', 'runs', { kind: 'events' }, reader)).status).toBe(403);
    expect((await ask('GET', 'findings', undefined, reader)).status).toBe(200);
    expect((await ask('GET', 'findings', undefined, api.publishableKey)).status).toBe(403);
    expect((await ask('POST', 'runs', { kind: 'all' })).status).toBe(400);
    expect((await ask('GET', 'findings?cursor=bm9uc2Vuc2U')).body.code).toBe('cursor_malformed');
    expect((await ask('GET', `findings/${uuidv7()}`)).status).toBe(404);
  });

  it('lists findings by filter and page, with both sides and a sentence', async () => {
    const { body } = await ask('GET', 'findings?code=fee_differs&limit=1');
    const next = await ask('GET', `findings?code=fee_differs&limit=1&cursor=${body.next_cursor}`);
    expect(next.body.has_more).toBe(false);
    const both = [...body.data, ...next.body.data].sort((a, b) => (String(a.subject) < String(b.subject) ? -1 : 1));
    const side = (amount: number) => ({ amount, currency: 'usd' });
    expect(both).toMatchObject([
      { subject: 'ch_2', owner: 'finance', our_amount: side(695), stripe_amount: side(700), status: 'open' },
      { subject: 'ch_3', our_amount: side(690) },
    ]);
    expect((await ask('GET', 'findings?currency=JPY')).body.data).toHaveLength(1);
  });

  it('takes a decision once, with its reason, and the unexplained amount falls', async () => {
    const unexplained = async () =>
      (await (await fetch(`${api.apiUrl}/metrics`)).text()).match(/stockroom_unexplained_amount\{.*\} \d+/g);
    expect(await unexplained()).toEqual([
      'stockroom_unexplained_amount{source="findings",currency="jpy"} 700',
      'stockroom_unexplained_amount{source="findings",currency="usd"} 15',
    ]);
    const [found] = (await ask('GET', 'findings?subject=ch_2')).body.data;
    expect((await ask('POST', `findings/${found!.id}/resolve`, {})).status).toBe(400);
    const decided = await ask('POST', `findings/${found!.id}/resolve`, { note: 'Stripe has corrected it.' });
    expect(decided).toMatchObject({ status: 200, body: { status: 'resolved', note: 'Stripe has corrected it.' } });
    expect(decided.body.decided_by).toMatch(/^API key /);
    expect((await ask('POST', `findings/${found!.id}/accept`, { note: 'again' })).body.code).toBe('finding_not_open');
    expect(await unexplained()).toContain('stockroom_unexplained_amount{source="findings",currency="usd"} 10');
  });

  it('corrects a finding in the ledger, dry first, once for its key, and tells clearly what it cannot', async () => {
    await keepMovements(api.db, [adjustment('txn_adjustment', -900)], new Date());
    const about = (code: FindingCode, subject: string) =>
      finding({
        code,
        subject,
        currency: 'usd',
        ourAmount: 0,
        stripeAmount: -900,
        stripe: { transaction: 'txn_adjustment' },
        explanation: `About ${subject}.`,
        occurredAt: new Date(),
      });
    const given = [about('movement_unexplained', 'txn_adjustment'), about('payout_failed', 'po_1')];
    const [found, other] = await recordFindings(api.db, 'balance', runId, given);
    const path = `findings/${found!.id}/correct`;
    const wish = { note: 'a reserve of Stripe’s', account: 'stripe_fees' };
    expect((await ask('POST', path, wish, reader)).status).toBe(403);
    expect((await ask('POST', path, { account: 'bank' })).status).toBe(400);
    expect((await ask('POST', path, { ...wish, account: 'nowhere' })).status).toBe(400);
    expect(await ask('POST', path, { note: 'x' })).toMatchObject({ status: 409, body: { code: 'not_booked_yet' } });
    const entries = [
      { account: 'stripe_balance', currency: 'usd', amount: -900 },
      { account: 'suspense', currency: 'usd', amount: 900 },
    ] as const;
    const cause = { kind: 'balance_transaction', id: 'txn_adjustment' } as const;
    await postBookings(api.db, [{ cause, occurredAt: new Date(), entries: [...entries] }]);
    expect(await ask('POST', path, { note: 'x' })).toMatchObject({ status: 422, body: { code: 'account_required' } });
    expect(await ask('POST', path, { ...wish, dry_run: true })).toMatchObject({
      status: 200,
      body: {
        dry_run: true,
        finding: { status: 'open' },
        transactions: [{ reverses: 'balance_transaction/txn_adjustment' }, {}],
      },
    });
    const key = { 'idempotency-key': 'correct-1' };
    const made = await ask('POST', path, wish, undefined, key);
    expect(made).toMatchObject({
      status: 200,
      body: {
        finding: {
          status: 'corrected',
          corrections: 1,
          note: wish.note,
          decided_by: expect.stringMatching(/^API key /),
        },
        transactions: [
          { cause: `correction/${found!.id}`, entries: expect.arrayContaining([side('suspense', -900)]) },
          { cause: `correction/${found!.id}/booked`, entries: expect.arrayContaining([side('stripe_fees', 900)]) },
        ],
      },
    });
    expect((await ask('POST', path, wish, undefined, key)).body).toEqual(made.body);
    expect(await ask('POST', path, wish)).toMatchObject({ status: 409, body: { code: 'finding_not_open' } });
    const failed = await ask('POST', `findings/${other!.id}/correct`, wish);
    expect(failed).toMatchObject({ status: 422, body: { code: 'finding_not_correctable' } });
    expect((await ask('POST', `findings/${uuidv7()}/correct`, wish)).status).toBe(404);
  });
});

const side = (account: string, amount: number) => ({ account, amount: { amount, currency: 'usd' } });

const adjustment = (id: string, amount: number): BalanceMovement => ({
  id,
  type: 'adjustment',
  status: 'available',
  amount,
  fee: 0,
  feeDetailed: 0,
  net: amount,
  currency: 'usd',
  sourceId: null,
  exchangeRate: null,
  description: null,
  createdAt: new Date(Date.now() - 60_000),
  availableAt: new Date(),
});
