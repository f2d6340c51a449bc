/**
 * Keeps vendors' shares up with their orders' money: reads the orders behind `vendor_due`, counts anew what each vendor has of them,
 * books what is different from before and notes who is to be paid or to pay back, in one transaction. A second look finds nothing
 * different.
 */
import { type CountedShare, countShares, movable } from '../domain/vendors/facts.ts';
import { changeOf, isNothing, shareEntries } from '../domain/vendors/ledger.ts';
import { type Database, type Executor, statement } from './database.ts';
import { openException, resolveException } from './exceptions.ts';
import { postBookings } from './ledger.ts';
import {
  areSharesDue,
  delayDueShares,
  deleteDueShares,
  findDueShares,
  lockShares,
  readVendorFacts,
  type VendorDue,
} from './vendor-facts.ts';

const SET = 250;

export interface ShareSettings {
  /** From the capture to the transfer, where a vendor has no delay of its own. */
  delaySeconds: number;
}

/** Counts all that is due. Returns how many notes it has dealt with; none when another is at it. */
export async function countDueShares(db: Database, settings: ShareSettings): Promise<number> {
  let counted = 0;
  while (await areSharesDue(db)) {
    const due = await countSet(db, settings);
    counted += due;
    if (due === 0) break;
  }
  return counted;
}

// One at a time, so that no two count the same order. And by key, for this transaction: on tables without statistics yet (a fresh shop)
// the planner would rather read them whole, and the plan would stay in the session.
const alone = statement(
  'vendor_shares_alone',
  `select pg_try_advisory_xact_lock(1819567975, 2) as mine, set_config('enable_seqscan', 'off', true),
     set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
);

async function isMine(tx: Executor): Promise<boolean> {
  const [row] = await tx.rows<{ mine: boolean }>(alone);
  return row?.mine === true;
}

async function countSet(db: Database, settings: ShareSettings): Promise<number> {
  let due: VendorDue[] = [];
  try {
    await db.transaction(async (tx) => {
      due = (await isMine(tx)) ? await findDueShares(tx, SET) : [];
      await count(tx, due, settings);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The set is undone as a whole: each goes alone, so that one that cannot be counted does not keep back the others.
    for (const each of due) await countAlone(db, each, settings);
  }
  return due.length;
}

async function count(tx: Executor, due: readonly VendorDue[], settings: ShareSettings): Promise<void> {
  if (due.length === 0) return;
  const since = new Map<string, Date>();
  for (const each of due) if (!since.has(each.order_id)) since.set(each.order_id, each.since);
  await lockShares(tx, [...since.keys()]);
  const facts = await readVendorFacts(tx, [...since.keys()]);
  await keepShares(tx, facts.flatMap(countShares), { ...settings, since });
  await deleteDueShares(
    tx,
    due.map(({ id }) => id),
  );
  for (const each of due) if (each.tries > 0) await resolveException(tx, NOT_COUNTED, subjectOf(each), 'counted');
}

const NOT_COUNTED = 'vendor_share_not_counted';
const subjectOf = ({ order_id }: VendorDue) => `order/${order_id}`;

async function countAlone(db: Database, due: VendorDue, settings: ShareSettings): Promise<void> {
  try {
    await db.transaction(async (tx) => {
      if (await isMine(tx)) await count(tx, [due], settings);
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const detail = { message: (error as Error).message };
    await openException(db, { code: NOT_COUNTED, subject: subjectOf(due), orderId: due.order_id, detail });
    await delayDueShares(db, [due.id]);
  }
}

/** The data is wrong, not the database away: integrity violations and values out of range, by SQLSTATE's class. */
const isRefusal = (error: unknown) => /^(22|23)/.test(String((error as { code?: unknown }).code));

const keep = statement(
  'vendor_shares_keep',
  `with item as materialized (
     select * from json_to_recordset($1) as item (
       vendor_order_id uuid, order_id uuid, vendor_id uuid, currency text, gross bigint, refunded bigint, disputed bigint, commission bigint,
       payable bigint, releasable bigint, version integer, due_at timestamptz, owes boolean, is_due boolean)
   )
   insert into vendor_shares as s (vendor_order_id, order_id, vendor_id, currency, gross_amount, refunded_amount, disputed_amount,
     commission_amount, payable_amount, releasable_amount, version, due_at, pay_at)
   select vendor_order_id, order_id, vendor_id, currency, gross, refunded, disputed, commission, payable, releasable, version, due_at,
     case when owes then now() when is_due then greatest(due_at, now()) end
   from item order by vendor_order_id
   on conflict (vendor_order_id) do update set gross_amount = excluded.gross_amount, refunded_amount = excluded.refunded_amount,
     disputed_amount = excluded.disputed_amount, commission_amount = excluded.commission_amount, payable_amount = excluded.payable_amount,
     releasable_amount = excluded.releasable_amount, version = excluded.version, due_at = coalesce(s.due_at, excluded.due_at),
     pay_at = excluded.pay_at, waits_for = case when excluded.pay_at is not null then s.waits_for end, updated_at = now()`,
);
const change = statement(
  'vendor_share_changes_insert',
  `insert into vendor_share_changes (vendor_order_id, version, order_id, vendor_id, currency, gross_change, refunded_change, disputed_change,
     commission_change, payable_change)
   select * from json_to_recordset($1) as item (vendor_order_id uuid, version integer, order_id uuid, vendor_id uuid, currency text,
     gross bigint, refunded bigint, disputed bigint, commission bigint, payable bigint)`,
);

interface Keeping extends ShareSettings {
  since: Map<string, Date>;
}

async function keepShares(
  tx: Executor,
  shares: readonly CountedShare[],
  { since, delaySeconds }: Keeping,
): Promise<void> {
  const occurredAt = (share: CountedShare) => since.get(share.orderId) ?? new Date();
  const counted = shares.map((share) => {
    const difference = changeOf(share, share.before);
    const version = share.before.version + (isNothing(difference) ? 0 : 1);
    return { share, difference, version, isChanged: !isNothing(difference) };
  });
  await tx.rows(keep, [
    JSON.stringify(
      counted.map(({ share, version }) => ({
        ...rowOf(share, share, version),
        releasable: share.releasable,
        due_at: dueAt(share, occurredAt(share), delaySeconds),
        owes: movable(share.payable, share.currency) < share.paid,
        is_due: movable(share.releasable, share.currency) > share.paid,
      })),
    ),
  ]);
  const changed = counted.filter(({ isChanged }) => isChanged);
  await tx.rows(change, [
    JSON.stringify(changed.map(({ share, difference, version }) => rowOf(share, difference, version))),
  ]);
  await postBookings(
    tx,
    changed.map(({ share, difference, version }) => ({
      cause: { kind: 'vendor_share', id: `${share.vendorOrderId}/${version}` },
      orderId: share.orderId,
      occurredAt: occurredAt(share),
      entries: shareEntries(difference, share.currency),
    })),
  );
}

const rowOf = (
  { vendorOrderId, orderId, vendorId, currency }: CountedShare,
  { gross, refunded, disputed, commission, payable }: ReturnType<typeof changeOf>,
  version: number,
) => ({
  ...{ vendor_order_id: vendorOrderId, order_id: orderId, vendor_id: vendorId, currency, version },
  ...{ gross, refunded, disputed, commission, payable },
});

/** Fixed when the money comes first. */
function dueAt(share: CountedShare, paidAt: Date, delaySeconds: number): string | null {
  if (share.dueAt !== null || share.gross === 0) return share.dueAt;
  return new Date(paidAt.getTime() + (share.delaySeconds ?? delaySeconds) * 1_000).toISOString();
}
