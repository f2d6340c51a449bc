/** Firecrawl's reports, each once. What a report moves is moved in the transaction that keeps it. */
import { type Executor, statement } from './database.ts';

const insert = statement(
  'insert_firecrawl_event',
  `insert into inbox_events (provider, event_id, type, object_id, status, outcome, applied_at)
   values ('firecrawl', $1, $2, $3, case when $2 like 'batch_scrape.%' then 'applied' else 'ignored' end, null, now())
   on conflict (provider, event_id) do nothing returning event_id`,
);

/** False: it was here before. */
export async function insertInboxEvent(
  tx: Executor,
  event: { id: string; type: string; objectId: string },
): Promise<boolean> {
  return (await tx.rows(insert, [event.id, event.type, event.objectId])).length > 0;
}
