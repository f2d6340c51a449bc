/** A year of subscriptions whose events are lost, doubled and out of order: each paid invoice is one order, captured and booked once. */
import { expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import type { ProviderInvoice } from '../domain/subscriptions/invoice.ts';
import { useBilledShop } from '../test/support/billed-shop.ts';

const figures = statement(
  'test_month_figures',
  `select count(*)::integer as paid, count(distinct i.order_id)::integer as orders, sum(i.captured_amount)::integer as invoiced,
     sum(p.captured_amount)::integer as captured, (
       select sum(e.amount)::integer from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
       where t.cause_kind = 'capture' and e.account = 'stripe_balance'
     ) as booked
   from subscription_invoices i left join payments p on p.order_id = i.order_id where i.status = 'paid'`,
);

const MONTHS = Number(process.env.SUBSCRIPTION_MONTHS ?? 4);
const CHOICES = ['wait', 'skip', 'substitute', 'refund'] as const;

const shop = useBilledShop([
  { sku: 'PLENTY', units: 100_000 },
  { sku: 'SCARCE', units: 3, amount: 700 },
  { sku: 'OTHER', units: 100_000, amount: 555 },
]);

it('a year of paid invoices is as many orders, as much captured and as much booked', async () => {
  let seed = 42;
  const random = (below: number) => {
    seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647;
    return seed % below;
  };
  const ids: string[] = [];
  for (const choice of CHOICES) {
    const id = await shop.subscribe([
      { sku: 'PLENTY', quantity: 1 },
      { sku: 'SCARCE', quantity: 2 },
    ]);
    await shop.choose(id, 'SCARCE', choice, choice === 'substitute' ? 'OTHER' : undefined);
    ids.push(id);
  }
  const all: ProviderInvoice[] = [];
  for (let month = 0; month < MONTHS; month++) {
    for (const id of ids) {
      const wish = { discountPercent: random(3) * 10, balance: random(4) === 0 ? 250 : 0 };
      const invoice = await shop.bill(id, { ...wish, status: random(4) === 0 ? 'open' : 'paid' });
      all.push(invoice);
    }
    // Some are heard of twice at once, some late, some never; what was declined is paid some time.
    const heard = all.filter(() => random(3) === 0);
    await Promise.all(heard.flatMap((invoice) => [shop.hear(invoice), shop.hear(invoice)]));
    for (const invoice of all) if (invoice.status === 'open' && random(2) === 0) shop.pay(invoice);
    if (month % 3 === 2) await shop.restock('SCARCE', 2);
    if (random(2) === 0) await shop.work();
    await shop.sweep();
  }
  for (const invoice of all) if (invoice.status === 'open') shop.pay(invoice);
  for (const invoice of all) await shop.hear(invoice);
  await shop.restock('SCARCE', 1_000);
  await shop.work();
  await shop.sweep();
  await shop.work();
  const captured = all.reduce((sum, invoice) => sum + invoice.capturedAmount, 0);
  const [found] = await shop.db.rows(figures);
  expect(found).toEqual({ paid: all.length, orders: all.length, invoiced: captured, captured, booked: captured });
  const findings = await checkInvariants(shop.db, { graceSeconds: 0, waitSeconds: 3_600 });
  expect(findings.filter(({ held }) => !held)).toEqual([]);
}, 120_000);
