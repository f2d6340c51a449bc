/** Browsers that are played: their subscriptions with the keys to read by, and what they were pushed. */
import { createECDH, randomBytes } from 'node:crypto';
import { randomText } from '../random-text.ts';
import type { Store } from '../store.ts';
import type { BrowserKeys } from './decrypt.ts';

export interface PlayedBrowser extends BrowserKeys {
  token: string;
  /** What it is for, as its page shows it. */
  label: string;
  /** The only key that may push to it; empty: any. */
  applicationServerKey: string;
  gone: boolean;
}

export interface Push {
  seq: number;
  token: string;
  label: string;
  payload: string;
  topic: string | null;
  urgency: string;
  ttl: number;
  /** A later one of the same topic took its place. */
  replaced: boolean;
  created_ms: number;
}

export interface Browsers {
  add(label: string, applicationServerKey: string): PlayedBrowser;
  find(token: string): PlayedBrowser | undefined;
  /** Whoever pushes to it afterwards is told that it is gone. */
  unsubscribe(token: string): void;
  receive(push: Pick<Push, 'token' | 'payload' | 'topic' | 'urgency' | 'ttl' | 'created_ms'>): number;
  /** Newest first. */
  list(token: string | undefined, limit: number): Push[];
  count(token: string | undefined): number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS push_browsers (
    token TEXT PRIMARY KEY, label TEXT NOT NULL, server_key TEXT NOT NULL, private_key TEXT NOT NULL, p256dh TEXT NOT NULL,
    auth TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS pushes (
    seq INTEGER PRIMARY KEY, token TEXT NOT NULL, payload TEXT NOT NULL, topic TEXT, urgency TEXT NOT NULL, ttl INTEGER NOT NULL,
    replaced INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS pushes_token ON pushes (token);
`;
const KEPT = 20_000;

type Row = Record<string, string | number | null>;

export function createBrowsers(store: Store): Browsers {
  store.exec(SCHEMA);
  const where = (token: string | undefined) => (token === undefined ? '' : 'WHERE token = ?');
  return {
    add(label, applicationServerKey) {
      const pair = createECDH('prime256v1');
      const p256dh = pair.generateKeys('base64url');
      const privateKey = pair.getPrivateKey('base64url');
      const auth = randomBytes(16).toString('base64url');
      const token = randomText(32);
      store
        .statement(
          'INSERT INTO push_browsers (token, label, server_key, private_key, p256dh, auth) VALUES (?,?,?,?,?,?)',
        )
        .run(token, label, applicationServerKey, privateKey, p256dh, auth);
      return { token, label, applicationServerKey, privateKey, p256dh, auth, gone: false };
    },
    find(token) {
      const row = store.statement('SELECT * FROM push_browsers WHERE token = ?').get(token) as Row | undefined;
      return row && toBrowser(row);
    },
    unsubscribe(token) {
      store.statement('UPDATE push_browsers SET gone = 1 WHERE token = ?').run(token);
    },
    receive: ({ token, payload, topic, urgency, ttl, created_ms }) =>
      store.transaction(() => {
        store.statement('UPDATE pushes SET replaced = 1 WHERE token = ? AND topic = ?').run(token, topic);
        const { lastInsertRowid } = store
          .statement('INSERT INTO pushes (token, payload, topic, urgency, ttl, created_ms) VALUES (?,?,?,?,?,?)')
          .run(token, payload, topic, urgency, ttl, created_ms);
        store.statement('DELETE FROM pushes WHERE seq = ?').run(Number(lastInsertRowid) - KEPT);
        return Number(lastInsertRowid);
      }),
    list: (token, limit) =>
      (
        store
          .statement(
            `SELECT pushes.*, label FROM pushes JOIN push_browsers USING (token) ${where(token)} ORDER BY seq DESC LIMIT ?`,
          )
          .all(...(token === undefined ? [] : [token]), limit) as Row[]
      ).map((row) => ({ ...(row as unknown as Push), replaced: row.replaced === 1 })),
    count(token) {
      const found = store
        .statement(`SELECT count(*) AS n FROM pushes ${where(token)}`)
        .get(...(token === undefined ? [] : [token]));
      return Number(found?.n);
    },
  };
}

const toBrowser = (row: Row): PlayedBrowser => ({
  token: String(row.token),
  label: String(row.label),
  applicationServerKey: String(row.server_key),
  privateKey: String(row.private_key),
  p256dh: String(row.p256dh),
  auth: String(row.auth),
  gone: row.gone === 1,
});
