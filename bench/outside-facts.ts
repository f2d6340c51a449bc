/** What the world outside says of a run, for the invariants: Stripe's lists over its API, and the sandbox's mailbox. */
import { setTimeout as delay } from 'node:timers/promises';
import type { InvariantOptions, StripeFacts } from '../db/invariants.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

type Mails = NonNullable<InvariantOptions['mails']>;
type Facts = Required<StripeFacts>;

/** Any test key opens the sandbox. */
const KEY = 'sk_test_reads_the_sandbox';
const PAGE = 100;

/** Stripe books a charge a moment after it has succeeded; one that is not booked by then never will be. */
const BOOKED_MS = 5_000;
const LOOK_MS = 200;

/**
 * Stripe's objects created since then (all: leave it out), with what moved its balance for each charge that has succeeded. Throws
 * when the sandbox answers with an error.
 */
export async function readStripe(sandboxUrl: string, since?: Date): Promise<Facts> {
  const http = createHttpClient(sandboxUrl);
  // Stripe's times are whole seconds.
  const from = since ? Math.floor(since.getTime() / 1_000) - 1 : undefined;
  const deadline = performance.now() + BOOKED_MS;
  try {
    let facts = await readLists(http, from);
    while (!isBooked(facts) && performance.now() < deadline) {
      await delay(LOOK_MS);
      facts = await readLists(http, from);
    }
    return facts;
  } finally {
    http.close();
  }
}

/** Of each object what the invariants compare: whole, those of a long run would be more than the database takes at once. */
const MEMBERS = {
  payment_intents: ['id', 'status', 'amount_received', 'currency', 'metadata'],
  charges: ['id', 'status', 'captured', 'amount_captured', 'payment_intent'],
  refunds: ['id', 'status', 'amount', 'currency', 'payment_intent', 'metadata', 'balance_transaction'],
  disputes: ['id', 'status', 'amount', 'payment_intent'],
  balance_transactions: ['id', 'source', 'amount', 'currency', 'exchange_rate'],
  invoices: ['id', 'status', 'parent'],
} as const;

async function readLists(http: HttpClient, from: number | undefined): Promise<Facts> {
  const [intents, charges, refunds, disputes, movements, invoices] = await Promise.all([
    listAll<StripeFacts['intents'][number]>(http, 'payment_intents', from),
    listAll<NonNullable<StripeFacts['charges']>[number]>(http, 'charges', from),
    listAll<NonNullable<StripeFacts['refunds']>[number]>(http, 'refunds', from),
    listAll<NonNullable<StripeFacts['disputes']>[number]>(http, 'disputes', from),
    listAll<NonNullable<StripeFacts['movements']>[number] & { id: string }>(http, 'balance_transactions', from),
    listAll<NonNullable<StripeFacts['invoices']>[number]>(http, 'invoices', from),
  ]);
  return { intents, charges, refunds, disputes, movements, invoices };
}

function isBooked({ charges, movements }: Facts): boolean {
  const booked = new Set(movements.map(({ source }) => source));
  return charges.every(({ id, status, captured }) => status !== 'succeeded' || !captured || booked.has(id));
}

async function listAll<T extends { id: string }>(
  http: HttpClient,
  name: keyof typeof MEMBERS,
  from: number | undefined,
): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const last = found.at(-1);
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(from === undefined ? {} : { 'created[gte]': String(from) }),
      ...(last ? { starting_after: last.id } : {}),
    });
    const page = await get<{ data: T[]; has_more: boolean }>(http, `/v1/${name}?${query}`);
    found.push(...page.data.map((object) => pick(object, MEMBERS[name])));
    if (!page.has_more || page.data.length === 0) return found;
  }
}

const pick = <T extends object>(object: T, members: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([member]) => members.includes(member))) as T;

interface Mail {
  seq: number;
  to: string;
  custom_args: { notification_id?: string };
  created_at: string;
}

/** The messages that arrived since then, newest first. */
export async function readMails(sandboxUrl: string, since?: Date): Promise<Mails> {
  const http = createHttpClient(sandboxUrl);
  const found: { notification_id: string | null; recipient: string }[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  try {
    for (;;) {
      const page = await get<{ data: Mail[]; has_more: boolean }>(
        http,
        `/mailbox.json?limit=${PAGE}&before=${before % 1e15}`,
      );
      const fresh = page.data.filter((mail) => !since || new Date(mail.created_at) >= since);
      found.push(
        ...fresh.map((mail) => ({ notification_id: mail.custom_args.notification_id ?? null, recipient: mail.to })),
      );
      before = page.data.at(-1)?.seq ?? 0;
      if (!page.has_more || fresh.length < page.data.length) return found;
    }
  } finally {
    http.close();
  }
}

async function get<T>(http: HttpClient, path: string): Promise<T> {
  const answer = await http.call<T>('GET', path, { headers: { authorization: `Bearer ${KEY}` } });
  if (answer.status === 200) return answer.body;
  throw new Error(
    `The sandbox answered GET ${path} with ${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`,
  );
}
