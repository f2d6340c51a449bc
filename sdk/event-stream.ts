/**
 * Server-Sent Events by fetch, so that headers can be sent: resumes after the last event that was seen, also when a
 * connection dies without a word (the API says something every 15 seconds).
 */
import { errorOf, StockroomError } from './errors.ts';
import { parseEvents, type ServerEvent } from './parse-events.ts';
import { delayMs, pause } from './pause.ts';

export type { ServerEvent };

export interface EventStreamOptions {
  signal?: AbortSignal | undefined;
  /** A connection that is silent for so long is taken for dead. Default: 45 seconds, three of the API's heartbeats. */
  heartbeatTimeoutMs?: number | undefined;
  /** Connections in a row that brought nothing before it gives up. */
  maxRetries?: number | undefined;
}

type Connect = (headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;

const MAX_RETRIES = 10;
const HEARTBEAT_TIMEOUT_MS = 45_000;

/**
 * Every event, for as long as the caller reads. Ends without an error when the API says that there is nothing to wait
 * for (204); throws the signal's reason, what the API refuses for good, or the last failure after too many.
 */
export async function* followStream(connect: Connect, options: EventStreamOptions): AsyncGenerator<ServerEvent, void> {
  const state = { lastId: '', retryMs: 1_000, failures: 0 };
  for (;;) {
    try {
      if ((yield* readOnce(connect, options, state)) === 'over') return;
      await pause(state.retryMs, options.signal);
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = error instanceof StockroomError ? error : lost(error);
      if (!failure.retryable || ++state.failures > (options.maxRetries ?? MAX_RETRIES)) throw failure;
      await pause(delayMs(state.failures, failure.retryAfterSeconds), options.signal);
    }
  }
}

const lost = (cause: unknown) =>
  new StockroomError({ status: 0, code: 'network_error', detail: 'The stream broke.', retryable: true, cause });

const noStream = () =>
  new StockroomError({
    status: 0,
    code: 'malformed_answer',
    detail: 'The answer is no event stream.',
    retryable: false,
  });

interface State {
  lastId: string;
  retryMs: number;
  failures: number;
}

async function* readOnce(connect: Connect, options: EventStreamOptions, state: State) {
  const leave = new AbortController();
  const alarm = watch(options.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS, () => leave.abort(new Error('no heartbeat')));
  const signal = options.signal ? AbortSignal.any([options.signal, leave.signal]) : leave.signal;
  try {
    const response = await connect(state.lastId ? { 'Last-Event-ID': state.lastId } : {}, signal);
    if (response.status === 204) return 'over';
    if (!response.ok) throw await errorOf(response);
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) throw noStream();
    for await (const part of parseEvents(chunks(response.body, alarm.reset))) {
      state.failures = 0;
      if (part.retryMs !== undefined) state.retryMs = part.retryMs;
      if (part.event) {
        state.lastId = part.event.id;
        // While the caller thinks, nobody reads: that silence is not the server's.
        alarm.stop();
        yield part.event;
        alarm.reset();
      }
    }
    return 'broken';
  } finally {
    alarm.stop();
    leave.abort();
  }
}

/** Calls `ring` when nothing resets it for so long. */
function watch(ms: number, ring: () => void) {
  let timer = setTimeout(ring, ms);
  const stop = () => clearTimeout(timer);
  const reset = () => {
    stop();
    timer = setTimeout(ring, ms);
  };
  return { stop, reset };
}

/** By a reader: not every browser iterates a stream. */
async function* chunks(body: ReadableStream<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk();
    yield value;
  }
}
