/** The mailbox in a browser (`/mailbox`) and as JSON (`/mailbox.json?to=…`). Mails are shown, never trusted. */
import express, { type Request, type Response, type Router } from 'express';
import { sendPage } from '../page.ts';
import type { Mailbox, StoredMail } from './mailbox.ts';
import { listPage, mailPage } from './mailbox-views.ts';

const PAGE_SIZE = 50;
const MAX_JSON = 1_000;
/** The mail sits in a sandboxed frame. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:";

export function createMailboxPages(mailbox: Mailbox): Router {
  const router = express.Router();

  router.get('/mailbox.json', (req, res) => {
    const to = textOf(req.query.to);
    const limit = Math.min(MAX_JSON, numberOf(req.query.limit) ?? 100);
    const mails = mailbox.list({ to, before: numberOf(req.query.before), limit });
    res.json({ data: mails.map(toJson), total: mailbox.count(to), has_more: mails.length === limit });
  });

  router.get('/mailbox', (req, res) => {
    const to = textOf(req.query.to);
    const mails = mailbox.list({ to, before: numberOf(req.query.before), limit: PAGE_SIZE });
    const next = mails.length === PAGE_SIZE ? mails.at(-1)?.seq : undefined;
    sendPage(res, listPage({ base: `${req.baseUrl}/mailbox`, mails, to, total: mailbox.count(to), next }));
  });

  router.get('/mailbox/:seq', (req, res) => {
    const mail = findMail(mailbox, req, res);
    if (mail) sendPage(res, mailPage(`${req.baseUrl}/mailbox`, mail));
  });

  router.get('/mailbox/:seq/html', (req, res) => {
    const mail = findMail(mailbox, req, res);
    if (!mail) return;
    res.setHeader('Content-Security-Policy', MAIL_POLICY);
    // Links in the mail open beside the mailbox, not inside its frame.
    res.type('html').send(withBase(mail.html ?? ''));
  });

  return router;
}

/** In the head when there is one: in front of the doctype it would change how the mail looks. */
function withBase(html: string): string {
  const base = '<base target="_blank">';
  return /<head>/i.test(html) ? html.replace(/<head>/i, (head) => head + base) : base + html;
}

function findMail(mailbox: Mailbox, req: Request, res: Response): StoredMail | undefined {
  const mail = mailbox.find(numberOf(req.params.seq) ?? -1);
  if (!mail) res.status(404).type('text').send('There is no such mail.');
  return mail;
}

function toJson(mail: StoredMail) {
  return {
    seq: mail.seq,
    id: mail.message_id,
    to: mail.recipient,
    to_name: mail.recipient_name,
    from: { email: mail.from_email, name: mail.from_name },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: JSON.parse(mail.headers) as object,
    custom_args: JSON.parse(mail.custom_args) as object,
    categories: JSON.parse(mail.categories) as string[],
    status: mail.status,
    created_at: new Date(mail.created_ms).toISOString(),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function numberOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
