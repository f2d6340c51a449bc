/** Payouts of vendors' accounts as the API shows them. */
import { type Executor, statement } from './database.ts';

export interface VendorPayoutRow {
  id: string;
  status: string;
  amount: number;
  currency: string;
  automatic: boolean;
  failure_code: string | null;
  arrival_at: Date;
  created_at: Date;
}

const list = statement(
  'list_vendor_payouts',
  `select p.id, p.status, p.amount, p.currency, p.automatic, p.failure_code, p.arrival_at, p.created_at from vendor_payouts p
   where p.vendor_id = $1 and ($2::text is null or p.id = $2)
     and ($3::text is null or (p.created_at, p.id) < (select c.created_at, c.id from vendor_payouts c where c.id = $3 and c.vendor_id = $1))
   order by p.created_at desc, p.id desc limit $4`,
);

/** Newest first; reads one more than a page for `has_more`. */
export const listVendorPayouts = (
  db: Executor,
  vendorId: string,
  { id, after, limit }: { id?: string | undefined; after: string | undefined; limit: number },
): Promise<VendorPayoutRow[]> => db.rows<VendorPayoutRow>(list, [vendorId, id ?? null, after ?? null, limit + 1]);

export interface PayoutLineRow {
  payout_id: string;
  type: string;
  amount: number;
  currency: string;
  transfer_id: string | null;
  vendor_order_number: string | null;
  created_at: Date;
}

const lines = statement(
  'vendor_payout_lines',
  `select m.payout_id, m.type, m.net as amount, m.currency, t.id as transfer_id, o.number as vendor_order_number, m.created_at
   from vendor_account_movements m
   left join vendor_transfers t on t.provider_id = coalesce(m.reversal_id, m.transfer_id) left join vendor_orders o on o.id = t.vendor_order_id
   where m.payout_id = $2 and m.vendor_id = $1 and m.source_id is distinct from m.payout_id order by m.created_at, m.id limit 1000`,
);

/** What an automatic payout consists of, as far as it was read. */
export const readPayoutLines = (db: Executor, vendorId: string, payoutId: string): Promise<PayoutLineRow[]> =>
  db.rows<PayoutLineRow>(lines, [vendorId, payoutId]);
