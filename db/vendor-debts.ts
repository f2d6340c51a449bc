/** What vendors owe, because more was paid for an order than they have of it and Stripe could not take it back. */
import { movable } from '../domain/vendors/facts.ts';
import { type Executor, statement } from './database.ts';
import { resolveException } from './exceptions.ts';
import { uuidv7 } from './ids.ts';

// Only what nobody is about to take back: a reversal may be under way. Whoever works on a debt keeps it.
const owed = statement(
  'vendor_debts',
  `select vendor_order_id, transferred_amount + settled_amount as paid, payable_amount as payable from vendor_shares s
   where vendor_id = $1 and currency = $2 and transferred_amount + settled_amount > payable_amount and waits_for = 'owed'
     and vendor_order_id <> $3 and not exists (
       select from vendor_transfers t where t.vendor_order_id = s.vendor_order_id and t.status = 'pending'
     )
   order by vendor_order_id for no key update skip locked`,
);
const insert = statement(
  'vendor_settlement_insert',
  `with moved as (
     insert into vendor_settlements (id, vendor_id, from_vendor_order_id, to_vendor_order_id, amount, currency) values ($1, $2, $3, $4, $5, $6)
   )
   update vendor_shares set settled_amount = settled_amount + case when vendor_order_id = $3 then -$5 else $5::bigint end, updated_at = now(),
     pay_at = case when vendor_order_id = $3 then now() else pay_at end
   where vendor_order_id in ($3, $4)`,
);

interface Payment {
  vendorOrderId: string;
  vendor_id: string;
  currency: string;
  /** What is to be paid. */
  amount: number;
}

/** Sets what a vendor owes off against what it is to be paid, oldest first. The caller holds the share's lock. Returns how much. */
export async function settleDebts(tx: Executor, payment: Payment): Promise<number> {
  const { vendorOrderId, vendor_id: vendorId, currency, amount } = payment;
  const debts = await tx.rows<{ vendor_order_id: string; paid: number; payable: number }>(owed, [
    ...[vendorId, currency, vendorOrderId],
  ]);
  let settled = 0;
  for (const debt of debts) {
    const part = Math.min(debt.paid - movable(debt.payable, currency), amount - settled);
    if (part <= 0) continue;
    await tx.rows(insert, [uuidv7(), vendorId, debt.vendor_order_id, vendorOrderId, part, currency]);
    settled += part;
    if (debt.paid - part <= debt.payable)
      await resolveException(tx, 'vendor_owes', `vendor_order/${debt.vendor_order_id}`, 'Settled by a later order.');
  }
  return settled;
}
