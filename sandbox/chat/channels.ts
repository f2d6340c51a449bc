/** Webhooks of the chat, each by its secret, and what was posted to their channels. */
import type { Store } from '../store.ts';
import type { ChatMessage } from './check-message.ts';

export interface StoredMessage {
  seq: number;
  channel: string;
  message: ChatMessage;
  created_ms: number;
}

export interface Channels {
  add(token: string, channel: string): void;
  remove(token: string): void;
  /** The channel that a webhook posts to. */
  find(token: string): string | undefined;
  receive(posted: { channel: string; body: string; created_ms: number }): void;
  /** Newest first. */
  list(channel: string | undefined, limit: number): StoredMessage[];
  count(channel: string | undefined): number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS chat_hooks (token TEXT PRIMARY KEY, channel TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS chat_messages (
    seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL
  );
`;
const KEPT = 20_000;

export function createChannels(store: Store): Channels {
  store.exec(SCHEMA);
  const where = (channel: string | undefined) => (channel === undefined ? '' : 'WHERE channel = ?');
  const values = (channel: string | undefined) => (channel === undefined ? [] : [channel]);
  return {
    add(token, channel) {
      store.statement('INSERT OR REPLACE INTO chat_hooks (token, channel) VALUES (?, ?)').run(token, channel);
    },
    remove(token) {
      store.statement('DELETE FROM chat_hooks WHERE token = ?').run(token);
    },
    find(token) {
      const row = store.statement('SELECT channel FROM chat_hooks WHERE token = ?').get(token);
      return row && String(row.channel);
    },
    receive: ({ channel, body, created_ms }) =>
      store.transaction(() => {
        const { lastInsertRowid } = store
          .statement('INSERT INTO chat_messages (channel, body, created_ms) VALUES (?, ?, ?)')
          .run(channel, body, created_ms);
        store.statement('DELETE FROM chat_messages WHERE seq = ?').run(Number(lastInsertRowid) - KEPT);
      }),
    list: (channel, limit) =>
      store
        .statement(`SELECT * FROM chat_messages ${where(channel)} ORDER BY seq DESC LIMIT ?`)
        .all(...values(channel), limit)
        .map((row) => ({
          seq: Number(row.seq),
          channel: String(row.channel),
          message: JSON.parse(String(row.body)) as ChatMessage,
          created_ms: Number(row.created_ms),
        })),
    count: (channel) =>
      Number(store.statement(`SELECT count(*) AS n FROM chat_messages ${where(channel)}`).get(...values(channel))?.n),
  };
}
