/** What finance is told of a closed day: sums of its journal, by currency. */
import { type Executor, statement } from './database.ts';

export interface CloseFacts {
  currency: string;
  orders: number;
  /** Goods and shipping, without tax. */
  sold: number;
  refunded: number;
  tax: number;
  fees: number;
  disputed: number;
  /** What our money at Stripe and at the bank changed by. */
  net: number;
}

const facts = statement(
  'read_close_facts',
  `with taken as (
     select e.currency, count(distinct t.id)::integer as orders
     from ledger_transactions t join ledger_entries e on e.transaction_id = t.id and e.account = 'revenue'
     where t.booked_on = $1 and t.cause_kind = 'capture' group by e.currency
   )
   select l.currency, coalesce(max(taken.orders), 0) as orders,
     coalesce(sum(credit - debit) filter (where account in ('revenue', 'shipping_revenue')), 0)::bigint as sold,
     coalesce(sum(debit - credit) filter (where account = 'refunds'), 0)::bigint as refunded,
     coalesce(sum(credit - debit) filter (where account = 'tax_payable'), 0)::bigint as tax,
     coalesce(sum(debit - credit) filter (where account in ('stripe_fees', 'dispute_fees')), 0)::bigint as fees,
     coalesce(sum(debit - credit) filter (where account in ('disputes', 'dispute_losses')), 0)::bigint as disputed,
     coalesce(sum(debit - credit) filter (where account in ('stripe_balance', 'bank')), 0)::bigint as net
   from ledger_day_lines l left join taken using (currency)
   where l.day = $1 group by l.currency having bool_or(debit <> 0 or credit <> 0) order by l.currency`,
);

/** Of the currencies that the day moved; the day is closed. */
export function readCloseFacts(db: Executor, day: string): Promise<CloseFacts[]> {
  return db.rows<CloseFacts>(facts, [day]);
}
