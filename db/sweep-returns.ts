/** What the sweeper looks for among returns: those that something must move, and those whose time is nearly or wholly up. */
import { type Executor, statement } from './database.ts';

export interface WaitingReturn {
  id: string;
  order_id: string;
  version: number;
}

const columns = 'r.id, r.order_id, r.version';
/** What a person was told of is theirs, until they say that it is settled. */
const untold = (code: string, subject = 'r.id::text') =>
  `not exists (select from exceptions x where x.code = '${code}' and x.subject = ${subject} and x.resolved_at is null)`;

const settle = statement(
  'returns_to_settle',
  `select ${columns} from returns r where r.status = 'received' and r.received_at < now() - make_interval(secs => $1)
     and ${untold('return_not_settled')} order by r.received_at limit $2`,
);

/** Returns that were counted so long ago that their counts stand. */
export function findReturnsToSettle(db: Executor, delaySeconds: number, limit: number): Promise<WaitingReturn[]> {
  return db.rows<WaitingReturn>(settle, [delaySeconds, limit]);
}

const unlabeled = statement(
  'returns_without_label',
  `select distinct ${columns} from return_parcels p join returns r on r.id = p.return_id
   where p.status = 'pending' and p.updated_at < now() - make_interval(secs => $1) limit $2`,
);

/** Returns of which a parcel waits for its label. */
export function findReturnsWithoutLabel(
  db: Executor,
  olderThanSeconds: number,
  limit: number,
): Promise<WaitingReturn[]> {
  return db.rows<WaitingReturn>(unlabeled, [olderThanSeconds, limit]);
}

const silent = statement(
  'silent_return_parcels',
  `select id, order_id from return_parcels
   where status in ('label_purchased', 'in_transit') and carrier_shipment_id is not null
     and updated_at < now() - greatest(make_interval(secs => $1), least((updated_at - created_at) / 2, interval '6 hours'))
   order by updated_at limit $2`,
);

/** Parcels of which the carrier has said nothing for a while: asked for less and less often. */
export function findSilentParcels(
  db: Executor,
  silentSeconds: number,
  limit: number,
): Promise<{ id: string; order_id: string }[]> {
  return db.rows<{ id: string; order_id: string }>(silent, [silentSeconds, limit]);
}

const remind = statement(
  'returns_to_remind_of',
  `update returns set reminded_at = now() where id in (
     select id from returns where status in ('approved', 'label_sent') and reminded_at is null
       and send_by < now() + make_interval(hours => $1) and approved_at < send_by - make_interval(hours => $1)
     order by send_by limit $2 for update skip locked
   ) returning id`,
);

/** Notes of returns that nobody has sent that their customer is reminded, in the transaction that does so. */
export async function takeReturnsToRemindOf(tx: Executor, hoursBefore: number, limit: number): Promise<string[]> {
  return (await tx.rows<{ id: string }>(remind, [hoursBefore, limit])).map(({ id }) => id);
}

const lapse = statement(
  'returns_that_lapse',
  `select id from returns where status in ('approved', 'label_sent') and send_by < now() - make_interval(days => $1) order by send_by limit $2`,
);

/** Returns that should have been sent so many days ago. */
export async function findReturnsThatLapse(db: Executor, daysAfter: number, limit: number): Promise<string[]> {
  return (await db.rows<{ id: string }>(lapse, [daysAfter, limit])).map(({ id }) => id);
}
