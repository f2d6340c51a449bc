/**
 * Any sequence of requests, decisions, counts, settlements, other refunds, failures and cancellations, some of them at the same moment:
 * nothing answers 5xx, units and money stay in bounds, and every rule of the database holds.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkInvariants } from '../db/invariants.ts';
import { findRefund } from '../db/refunds.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { run } from '../test/support/money-shop.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { recordRefund } from '../workers/record-refund.ts';

const RUNS = Number(process.env.STOCKROOM_RETURN_SEQUENCES ?? 3);
const UNITS = 4;

const units = fc.integer({ min: 0, max: 3 });
const which = fc.nat(5);
const step = fc.oneof(
  fc.record({ do: fc.constant('ask' as const), quantity: fc.integer({ min: 1, max: 3 }), fault: fc.boolean() }),
  fc.record({ do: fc.constant('approve' as const), which, quantity: units }),
  fc.record({ do: fc.constantFrom('refuse' as const, 'cancel' as const, 'close' as const, 'settle' as const), which }),
  fc.record({
    do: fc.constant('receive' as const),
    which,
    parcel: fc.integer({ min: 1, max: 2 }),
    good: units,
    damaged: units,
    complete: fc.boolean(),
  }),
  fc.record({ do: fc.constant('refund' as const), amount: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({
    do: fc.constant('refund_lines' as const),
    quantity: fc.integer({ min: 1, max: 2 }),
    restock: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('issue' as const, 'fail' as const, 'retry' as const), which }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe('any sequence of returns', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  const payments = createFakePayments();
  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [{ sku: 'MUG', units: 100_000 }]);
    const terms = { name: 'All', is_default: true, fee_percent: 7.5, damaged_percent: 40, fee_amounts: { usd: 150 } };
    await call(api, 'POST', '/v1/return-policies', { body: terms });
  });
  afterAll(() => api?.close());

  // biome-ignore lint/suspicious/noExplicitAny: answers are used as they come
  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<any> {
    const answer = await call<object>(api, method, path, body ? { body } : {});
    expect([path, answer.status < 500, answer.status < 500 ? '' : answer.body]).toEqual([path, true, '']);
    return answer.body;
  }

  async function take(orderId: string, todo: Step): Promise<void> {
    const returns: { id: string }[] = (await ask('GET', `/v1/orders/${orderId}/returns`)).data;
    const refunds: { id: string; status: string }[] = (await ask('GET', `/v1/orders/${orderId}/refunds`)).data;
    const pick = <T>(rows: T[]): T | undefined =>
      'which' in todo ? rows[todo.which % Math.max(1, rows.length)] : undefined;
    const change = (body?: object) => {
      const id = pick(returns)?.id;
      return id && ask('POST', `/v1/returns/${id}/${todo.do}`, body);
    };
    switch (todo.do) {
      case 'ask':
        return ask('POST', `/v1/orders/${orderId}/returns`, {
          lines: [{ sku: 'MUG', quantity: todo.quantity, reason: todo.fault ? 'defective' : 'unwanted' }],
        });
      case 'approve':
        return change({ lines: [{ sku: 'MUG', quantity: todo.quantity }], way: 'own' });
      case 'receive': {
        const { parcel, good, damaged, complete } = todo;
        return change({ parcel, complete, lines: [{ sku: 'MUG', good, damaged }] });
      }
      case 'refuse':
      case 'close':
        return change({ reason: 'so be it' });
      case 'cancel':
      case 'settle':
        return change();
      case 'refund':
        return ask('POST', `/v1/orders/${orderId}/refunds`, { amount: todo.amount });
      case 'refund_lines':
        return ask('POST', `/v1/orders/${orderId}/refunds`, {
          lines: [{ sku: 'MUG', quantity: todo.quantity }],
          restock: todo.restock,
        });
      default:
        return moveRefund(orderId, todo.do, pick(refunds)?.id);
    }
  }

  async function moveRefund(orderId: string, todo: 'issue' | 'fail' | 'retry', id: string | undefined): Promise<void> {
    if (!id) return;
    if (todo === 'retry') return ask('POST', `/v1/orders/${orderId}/refunds/${id}/retry`);
    await createIssueRefund({ db: api.db, payments })({ order_id: orderId, refund_id: id }, run);
    const row = await findRefund(api.db, id);
    const sent = row?.provider_id ? payments.refunds.get(row.provider_id) : undefined;
    if (todo === 'fail' && row && sent)
      await recordRefund({ db: api.db }, row, { ...sent, status: 'failed', failureReason: 'declined' });
  }

  it('keeps units, stock and money in bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 8, maxLength: 20 }),
        async (turns) => {
          const orderId = await deliveredOrder(api.db, payments, { variants, quantity: UNITS });
          for (const together of turns) await Promise.all(together.map((todo) => take(orderId, todo)));
          const { payment } = await ask('GET', `/v1/orders/${orderId}`);
          expect(payment.refunded.amount).toBeLessThanOrEqual(payment.captured.amount);
          const broken = (await checkInvariants(api.db, { graceSeconds: 300 })).flatMap((finding) => finding.examples);
          expect(broken).toEqual([]);
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 240_000);
});
