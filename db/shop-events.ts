/** Events of what is no order: numbered per subject, told by webhooks, and trimmed by age. */
import { type Executor, FEW, setStatement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface NewShopEvent {
  /** `<topic>.<what happened>`; see domain/webhook-events.ts. */
  type: string;
  /** The kind of thing, as `image` or `variant`. */
  object: string;
  objectId: string;
  data?: object;
  /** Whom it is about: an endpoint of that vendor is told of it too. */
  vendorId?: string;
}

interface Item {
  id: string;
  object: string;
  object_id: string;
  type: string;
  data: object;
  vendor_id: string | undefined;
}

const append = setStatement<Item, { sequence: number }>(
  'append_shop_event',
  ({ object, object_id }) => `${object}/${object_id}`,
  `with item as materialized (
     select n, id, object, object_id, type, data, vendor_id
     from json_to_recordset($1) as item (n integer, id uuid, object text, object_id text, type text, data jsonb, vendor_id uuid) where ${FEW}
     order by object, object_id
   ), subject as (
     insert into shop_event_subjects (object, object_id) select object, object_id from item
     on conflict (object, object_id) do update set last_event = shop_event_subjects.last_event + 1
     returning object, object_id, last_event
   ), event as (
     insert into shop_events (id, object, object_id, sequence, type, data, vendor_id)
     select item.id, object, object_id, subject.last_event, item.type, item.data, item.vendor_id from item join subject using (object, object_id)
     returning id, sequence
   )
   select item.n, event.sequence from event join item using (id)`,
);

/** Adds an event to a subject's history, in the transaction of what happened. Returns its number. */
export async function appendShopEvent(
  tx: Executor,
  { type, object, objectId, data = {}, vendorId }: NewShopEvent,
): Promise<number> {
  const [row] = await tx.each(append, { id: uuidv7(), object, object_id: objectId, type, data, vendor_id: vendorId });
  return row!.sequence;
}
