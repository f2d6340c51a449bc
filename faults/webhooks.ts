/** Endpoints at the sandbox's receiver, and what must have become of every event that they wanted. */
import { statement } from '../db/database.ts';
import { call } from '../test/support/client.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { insist } from './insist.ts';
import type { Check } from './scenario.ts';
import type { Stage } from './stage.ts';

export interface Listener {
  id: string;
  /** Of the receiver. */
  name: string;
  types: readonly string[];
}

interface ListenerOptions {
  types?: readonly string[];
  /** How the receiver answers; see sandbox/receiver/answers.ts. */
  answer?: string;
  delay_ms?: number;
  /** Instead of the receiver's own address. */
  url?: string;
  max_per_second?: number;
}

let listeners = 0;

/** A receiver of its own that is told from now on. */
export async function listen(stage: Stage, what: string, options: ListenerOptions = {}): Promise<Listener> {
  const { types = ['*'], answer = 'ok', delay_ms = 0, url, max_per_second = null } = options;
  const name = `${what}-${++listeners}`;
  const body = { url: url ?? addressOf(stage, name), event_types: types, max_per_second };
  const made = await insist(stage.system, 'POST', '/v1/webhook-endpoints', { body });
  if (made.status !== 201) throw new Error(`POST /v1/webhook-endpoints answered ${made.status}`);
  const { id, secret } = made.body as unknown as { id: string; secret: string };
  await setReceiver(stage, name, { secrets: [secret], answer, delay_ms });
  return { id, name, types };
}

const addressOf = ({ system }: Stage, name: string) => `${system.sandboxUrl}/hooks/${name}`;

export async function setReceiver(stage: Stage, name: string, settings: object): Promise<void> {
  const answer = await fetch(`${addressOf(stage, name)}/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!answer.ok) throw new Error(`The receiver refused ${JSON.stringify(settings)}`);
}

export interface Arrived {
  id: string;
  at: string;
  type: string;
  verdict: string;
}

export interface Box {
  data: Arrived[];
  statistics: { requests: number; most_at_once: number; most_per_second: number };
}

export const readBox = async (stage: Stage, name: string): Promise<Box> =>
  (await fetch(`${addressOf(stage, name)}/received.json`)).json() as Promise<Box>;

/** Has a `webhook.test` sent, whoever is down. */
export async function test({ system }: Stage, { id }: Listener): Promise<void> {
  const { status } = await call(system, 'POST', `/v1/webhook-endpoints/${id}/test`);
  if (status !== 202) throw new Error(`The test was answered ${status}`);
}

interface Happened {
  event_id: string;
  type: string;
  created_at: Date;
}

const events = statement(
  'faults_webhook_events',
  `select 'evt_' || order_id || '_' || sequence as event_id, type, created_at from order_events
   where created_at >= (select collects_from from webhook_endpoints where id = $1)
     and not pg_visible_in_snapshot(xid::text::xid8, (select since from webhook_endpoints where id = $1))`,
);

const isWanted = (types: readonly string[], type: string) =>
  types.some((each) => each === '*' || each === type || each === `${type.split('.')[0]}.*`);

export interface Told {
  checks: Check[];
  /** From the event to its first arrival, in milliseconds, in order of length. */
  delays: number[];
  /** Of it, from the event to the row of its delivery. */
  untilPublished: number[];
}

/** Waits until the listener was told all that it wanted to hear, and looks at how. */
export async function checkTold(stage: Stage, listener: Listener, patienceMs = 60_000): Promise<Told> {
  const untold = async () => {
    const arrived = new Set((await readBox(stage, listener.name)).data.map(({ id }) => id));
    return (await wantedBy(stage, listener)).filter(({ event_id }) => !arrived.has(event_id));
  };
  await waitFor(async () => (await untold()).length === 0, { timeoutMs: patienceMs, everyMs: 300 }).catch(() => {});
  const [left, wanted, box] = [await untold(), await wantedBy(stage, listener), await readBox(stage, listener.name)];
  const first = new Map(box.data.toReversed().map(({ id, at }) => [id, Date.parse(at)]));
  const delays = wanted.flatMap(({ event_id, created_at }) => {
    const at = first.get(event_id);
    return at === undefined ? [] : [at - created_at.getTime()];
  });
  const forged = box.data.filter(({ verdict }) => verdict !== 'genuine');
  const detail = `${wanted.length - left.length} of ${wanted.length} events, by ${box.data.length} requests`;
  return {
    checks: [
      { what: `${listener.name} was told every event`, held: left.length === 0 && wanted.length > 0, detail },
      { what: `all that ${listener.name} got is genuine`, held: forged.length === 0 },
    ],
    delays: delays.sort((a, b) => a - b),
    untilPublished: await readPublished(stage, listener),
  };
}

const published = statement(
  'faults_published_after',
  `select extract(epoch from created_at - occurred_at)::float8 * 1000 as ms from webhook_deliveries where endpoint_id = $1 order by 1`,
);
const readPublished = async ({ system }: Stage, { id }: Listener): Promise<number[]> =>
  (await system.db.rows<{ ms: number }>(published, [id])).map(({ ms }) => ms);

const wantedBy = async ({ system }: Stage, { id, types }: Listener): Promise<Happened[]> =>
  (await system.db.rows<Happened>(events, [id])).filter(({ type }) => isWanted(types, type));

export const describeDelays = (delays: readonly number[]): string => {
  const at = (part: number) => Math.round(delays[Math.min(delays.length - 1, Math.floor(delays.length * part))] ?? 0);
  return `${at(0.5)} ms in the middle, ${at(0.95)} ms of 95 %, ${at(1)} ms at most`;
};
