/** What `/metrics` shows of messages: how sends ended, what waits, and what did not arrive. */
import { type Executor, FEW, setStatement, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface SendOutcome {
  channel: string;
  provider: string;
  /** As a send's result says it: accepted, refused, throttled … */
  outcome: string;
  seconds: number;
}

// In the order of the key, so that two sets never wait for each other.
const record = setStatement<SendOutcome & { key: string }>(
  'record_message_outcomes',
  ({ key }) => key,
  `insert into message_outcomes (channel, provider, outcome, count, seconds)
   select channel, provider, outcome, count(*), sum(seconds)
   from json_to_recordset($1) as item (n integer, channel text, provider text, outcome text, seconds float8)
   where ${FEW} group by channel, provider, outcome order by channel, provider, outcome
   on conflict (channel, provider, outcome) do update
     set count = message_outcomes.count + excluded.count, seconds = message_outcomes.seconds + excluded.seconds`,
  { gatherMs: 50 },
);

/** Counts how a send ended; calls of about the same time share a statement. */
export async function recordSendOutcome(db: Executor, outcome: SendOutcome): Promise<void> {
  await db.each(record, { key: uuidv7(), ...outcome });
}

const outcomes = statement(
  'message_outcomes',
  'select channel, provider, outcome, count, seconds from message_outcomes order by channel, provider, outcome',
);

export function readSendOutcomes(db: Executor): Promise<(SendOutcome & { count: number })[]> {
  return db.rows<SendOutcome & { count: number }>(outcomes);
}

// Oldest first and no more than so many, as their indexes have them. What is uncertain is so since it was last changed; what is
// held has waited too long only since it was due.
const waiting = statement(
  'messages_waiting',
  `select channel, status, count(*)::integer as messages,
     greatest(extract(epoch from now() - min(since)), 0)::float8 as "oldestSeconds"
   from (
     (select channel, status, case status when 'uncertain' then updated_at else created_at end as since
      from notifications where open order by created_at limit $1)
     union all
     (select channel, status, coalesce(due_at, created_at) from notifications where held order by due_at limit $1)
   ) m group by channel, status`,
);
const undelivered = statement(
  'messages_undelivered',
  `select channel, status, count(*)::integer as messages
   from (select channel, status from notifications where undelivered and id >= $2 order by id desc limit $1) m group by channel, status`,
);

export interface MessageFigures {
  waiting: { channel: string; status: string; messages: number; oldestSeconds: number }[];
  undelivered: { channel: string; status: string; messages: number }[];
}

/**
 * Counted no further than `atMost`.
 * @param since milliseconds since 1970: messages written before are not looked for among those that did not arrive
 */
export async function readMessageFigures(db: Executor, atMost: number, since: number): Promise<MessageFigures> {
  const [open, lost] = await Promise.all([
    db.rows<MessageFigures['waiting'][number]>(waiting, [atMost]),
    db.rows<MessageFigures['undelivered'][number]>(undelivered, [atMost, firstIdAt(since)]),
  ]);
  return { waiting: open, undelivered: lost };
}

/** Ids are made in the order of time: the least of a moment. */
function firstIdAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
