/** The load: posts orders, closed loop or open loop, and follows each to its end. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Subject } from './subject.ts';

const LOOK_MS = 100;
/** How long after the last POST an order may still come to its end. */
const PATIENCE_MS = 120_000;

export interface Run {
  /** Orders that came to their end, all that were accepted. */
  orders: number;
  /** Of those, the ones that came to their end in the steady middle, and how long that was. */
  steadyOrders: number;
  steadySeconds: number;
  /** Orders a second over the steady middle. */
  rate: number;
  /** Milliseconds from when the POST was due to its answer. */
  postMs: number[];
  /** When each order was accepted, by its id, for what SQL knows of it. */
  ids: string[];
  startedAt: number;
  endedAt: number;
}

export interface Pace {
  /** Closed loop: so many orders between POST and end. */
  concurrency?: number;
  /** Open loop: so many POSTs a second, whatever the answers do. */
  rate?: number;
  seconds?: number;
  orders?: number;
  onProgress?: (facts: { posted: number; done: number; open: number; seconds: number }) => void;
}

let sequence = 0;

export async function drive(subject: Subject, pace: Pace): Promise<Run> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const open = new Set<string>();
  const ids: string[] = [];
  const postMs: number[] = [];
  const doneAt: number[] = [];
  const startedAt = performance.now();
  let posted = 0;
  let inPost = 0;
  const elapsed = () => (performance.now() - startedAt) / 1_000;
  const wantsMore = () => (pace.orders ? posted < pace.orders : elapsed() < (pace.seconds ?? 10));
  let failure: Error | undefined;

  const post = async (dueAt: number) => {
    posted++;
    inPost++;
    try {
      const answer = await send(agent, subject, ++sequence);
      postMs.push(performance.now() - dueAt);
      const id = subject.idOf(answer);
      open.add(id);
      ids.push(id);
    } catch (error) {
      failure ??= error as Error;
    } finally {
      inPost--;
      refill();
    }
  };
  const refill = () => {
    while (pace.concurrency && !failure && wantsMore() && open.size + inPost < pace.concurrency)
      void post(performance.now());
  };
  const pacing = pace.rate ? launchAtRate(pace.rate, wantsMore, post) : undefined;
  refill();
  let launchedUntil = 0;
  let lastDone = performance.now();
  while (wantsMore() || inPost > 0 || open.size > 0) {
    if (failure) throw failure;
    await delay(LOOK_MS);
    if (wantsMore()) launchedUntil = performance.now();
    const found = open.size > 0 ? await subject.findDone([...open]) : [];
    for (const id of found) open.delete(id);
    const now = performance.now();
    for (let i = 0; i < found.length; i++) doneAt.push(now);
    if (found.length > 0) lastDone = now;
    refill();
    pace.onProgress?.({ posted, done: doneAt.length, open: open.size, seconds: elapsed() });
    if (now - Math.max(lastDone, launchedUntil) > PATIENCE_MS)
      throw new Error(`${open.size} orders did not come to their end: ${[...open].slice(0, 3)}`);
  }
  await pacing;
  if (failure) throw failure;
  agent.destroy();
  return {
    ...steady(startedAt, launchedUntil, doneAt),
    orders: doneAt.length,
    postMs,
    ids,
    startedAt,
    endedAt: lastDone,
  };
}

/** The middle: after the first tenth of the launching (the pipeline fills), until the launching ends. */
function steady(startedAt: number, launchedUntil: number, doneAt: number[]) {
  const from = startedAt + (launchedUntil - startedAt) * 0.15;
  const inside = doneAt.filter((at) => at > from && at <= launchedUntil + LOOK_MS);
  const begin = doneAt.findLast((at) => at <= from) ?? from;
  const end = inside.at(-1) ?? launchedUntil;
  const steadySeconds = (end - begin) / 1_000;
  return { steadyOrders: inside.length, steadySeconds, rate: inside.length / steadySeconds };
}

async function launchAtRate(
  rate: number,
  wantsMore: () => boolean,
  post: (dueAt: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  for (let n = 0; wantsMore(); n++) {
    const dueAt = startedAt + (n * 1_000) / rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await delay(wait);
    void post(Math.max(dueAt, startedAt));
  }
}

function send(agent: Agent, subject: Subject, n: number): Promise<string> {
  const body = subject.body(n);
  const headers = {
    ...subject.headers,
    'content-length': Buffer.byteLength(body),
    'idempotency-key': `bench-${process.pid}-${n}`,
  };
  return new Promise((done, fail) => {
    const sent = request(subject.url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) done(text);
        else fail(new Error(`POST answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
      response.on('error', fail);
    });
    sent.on('error', fail);
    sent.end(body);
  });
}
