/**
 * What a failed SMTP session proves. A reply is definite: whoever answers 4xx or 5xx has not taken the message, even after
 * its final dot (RFC 5321 §4.2.5). Without a reply all depends on whether the message had left whole: a server that lacks
 * the final dot must drop what it has (§4.1.1.4), one that has it may have taken the message without our knowing.
 */
import type { Refused, SendResult } from './email-failures.ts';

/** nodemailer's errors, as far as they are looked at. `command` is what was last said, `API` when nothing was. */
export interface SmtpFailure {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  message: string;
}

/** Servers that greylist take a message after a few minutes. */
const GREYLIST_MS = 60_000;

/** @param leftWhole whether the message's end had been handed to the connection */
export function classifySmtpFailure(failure: SmtpFailure, leftWhole: boolean): SendResult {
  const { responseCode: status, code = 'unknown', command, message } = failure;
  if (status !== undefined && status >= 400) return classifyReply(status, failure);
  if (leftWhole) return { kind: 'unknown', code, message };
  if (code === 'EAUTH') return { kind: 'refused', code, message, fault: 'provider' };
  // An envelope that cannot be written, or a message larger than the server announced to take: nothing was said yet.
  const unwritable = (code === 'EENVELOPE' && command === 'API') || code === 'EMESSAGE';
  if (unwritable) return { kind: 'refused', code: 'message_invalid', message, fault: 'message' };
  return { kind: 'unavailable', code, message, answered: false };
}

function classifyReply(status: number, failure: SmtpFailure): SendResult {
  const { command = '', message } = failure;
  const code = `smtp_${status}`;
  const enhanced = enhancedCodeOf(failure.response);
  if (status < 500) {
    const later = status === 450 || status === 452 || enhanced?.subject === 2 || enhanced?.subject === 7;
    if (later && !command.startsWith('AUTH')) return { kind: 'throttled', retryAfterMs: GREYLIST_MS };
    return { kind: 'unavailable', code, message, answered: false };
  }
  const fault = enhanced ? faultOfEnhanced(enhanced) : faultOfReply(status, command);
  const gone = command === 'RCPT TO' && enhanced && GONE.has(`${enhanced.subject}.${enhanced.detail}`);
  return { kind: 'refused', code, message, fault, ...(gone ? { suppress: 'bounce' } : {}) };
}

interface EnhancedCode {
  subject: number;
  detail: number;
}

/** RFC 3463: 5.1.1 is no such mailbox, 5.1.6 one that moved, 5.1.10 a domain that takes no mail (RFC 7505), 5.2.1 one that is closed. */
const GONE = new Set(['1.1', '1.6', '1.10', '2.1']);

function enhancedCodeOf(response = ''): EnhancedCode | undefined {
  const [, subject, detail] = /^\d{3}[ -][245]\.(\d{1,3})\.(\d{1,3})\b/.exec(response) ?? [];
  return subject === undefined ? undefined : { subject: Number(subject), detail: Number(detail) };
}

/** By subject (RFC 3463 §3): 1 address, 2 mailbox, 3 the server, 4 routing, 5 protocol, 6 content, 7 policy. */
function faultOfEnhanced({ subject, detail }: EnhancedCode): Refused['fault'] {
  // 7 and 8 are the sender's address.
  if (subject === 1) return detail === 7 || detail === 8 ? 'provider' : 'message';
  if (subject === 3) return detail === 4 ? 'message' : 'provider';
  return subject === 2 || subject === 4 || subject === 6 ? 'message' : 'provider';
}

/** Without an enhanced code: 550, 551 and 553 to a recipient are about it, 552 is about the size. */
function faultOfReply(status: number, command: string): Refused['fault'] {
  if (status === 552) return 'message';
  return command === 'RCPT TO' && [550, 551, 553].includes(status) ? 'message' : 'provider';
}
