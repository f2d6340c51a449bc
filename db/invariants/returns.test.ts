import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../../test/support/api.ts';
import { seedVariants } from '../../test/support/catalogue.ts';
import { call } from '../../test/support/client.ts';
import { createFakePayments } from '../../test/support/fake-payments.ts';
import { deliveredOrder } from '../../test/support/returned-orders.ts';
import { type Database, statement } from '../database.ts';
import { checkInvariants } from '../invariants.ts';

const old = "now() - interval '1 day'";

describe('the rules of returns', () => {
  let api: TestApi;
  let db: Database;

  beforeAll(async () => {
    api = await startApi();
    db = api.db;
    const variants = await seedVariants(db, [{ sku: 'MUG', units: 100 }]);
    const orderId = await deliveredOrder(db, createFakePayments(), { variants, quantity: 6 });
    await ask(orderId, 'label', 1);
    const settled = await ask(orderId, 'own', 2);
    await change(settled, 'receive', { lines: [{ sku: 'MUG', good: 1, damaged: 1 }] });
    await change(settled, 'settle');
    await change(await ask(orderId, 'own', 2), 'receive', { lines: [{ sku: 'MUG', good: 2 }] });
  });
  afterAll(() => api?.close());

  const change = (id: string, verb: string, body?: object) =>
    call(api, 'POST', `/v1/returns/${id}/${verb}`, body ? { body } : {});

  async function ask(orderId: string, way: 'label' | 'own', quantity: number): Promise<string> {
    const lines = [{ sku: 'MUG', quantity, reason: 'unwanted' }];
    const asked = await call<{ id: string }>(api, 'POST', `/v1/orders/${orderId}/returns`, { body: { lines, way } });
    await change(asked.body.id, 'approve');
    return asked.body.id;
  }

  /** What the rules see after some SQL, which is undone. */
  async function rulesAfter(sql: readonly string[]) {
    const rolledBack = new Error('rolled back');
    let rules: string[] = [];
    await db
      .transaction(async (tx) => {
        for (const [index, text] of sql.entries())
          await tx.rows(statement(`break_${sql.length}_${index}_${text.length}`, text));
        const findings = await checkInvariants(tx);
        rules = findings.flatMap(({ examples }) => examples.map((example) => (example as { rule: string }).rule));
        throw rolledBack;
      })
      .catch((error) => {
        if (error !== rolledBack) throw error;
      });
    return [...new Set(rules)];
  }

  it('hold while returns go their way', async () => expect(await rulesAfter([])).toEqual([]));

  const settled = "(select id from returns where status = 'refunded')";
  const unchecked = 'alter table return_lines drop constraint return_lines_counts_in_bounds';
  const noJobs = `delete from outbox where queue = 'advance-return'`;
  it.each([
    [
      'more_units_come_back_than_were_sold',
      ['update return_lines set quantity = 5, approved_quantity = 5 where quantity = 1'],
    ],
    [
      'return_counts_are_not_its_receipts',
      [unchecked, `update return_lines set damaged = damaged + 1, approved_quantity = 6, quantity = 6`],
    ],
    ['return_and_stock_disagree', [`update return_lines set written_off = 0 where return_id = ${settled}`]],
    ['return_and_refund_disagree', [`update returns set amount = amount - 1 where id = ${settled}`]],
    ['return_and_refund_disagree', [`update refunds set cause = 'other' where cause like 'return/%'`]],
    ['return_lines_do_not_add_up', [`update return_lines set amount = amount + 1 where return_id = ${settled}`]],
    ['return_history_has_gaps', ['update returns set last_event = last_event + 1']],
    ['settled_return_that_says_nothing', [`update returns set settled_at = null where id = ${settled}`]],
    ['return_waits_for_its_label', [noJobs, `update return_parcels set updated_at = ${old}`]],
    ['return_waits_to_be_settled', [noJobs, `update returns set updated_at = ${old}`]],
    [
      'return_parcel_waits_in_silence',
      [`update return_parcels set status = 'in_transit', carrier_shipment_id = 'shp_1', updated_at = ${old}`],
    ],
  ])('%s is seen', async (rule, sql) => {
    expect(await rulesAfter(sql)).toContain(rule);
  });
});
