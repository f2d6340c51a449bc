/** Messages that are held to be told together: found when they are due, and made one message, in one statement. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface DueDigest {
  channel: string;
  recipient: string;
  topic: string;
}

const due = statement(
  'due_digests',
  `select channel, recipient, topic from notifications where held and due_at <= now()
   group by channel, recipient, topic order by min(due_at), channel, recipient, topic limit $1`,
);

/** Who is to be told now of what is held for them. */
export function findDueDigests(db: Executor, limit: number): Promise<DueDigest[]> {
  return db.rows<DueDigest>(due, [limit]);
}

/** Members that one digest tells of by themselves; of more it gives the number. */
const ITEMS = 50;
/** Members of one digest; what is beyond gets one of its own. */
const MEMBERS = 5_000;

// The members are this statement's alone: another timer passes over what is locked, and finds it told afterwards. They are
// marked by the message that was written, so either all of it is there or nothing.
const close = statement(
  'close_digest',
  `with member as materialized (
     select id, order_id, template, cause, data, recipient_id, locale, created_at, row_number() over (order by id) as place
     from (
       select * from notifications
       where held and channel = $2 and recipient = $3 and topic = $4 and due_at <= now()
       order by id limit ${MEMBERS} for update skip locked
     ) locked
   ), digest as (
     insert into notifications (id, order_id, cause, channel, template, topic, recipient, recipient_id, locale, data)
     select $1, null, 'digest/' || $4 || '/' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), $2, 'digest', $4,
       $3, (array_agg(recipient_id order by id desc))[1], (array_agg(locale order by id desc))[1],
       jsonb_build_object('topic', $4, 'count', count(*), 'since', min(created_at), 'until', max(created_at), 'items',
         (select jsonb_agg(jsonb_build_object('template', m.template, 'cause', m.cause, 'at', m.created_at, 'order_number', o.number,
            'data', m.data) order by m.id)
          from member m left join orders o on o.id = m.order_id where m.place <= ${ITEMS}))
     from member having count(*) > 0
     on conflict on constraint notifications_cause_key do nothing
     returning id
   ), job as (
     insert into outbox (queue, job_id, payload)
     select 'send-notification', 'notification-' || id, jsonb_build_object('notification_id', id) from digest
   )
   update notifications m set status = 'digested', digest_id = digest.id, error = null, updated_at = now()
   from digest where m.id = any (array(select id from member))
   returning 1`,
);

/** Makes one message of what is held and due; returns of how many, 0 when somebody else did. */
export async function closeDigest(db: Executor, { channel, recipient, topic }: DueDigest): Promise<number> {
  const members = await db.rows(close, [uuidv7(), channel, recipient, topic]);
  if (members.length > 0) db.signal('stockroom_outbox', '');
  return members.length;
}

const trim = statement('trim_message_turns', `delete from message_turns where hour < now() - interval '1 day'`);

/** Forgets the counts of hours that are over. */
export async function trimTurns(db: Executor): Promise<void> {
  await db.rows(trim);
}
