/**
 * A mail server that takes everything and delivers it into the sandbox's mailbox, beside what came by SendGrid's API. Faults by the
 * provider's name `smtp`, with the recipient as the `path` that they match.
 */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Faults } from '../faults.ts';
import type { Mailbox } from '../sendgrid/mailbox.ts';
import type { Store } from '../store.ts';
import { readMail } from './read-mail.ts';
import { createTrouble, type SmtpTrouble } from './trouble.ts';

export interface SmtpSandboxOptions {
  store: Store;
  faults: Faults;
  mailbox: Mailbox;
  nowMs?: () => number;
  log?: (message: string, facts?: object) => void;
}

export interface SmtpSandbox {
  /** Resolves with the port once it listens; 0 takes a free one. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** Nobody waits for a mail's answer as a customer does for a payment's: several may share a commit. */
const GATHER_MS = 4;
const MAX_BYTES = 30 * 1_048_576;
const CLOSE_MS = 200;

type Reply = (error: Error | null, words?: string) => void;

export function createSmtpSandbox(options: SmtpSandboxOptions): SmtpSandbox {
  const { store, mailbox, faults, nowMs = Date.now, log = () => {} } = options;
  const trouble = createTrouble(faults);
  const struck = new WeakMap<SMTPServerSession, SmtpTrouble>();

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession, reply: Reply): Promise<void> {
    const { atEnd } = struck.get(session) ?? {};
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const drop = () => trouble.drop(session.id, server.connections);
    if (atEnd?.kind === 'lost' && !atEnd.kept) return drop();
    if (atEnd?.kind === 'refused' && !atEnd.kept) return reply(atEnd.error);
    const mail = await readMail(Buffer.concat(chunks), nowMs());
    store.transaction(() => {
      for (const { address } of session.envelope.rcptTo) mailbox.insert({ ...mail, recipient: address.toLowerCase() });
    }, GATHER_MS);
    store.afterCommit(() => {
      if (atEnd?.kind === 'lost') return drop();
      if (atEnd?.kind === 'refused') return reply(atEnd.error);
      const answer = () => reply(null, `2.0.0 queued as ${session.id}`);
      if (atEnd?.kind === 'slow') setTimeout(answer, atEnd.delayMs).unref();
      else answer();
    }, GATHER_MS);
  }

  const server = new SMTPServer({
    // It is reached from this machine alone, and anybody may send; a name and a password are taken as they come.
    ...{ authOptional: true, allowInsecureAuth: true, disabledCommands: ['STARTTLS'], disableReverseLookup: true },
    ...{ size: MAX_BYTES, closeTimeout: CLOSE_MS, banner: 'the sandbox delivers to /mailbox' },
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'anybody' }),
    onRcptTo({ address }, session, done) {
      const found = trouble.of(address.toLowerCase());
      struck.set(session, found);
      done(found.atRecipient ?? null);
    },
    onData(stream, session, done) {
      receive(stream, session, done).catch((error: Error) => {
        log('a mail could not be read', { error: error.message });
        done(Object.assign(new Error('5.6.0 The message cannot be read.'), { responseCode: 554 }));
      });
    },
  });
  server.on('error', (error) => log('an SMTP connection failed', { error: error.message }));

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const listener = server.listen(port, host, () => resolve((listener.address() as AddressInfo).port));
        listener.once('error', reject);
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
