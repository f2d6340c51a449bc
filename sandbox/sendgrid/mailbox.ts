/** The mailbox of everybody: one row per recipient of a message, newest last. */
import type { Store } from '../store.ts';

export interface StoredMail {
  seq: number;
  message_id: string;
  recipient: string;
  recipient_name: string | null;
  from_email: string;
  from_name: string | null;
  subject: string;
  text: string | null;
  html: string | null;
  headers: string;
  custom_args: string;
  categories: string;
  status: string;
  created_ms: number;
}

export type NewMail = Omit<StoredMail, 'seq'>;

export interface Page {
  /** A whole address, or a part of one. */
  to?: string | undefined;
  /** Only older ones than this. */
  before?: number | undefined;
  limit: number;
}

export interface Mailbox {
  insert(mail: NewMail): void;
  find(seq: number): StoredMail | undefined;
  /** Newest first. */
  list(page: Page): StoredMail[];
  count(to: string | undefined): number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sendgrid_mails (
    seq INTEGER PRIMARY KEY, message_id TEXT NOT NULL, recipient TEXT NOT NULL, recipient_name TEXT,
    from_email TEXT NOT NULL, from_name TEXT, subject TEXT NOT NULL, status TEXT NOT NULL, created_ms INTEGER NOT NULL,
    headers TEXT NOT NULL, custom_args TEXT NOT NULL, categories TEXT NOT NULL, text TEXT, html TEXT
  );
  CREATE INDEX IF NOT EXISTS sendgrid_mails_recipient ON sendgrid_mails (recipient);
`;
const COLUMNS =
  'message_id, recipient, recipient_name, from_email, from_name, subject, text, html, headers, custom_args, categories, status, created_ms';
const FORGET_EVERY = 500;

/** @param keepBodies how many of the newest keep their bodies, so that a long run does not fill the disk */
export function createMailbox(store: Store, keepBodies: number): Mailbox {
  store.exec(SCHEMA);
  let inserted = 0;
  const insertMail = `INSERT INTO sendgrid_mails (${COLUMNS}) VALUES (${COLUMNS.replaceAll(/\w+/g, '?')})`;

  function forgetOldBodies(): void {
    store
      .statement(
        `UPDATE sendgrid_mails SET text = NULL, html = NULL
         WHERE seq <= (SELECT max(seq) FROM sendgrid_mails) - ? AND seq > (SELECT max(seq) FROM sendgrid_mails) - ? - ?`,
      )
      .run(keepBodies, keepBodies, 2 * FORGET_EVERY);
  }

  return {
    insert(mail) {
      const m = mail;
      const values = [
        m.message_id,
        m.recipient,
        m.recipient_name,
        m.from_email,
        m.from_name,
        m.subject,
        m.text,
        m.html,
      ];
      store.statement(insertMail).run(...values, m.headers, m.custom_args, m.categories, m.status, m.created_ms);
      inserted += 1;
      if (inserted % FORGET_EVERY === 0) forgetOldBodies();
    },
    find: (seq) =>
      store.statement('SELECT * FROM sendgrid_mails WHERE seq = ?').get(seq) as unknown as StoredMail | undefined,
    list({ to, before, limit }) {
      const { where, values } = filter(to);
      const sql = `SELECT * FROM sendgrid_mails WHERE ${where} AND seq < ? ORDER BY seq DESC LIMIT ?`;
      return store.statement(sql).all(...values, before ?? Number.MAX_SAFE_INTEGER, limit) as unknown as StoredMail[];
    },
    count(to) {
      const { where, values } = filter(to);
      const row = store.statement(`SELECT count(*) AS n FROM sendgrid_mails WHERE ${where}`).get(...values);
      return Number(row?.n ?? 0);
    },
  };
}

/** A whole address is looked up by index; a part of one is searched for. */
function filter(to: string | undefined): { where: string; values: string[] } {
  const wanted = to?.trim().toLowerCase();
  if (!wanted) return { where: 'true', values: [] };
  if (/^[^@]+@[^@]+\.[^@]+$/.test(wanted)) return { where: 'recipient = ?', values: [wanted] };
  return { where: "recipient LIKE ? ESCAPE '\\'", values: [`%${wanted.replaceAll(/[\\%_]/g, '\\$&')}%`] };
}
