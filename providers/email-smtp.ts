/**
 * E-mail through an SMTP server, over connections that are kept. SMTP knows no idempotency key, so each message carries the
 * notification's id in its Message-ID, by which a server or a person knows a second copy, and a failure is judged by how
 * far the session had come (./smtp-failures.ts).
 */
import { PassThrough, type Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { SendResult } from './email-failures.ts';
import type { EmailChannel, EmailMessage } from './message-channel.ts';
import { showsSecret } from './message-secrets.ts';
import { classifySmtpFailure, type SmtpFailure } from './smtp-failures.ts';
import { readSmtpUrl } from './smtp-url.ts';
import { unsubscribeHeaders } from './unsubscribe-headers.ts';

export interface SmtpOptions {
  /** See {@link readSmtpUrl}. */
  url: string;
  /** For the way to the message's end; the server may then look at it for {@link PATIENCE} times as long. */
  timeoutMs: number;
  tls?: Pick<ConnectionOptions, 'ca'>;
  /** Connections at a time. */
  connections?: number;
}

/** Also for the turn of a message. Who stops waiting after the final dot does not know whether the message was taken (RFC 5321 §4.5.3.2.6 asks for minutes). */
const PATIENCE = 6;
/** Before common servers drop an idle connection. */
const IDLE_MS = 30_000;
const MESSAGES_PER_CONNECTION = 100;

const TOO_LATE = { code: 'ETIMEDOUT', message: 'The mail server took too long.' };

/** How far one message got: its content is read only once the server has asked for it. */
interface Journey {
  content: Readable | undefined;
  /** It has a connection. */
  onStart: () => void;
  /** All of it has been handed over. */
  onEnd: () => void;
}

type Mail = SendMailOptions & { journey: Journey };

export function createSmtp({ url, timeoutMs, tls, connections = 8 }: SmtpOptions): EmailChannel {
  const address = readSmtpUrl(url);
  const pool = createTransport({
    ...{ host: address.host, port: address.port, secure: address.secure, requireTLS: address.requireTLS },
    ...(address.auth ? { auth: address.auth } : {}),
    ...(tls ? { tls } : {}),
    pool: true,
    maxConnections: connections,
    maxMessages: MESSAGES_PER_CONNECTION,
    idleTimeout: IDLE_MS,
    // Whether a message may be sent again is decided below, by proof.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs * PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  pool.use('stream', (mail, done) => {
    const { journey } = mail.data as Mail;
    mail.message?.processFunc((input) => {
      journey.onStart();
      journey.content = input.pipe(new PassThrough()).once('end', journey.onEnd);
      return journey.content;
    });
    done();
  });

  async function attempt(options: SendMailOptions, isSecond = false): Promise<SendResult> {
    const deadline = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const allow = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => deadline.abort(), ms);
    };
    // Others may be before it while it waits for a connection.
    allow(timeoutMs * PATIENCE);
    const [onStart, onEnd] = [() => allow(timeoutMs), () => allow(timeoutMs * PATIENCE)];
    const mail: Mail = { ...options, signal: deadline.signal, journey: { content: undefined, onStart, onEnd } };
    try {
      const { messageId } = await pool.sendMail(mail);
      return { kind: 'accepted', messageId: messageId.replace(/^<|>$/g, '') };
    } catch (error) {
      const failure: SmtpFailure = deadline.signal.aborted ? TOO_LATE : (error as SmtpFailure);
      const { content } = mail.journey;
      // A kept connection that the server has dropped meanwhile: not a byte of the message had left.
      const dropped = failure.code === 'ECONNECTION' && !failure.responseCode && !content?.readableDidRead;
      if (dropped && !isSecond) return attempt(options, true);
      return classifySmtpFailure(failure, content?.readableEnded === true);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    channel: 'email',
    provider: 'smtp',
    async send(message) {
      try {
        return await attempt(toMail(message));
      } catch (error) {
        return { kind: 'refused', code: 'message_invalid', message: (error as Error).message, fault: 'message' };
      }
    },
    close: () => pool.close(),
  };
}

/** nodemailer reads addresses as lists: what could be one (a comma, a bracket, a line break) must not come that far. */
const ONE_ADDRESS = /^[^\s\p{Cc},;:<>()[\]\\"@]+@[^\s\p{Cc},;:<>()[\]\\"@]+$/u;

function toMail(message: EmailMessage): SendMailOptions {
  const { notificationId, to, from, subject, text, html, unsubscribeUrl } = message;
  if (!ONE_ADDRESS.test(to)) throw new TypeError('The recipient is not one e-mail address.');
  if (showsSecret(subject, text, html)) throw new TypeError('The message shows a secret.');
  return {
    messageId: `<${notificationId}@${from.email.slice(from.email.lastIndexOf('@') + 1)}>`,
    envelope: { from: from.email, to: [to] },
    from: { name: from.name, address: from.email },
    to: { name: '', address: to },
    ...{ subject, text, html },
    headers: {
      'X-Notification-Id': notificationId,
      // No automatic answers (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      ...(unsubscribeUrl ? unsubscribeHeaders(unsubscribeUrl) : {}),
    },
  };
}
