/**
 * What became of a try, and of a message that is not to be tried. Each is guarded by the state that it expects and by the try's
 * number: whoever comes late adds what they alone know, and undoes nothing.
 */
import type { Attempt } from './claim-notification.ts';
import { BY_ID } from './claim-notification.ts';
import { type Executor, setStatement, statement } from './database.ts';

/** The row's attempts with one of them ended: nearly always the last. */
const ended = (number: string, facts: string) => `case when m.attempts -> -1 ->> 'number' = ${number}::text
     then jsonb_set(m.attempts, '{-1}', (m.attempts -> -1) || ${facts})
     else coalesce((
       select jsonb_agg(case when a ->> 'number' = ${number}::text then a || ${facts} else a end order by place)
       from jsonb_array_elements(m.attempts) with ordinality as each (a, place)
     ), '[]') end`;

/** What a message was rendered to, as far as it may be kept. */
export interface Content {
  subject: string;
  text: string;
  version: number | null;
}

interface AcceptItem extends Content {
  id: string;
  attempt: number;
  message_id: string | null;
}

// An event of the provider's may have been faster than this record: then only the facts are added. Who was told "accepted" knows
// it for certain, so it also ends what others believed meanwhile: that it is lost, or that it must be sent again.
const accept = setStatement<AcceptItem>(
  'accept_notifications',
  (item) => item.id,
  `with item as materialized (
     select n, id, attempt, message_id, subject, text, version
     from json_to_recordset($1)
       as item (n integer, id uuid, attempt integer, message_id text, subject text, text text, version integer)
     order by id
   ), kept as (
     insert into notification_contents (notification_id, subject, text) select id, subject, text from item
     on conflict (notification_id) do update set subject = excluded.subject, text = excluded.text, rendered_at = now()
   )
   update notifications m set
     status = case when m.status in ('queued', 'sending', 'uncertain', 'failed') then 'accepted' else m.status end,
     error = case when m.status in ('queued', 'sending', 'uncertain', 'failed') then null else m.error end,
     provider_message_id = coalesce(m.provider_message_id, item.message_id), subject = item.subject,
     template_version = item.version, updated_at = now(),
     attempts = ${ended('item.attempt', `jsonb_build_object('ended_at', now(), 'outcome', 'accepted')`)}
   from item where ${BY_ID}
   returning item.n`,
);

/** The provider has it: for certain, and whatever else is believed of it. Its text is kept with it. */
export async function recordAccepted(
  db: Executor,
  { id, attempt }: { id: string; attempt: number },
  messageId: string | null,
  content: Content,
): Promise<void> {
  await db.each(accept, { id, attempt, message_id: messageId, ...content });
}

export interface SendingError {
  code: string;
  message: string;
}

export interface TryEnd {
  id: string;
  attempt: number;
  status: 'queued' | 'failed' | 'uncertain';
  outcome: NonNullable<Attempt['outcome']>;
  /** The provider said so itself, and may have said it too late to be true. */
  answered?: boolean | undefined;
  error: SendingError;
  /** Who is to try it next; absent: the same one. */
  provider?: string | undefined;
}

/** Whether nobody knows is only for the run in hand to say; what is certain also ends a doubt. */
const FROM: Readonly<Record<TryEnd['status'], readonly string[]>> = {
  uncertain: ['sending'],
  queued: ['sending', 'uncertain'],
  failed: ['sending', 'uncertain'],
};

// The row is locked first: what `seen` says of it is still true when it is changed.
const finish = statement(
  'end_try',
  `with seen as materialized (
     select id, coalesce(attempts -> -1 ->> 'number', '0') = $2::text and status = any ($3) as mine
     from notifications where id = $1 for no key update
   )
   update notifications m set updated_at = now(),
     status = case when seen.mine then $4 else m.status end,
     error = case when seen.mine then coalesce(m.error - 'claim', '{}') || $5::jsonb else m.error end,
     provider = case when seen.mine then coalesce($6, m.provider) else m.provider end,
     attempts = ${ended('$2', `jsonb_build_object('ended_at', now()) || $7::jsonb`)}
   from seen where m.id = seen.id
   returning seen.mine`,
);

/**
 * sending → queued (to be tried again), failed, or uncertain (it may or may not have left). False when the message is not this
 * try's any more: an event settled it, or it is tried anew. What became of the try is recorded all the same.
 */
export async function endTry(db: Executor, end: TryEnd): Promise<boolean> {
  const { id, attempt, status, outcome, answered, error, provider } = end;
  const told = JSON.stringify({ outcome, ...error, ...(answered ? { answered } : {}) });
  const values = [id, attempt, FROM[status], status, JSON.stringify(error), provider ?? null, told];
  const [row] = await db.rows<{ mine: boolean }>(finish, values);
  return row?.mine ?? false;
}

const keepContent = statement(
  'keep_content',
  `insert into notification_contents (notification_id, subject, text) values ($1, $2, $3)
   on conflict (notification_id) do nothing`,
);

/** What a message says of which nobody knows whether it left. */
export async function keepContentOf(db: Executor, id: string, { subject, text }: Content): Promise<void> {
  await db.rows(keepContent, [id, subject, text]);
}

const forget = statement('forget_push_endpoint', 'delete from push_subscriptions where endpoint = $1');

/** The push service knows the browser no more, whatever it followed. */
export async function forgetPushEndpoint(db: Executor, endpoint: string): Promise<void> {
  await db.rows(forget, [endpoint]);
}
