import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { seedRefunds, seedVendorOrders, seedVendors } from '../../test/support/vendor-orders.ts';
import { type Database, openDatabase } from '../database.ts';
import { bookDueFacts } from '../ledger-poster.ts';
import { settleTransfer } from '../settle-vendor-transfer.ts';
import { countDueShares } from '../vendor-money.ts';
import { decideTransfer } from '../vendor-transfers.ts';
import { askRule } from './rule.ts';
import { recountShares, vendors } from './vendors.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
  const [vendor] = await seedVendors(db, 1);
  const lines = [{ vendor: vendor!, quantity: 2, unitAmount: 5_000 }];
  const orders = await seedVendorOrders(db, [{ lines, tax: 800 }, { lines, shipping: 500 }, { lines }]);
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds: 0 });
  for (const order of orders.slice(0, 2)) await payAll(order.parts.get(vendor!.id)!);
  await seedRefunds(db, [{ order: orders[0]!, line: { at: 0, quantity: 1 } }]);
  await bookDueFacts(db);
  await countDueShares(db, { delaySeconds: 0 });
  await payAll(orders[0]!.parts.get(vendor!.id)!);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

async function payAll(part: string): Promise<void> {
  for (let row = await decideTransfer(db, part); row; row = await decideTransfer(db, part)) {
    const { id } = row;
    await db.transaction((tx) => settleTransfer(tx, id, { providerId: `tr_${id}` }));
  }
}

const values = { graceSeconds: 0, waitSeconds: 60, limit: 5, facts: '{}' };
async function broken(): Promise<string[]> {
  const names: string[] = [];
  for (const each of vendors) if ((await askRule(db, each, values)).count > 0) names.push(each.name);
  if ((await recountShares(db, 5)).count > 0) names.push('share_differs_from_its_order');
  return names;
}

it('finds nothing where all went as it should', async () => {
  expect(await broken()).toEqual([]);
});

const one = 'where vendor_order_id = (select vendor_order_id from vendor_shares order by 1 limit 1)';
it.each([
  [
    `update vendor_shares set transferred_amount = transferred_amount + 100 ${one}`,
    ['transfers_do_not_add_up', 'ledger_differs_from_vendors'],
  ],
  [
    `update vendor_transfers set reversed_amount = reversed_amount + 1 where kind = 'transfer'`,
    ['reversals_do_not_add_up'],
  ],
  [
    `update vendor_shares set payable_amount = 0, gross_amount = gross_amount - payable_amount, releasable_amount = 0, pay_at = null ${one}`,
    ['vendor_paid_beyond_payable'],
  ],
  [
    `update vendor_shares set gross_amount = gross_amount + 90000, payable_amount = payable_amount + 90000`,
    ['vendors_have_more_than_was_paid', 'share_differs_from_its_changes', 'share_differs_from_its_order'],
  ],
  [
    `insert into vendor_due (order_id, since) select order_id, now() - interval '1 hour' from vendor_shares limit 1`,
    ['vendor_order_waits_to_be_counted'],
  ],
  [`update vendor_shares set pay_at = now() - interval '1 hour' ${one}`, ['vendor_payment_waits']],
])('%s is found', async (harm, rules) => {
  const undo = new Error('undone');
  await db
    .transaction(async (tx) => {
      await tx.rows({ name: `harm_${rules[0]}`, text: harm });
      const names: string[] = [];
      for (const each of vendors) if ((await askRule(tx, each, values)).count > 0) names.push(each.name);
      if ((await recountShares(tx, 5)).count > 0) names.push('share_differs_from_its_order');
      expect(names).toEqual(expect.arrayContaining(rules));
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
});
