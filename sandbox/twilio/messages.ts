/** What phones were sent: one row per message, newest last. */
import type { Store } from '../store.ts';
import type { Status } from './magic-numbers.ts';

export interface StoredMessage {
  seq: number;
  sid: string;
  account_sid: string;
  recipient: string;
  /** Null until a messaging service has chosen. */
  sender: string | null;
  service_sid: string | null;
  body: string;
  status_callback: string | null;
  status: Status;
  error_code: number | null;
  segments: number;
  created_ms: number;
  updated_ms: number;
  sent_ms: number | null;
}

export interface Messages {
  insert(message: Omit<StoredMessage, 'seq'>): void;
  find(sid: string): StoredMessage | undefined;
  move(sid: string, status: Status, errorCode: number | null, nowMs: number): void;
  /** Newest first. @param to a whole number or a part of one */
  list(page: { to?: string | undefined; before?: number | undefined; limit: number }): StoredMessage[];
  count(to: string | undefined): number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS twilio_messages (
    seq INTEGER PRIMARY KEY, sid TEXT NOT NULL UNIQUE, account_sid TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT,
    service_sid TEXT, body TEXT NOT NULL, status_callback TEXT, status TEXT NOT NULL, error_code INTEGER,
    segments INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL, sent_ms INTEGER
  );
  CREATE INDEX IF NOT EXISTS twilio_messages_recipient ON twilio_messages (recipient);
`;

export function createMessages(store: Store): Messages {
  store.exec(SCHEMA);
  const like = (to: string | undefined) => `%${(to ?? '').replaceAll(/[\\%_]/g, '\\$&')}%`;
  return {
    insert(message) {
      const names = Object.keys(message);
      const sql = `INSERT INTO twilio_messages (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      store.statement(sql).run(...Object.values(message));
    },
    find: (sid) =>
      store.statement('SELECT * FROM twilio_messages WHERE sid = ?').get(sid) as unknown as StoredMessage | undefined,
    move(sid, status, errorCode, nowMs) {
      const sql = `UPDATE twilio_messages SET status = ?, error_code = ?, updated_ms = ?,
        sent_ms = CASE WHEN ? = 'sent' THEN ? ELSE sent_ms END WHERE sid = ?`;
      store.statement(sql).run(status, errorCode, nowMs, status, nowMs, sid);
    },
    list({ to, before = Number.MAX_SAFE_INTEGER, limit }) {
      const sql = `SELECT * FROM twilio_messages WHERE recipient LIKE ? ESCAPE '\\' AND seq < ? ORDER BY seq DESC LIMIT ?`;
      return store.statement(sql).all(like(to), before, limit) as unknown as StoredMessage[];
    },
    count(to) {
      const sql = `SELECT count(*) AS n FROM twilio_messages WHERE recipient LIKE ? ESCAPE '\\'`;
      return Number(store.statement(sql).get(like(to))?.n ?? 0);
    },
  };
}

/** As Twilio's API shows it (https://www.twilio.com/docs/messaging/api/message-resource#message-properties). */
export function toResource(message: StoredMessage) {
  const uri = `/2010-04-01/Accounts/${message.account_sid}/Messages/${message.sid}`;
  return {
    account_sid: message.account_sid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: rfc2822(message.created_ms),
    date_sent: message.sent_ms === null ? null : rfc2822(message.sent_ms),
    date_updated: rfc2822(message.updated_ms),
    direction: 'outbound-api',
    error_code: message.error_code,
    error_message: message.error_code === null ? null : `Error ${message.error_code}, on request`,
    from: message.sender,
    messaging_service_sid: message.service_sid,
    num_media: '0',
    // A messaging service tells it when it has chosen a sender.
    num_segments: message.sender === null ? '0' : String(message.segments),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.recipient,
    uri: `${uri}.json`,
  };
}

const rfc2822 = (ms: number) => new Date(ms).toUTCString().replace('GMT', '+0000');
