import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordFindings } from '../db/findings.ts';
import { uuidv7 } from '../db/ids.ts';
import { openRun } from '../db/reconciliation-runs.ts';
import { finding } from '../domain/reconciliation.ts';
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
});
