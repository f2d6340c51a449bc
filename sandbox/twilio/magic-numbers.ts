/** Numbers to which something happens. Those of +1500555… are Twilio's own (https://www.twilio.com/docs/iam/test-credentials). */
import type { TwilioError } from './errors.ts';

/** The sender of test credentials. */
export const MAGIC_SENDER = '+15005550006';

const refuse = (code: number, message: string): TwilioError => ({ status: 400, code, message });

const SENDERS: Readonly<Record<string, (from: string) => TwilioError>> = {
  '+15005550001': (from) => refuse(21212, `Invalid From Number (caller ID): ${from}`),
  '+15005550007': (from) => notOwned(from),
  '+15005550008': (from) =>
    refuse(21611, `This 'From' number has exceeded the maximum number of queued messages: ${from}`),
};

const RECIPIENTS: Readonly<Record<string, (to: string) => TwilioError>> = {
  '+15005550001': (to) => refuse(21211, `Invalid 'To' Phone Number: ${to}`),
  '+15005550002': (to) => refuse(21612, `The 'To' phone number ${to} is not currently reachable using this sender.`),
  '+15005550003': () => refuse(21408, 'Permission to send an SMS has not been enabled for the region of this number.'),
  '+15005550004': () => refuse(21610, 'Attempt to send to unsubscribed recipient'),
  '+15005550009': (to) => refuse(21614, `'To' number is not a valid mobile number: ${to}`),
};

const notOwned = (from: string) =>
  refuse(21606, `The From phone number ${from} is not a valid, SMS-capable inbound phone number for your account.`);

/** @param owned what the account may send from, beside names and messaging services */
export function judgeSender(from: string, owned: readonly string[]): TwilioError | undefined {
  const magic = SENDERS[from];
  if (magic) return magic(from);
  const isName = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(from);
  return isName || owned.includes(from) || from === MAGIC_SENDER ? undefined : notOwned(from);
}

export function judgeRecipient(to: string): TwilioError | undefined {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return RECIPIENTS['+15005550001']!(to);
  return RECIPIENTS[to]?.(to);
}

export type Status = 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

export interface PlannedStatus {
  status: Status;
  afterMs: number;
  errorCode?: number;
}

/** Told of after the message was taken: https://www.twilio.com/docs/api/errors, 300xx. */
const UNDELIVERED = new Set([30003, 30004, 30005, 30006, 30007, 30008]);
const FAILED = new Set([30001, 30002]);

/** A number that ends in an error's code (+49 151 30003) meets that error; others are delivered. */
export function planStatuses(to: string, byService: boolean): readonly PlannedStatus[] {
  const before: PlannedStatus[] = byService ? [{ status: 'queued', afterMs: 50 }] : [];
  const errorCode = Number(to.slice(-5));
  if (FAILED.has(errorCode)) return [...before, { status: 'failed', afterMs: 200, errorCode }];
  const end: PlannedStatus = UNDELIVERED.has(errorCode)
    ? { status: 'undelivered', afterMs: 600, errorCode }
    : { status: 'delivered', afterMs: 600 };
  return [...before, { status: 'sent', afterMs: 200 }, end];
}
