/** The pages of a batch: each ends once, and what it cost is booked once, whoever looks and however often. */
import { type Executor, statement } from './database.ts';

export interface BatchItem {
  scrape_id: string;
  url: string;
  rule: string | null;
  request_id: string | null;
  state: 'waiting' | 'fetched' | 'failed' | 'asked_again';
  credits: number | null;
  /** Null: its listing is gone. */
  competitor_domain: string | null;
  competitor_id: string | null;
}

const list = statement(
  'list_page_batch_items',
  `select i.scrape_id, i.url, i.rule, i.request_id, i.state, i.credits, c.domain as competitor_domain, c.id as competitor_id
   from page_batch_items i left join scrapes s on s.id = i.scrape_id left join competitors c on c.id = s.competitor_id
   where i.batch_id = $1 order by i.scrape_id`,
);

export function listItems(db: Executor, batchId: string): Promise<BatchItem[]> {
  return db.rows(list, [batchId]);
}

const noteRequest = statement(
  'note_page_batch_request',
  `update page_batch_items set rule = $3, request_id = coalesce(request_id, $4) where batch_id = $1 and scrape_id = $2`,
);

/** Right before it is asked for: the line of robots.txt that lets it, and the line of the log. */
export async function noteRequestOfItem(
  db: Executor,
  batchId: string,
  scrapeId: string,
  asked: { rule: string; requestId: string | null },
): Promise<void> {
  await db.rows(noteRequest, [batchId, scrapeId, asked.rule, asked.requestId]);
}

// A page that was not charged frees what was reserved for it; one that was, uses it.
const end = statement(
  'end_page_batch_item',
  `with ended as (
     update page_batch_items set state = $3, credits = coalesce(credits, $4), detail = $5, ended_at = now()
     where batch_id = $1 and scrape_id = $2 and state = 'waiting' returning credits
   )
   update firecrawl_months m set reserved = m.reserved - b.credits_per_page, used = m.used + coalesce(ended.credits, 0),
     pages = m.pages + case when ended.credits is null then 0 else 1 end
   from page_batches b, ended where b.id = $1 and m.month = b.month
   returning m.month`,
);

export interface ItemEnd {
  batchId: string;
  scrapeId: string;
  state: 'fetched' | 'failed' | 'asked_again';
  /** Null: nothing was charged, as far as is known. */
  credits: number | null;
  detail: string | null;
}

/** False: it had ended before. */
export async function endItem(tx: Executor, { batchId, scrapeId, state, credits, detail }: ItemEnd): Promise<boolean> {
  const rows = await tx.rows(end, [batchId, scrapeId, state, credits, detail?.slice(0, 500) ?? null]);
  return rows.length > 0;
}

const bookLate = statement(
  'book_late_page',
  `with booked as (
     update page_batch_items set credits = $3
     where batch_id = $1 and scrape_id = $2 and state <> 'waiting' and credits is null returning credits
   )
   update firecrawl_months m set used = m.used + booked.credits, pages = m.pages + 1
   from page_batches b, booked where b.id = $1 and m.month = b.month`,
);

/** A page that nobody waits for any more was charged all the same. */
export async function bookLatePage(db: Executor, batchId: string, scrapeId: string, credits: number): Promise<void> {
  await db.rows(bookLate, [batchId, scrapeId, credits]);
}
