/** Messages as the sending leaves them, for tests of what reads them. */
import type { Database } from '../../db/database.ts';
import { uuidv7 } from '../../db/ids.ts';

interface TestMessage {
  order_id?: string;
  cause?: string;
  channel?: string;
  template?: string;
  topic?: string;
  recipient?: string;
  status?: string;
  provider?: string;
  subject?: string;
  error?: object;
  attempts?: object[];
  events?: object[];
  created_at?: Date;
  due_at?: Date;
  /** What was sent, when it is kept. */
  content?: { subject: string; text: string; rendered_at?: Date };
}

/** Returns its id. */
export async function insertTestMessage(db: Database, message: TestMessage = {}): Promise<string> {
  const id = uuidv7();
  const { content, ...given } = message;
  const row = {
    id,
    order_id: null,
    cause: `test/${id}`,
    channel: 'email',
    template: 'order-confirmation',
    topic: 'order',
    recipient: 'ada@example.com',
    status: 'accepted',
    provider: null,
    subject: content?.subject ?? null,
    error: null,
    attempts: [],
    events: [],
    created_at: new Date(),
    due_at: null,
    ...given,
  };
  await db.pool.query(
    `insert into notifications (id, order_id, cause, channel, template, topic, recipient, status, provider, subject, error, attempts, events, created_at, due_at)
     select id, order_id, cause, channel, template, topic, recipient, status, provider, subject, error, attempts, events, created_at, due_at
     from jsonb_populate_record(null::notifications, $1)`,
    [JSON.stringify(row)],
  );
  if (content)
    await db.pool.query(
      'insert into notification_contents (notification_id, subject, text, rendered_at) values ($1, $2, $3, $4)',
      [id, content.subject, content.text, content.rendered_at ?? new Date()],
    );
  return id;
}
