/**
 * How each method of the SDK reaches the API. Attempts of one call share one Idempotency-Key, so that a repetition after a
 * lost answer has no second effect; what can't be repeated safely is only repeated when the API took nothing (429).
 */
import { errorOf, StockroomError } from './errors.ts';
import { type EventStreamOptions, followStream, type ServerEvent } from './event-stream.ts';
import { createList, type List } from './list.ts';
import { delayMs, pause } from './pause.ts';

export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export interface RequestOptions {
  signal?: AbortSignal | undefined;
  /** Attempts after the first. */
  maxRetries?: number | undefined;
  /** For one attempt, until its answer is read. `waitSeconds` comes on top. */
  timeoutMs?: number | undefined;
}

/** A body that is not JSON. A stream is sent once: a failed attempt with one is not repeated. */
export interface RawBody<Type extends string> {
  contentType: Type;
  content: NonNullable<RequestInit['body']>;
}

export interface Request {
  method: string;
  path: string;
  body?: unknown;
  query?: object;
  /** A text that is wanted instead of JSON. */
  format?: string;
  /** The headers that this operation takes from the options. */
  headers?: string[];
}

/** Headers beside RequestOptions, by the name in camel case: `orderToken`, `ifMatch`, `idempotencyKey`, `waitSeconds`. */
type Options = RequestOptions & { idempotencyKey?: string | undefined; waitSeconds?: number | undefined };

export interface CallOptions {
  baseUrl: string;
  apiKey: string;
  fetch: FetchLike;
  maxRetries: number;
  timeoutMs: number;
}

export type Call = ReturnType<typeof createCall>;

/** What no caller wants to wait for inside one call; the error tells for how long the API wants to be left alone. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

export function createCall(client: CallOptions) {
  const read = async <T>(request: Request, options: Options, reader: (response: Response) => Promise<T>) => {
    const init = { method: request.method, ...bodyOf(request.body) };
    const headers = headersOf(client, request, options, init.type);
    const maxRetries = options.maxRetries ?? client.maxRetries;
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(client, request, { headers, init, options }, reader);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof StockroomError) || attempt >= maxRetries || !isRepeatable(error, init, headers))
          throw error;
        await pause(delayMs(attempt, error.retryAfterSeconds), options.signal);
      }
    }
  };
  const json = <T>(request: Request, options: Options): Promise<T> =>
    read(request, options, async (response) => JSON.parse(await response.text()) as T);

  return {
    json,
    text: (request: Request, options: Options): Promise<string> =>
      read(request, options, (response) => response.text()),
    /** The response as it is, its body to be read within the time-out. */
    raw: (request: Request, options: Options): Promise<Response> =>
      read(request, options, async (response) => response),
    nothing: (request: Request, options: Options): Promise<void> =>
      read(request, options, async (response) => void (await response.body?.cancel())),
    list: <Page extends { data: Item[]; next_cursor: string | null }, Item>(
      request: Request,
      options: Options,
    ): List<Page, Item> =>
      createList((cursor) =>
        json<Page>({ ...request, query: { ...request.query, ...(cursor && { cursor }) } }, options),
      ),
    stream: (request: Request, options: EventStreamOptions): AsyncGenerator<ServerEvent, void> =>
      followStream((headers, signal) => {
        const all = { ...headersOf(client, request, options, undefined), Accept: 'text/event-stream', ...headers };
        return client.fetch(urlOf(client, request), {
          method: request.method,
          headers: all,
          signal,
          cache: 'no-store',
        });
      }, options),
  };
}

interface Attempt {
  headers: Record<string, string>;
  init: { method: string; body?: RequestInit['body'] };
  options: Options;
}

async function once<T>(
  client: CallOptions,
  request: Request,
  { headers, init, options }: Attempt,
  reader: (response: Response) => Promise<T>,
): Promise<T> {
  const tooLong = AbortSignal.timeout((options.timeoutMs ?? client.timeoutMs) + (options.waitSeconds ?? 0) * 1_000);
  const signal = options.signal ? AbortSignal.any([options.signal, tooLong]) : tooLong;
  try {
    const { method, body } = init;
    const response = await client.fetch(urlOf(client, request), { method, headers, signal, ...(body ? { body } : {}) });
    if (!response.ok) throw await errorOf(response);
    return await reader(response);
  } catch (error) {
    if (error instanceof StockroomError || options.signal?.aborted) throw error;
    throw unanswered(error, tooLong.aborted);
  }
}

function unanswered(cause: unknown, isTimeout: boolean): StockroomError {
  const about = { status: 0, retryable: true, cause };
  if (cause instanceof SyntaxError) {
    return new StockroomError({
      ...about,
      code: 'malformed_answer',
      detail: 'The answer is not JSON.',
      retryable: false,
    });
  }
  if (isTimeout) return new StockroomError({ ...about, code: 'timeout', detail: 'The answer took too long.' });
  return new StockroomError({ ...about, code: 'network_error', detail: 'The API could not be reached.' });
}

function isRepeatable(error: StockroomError, { method, body }: Attempt['init'], headers: Attempt['headers']): boolean {
  if (!error.retryable || (error.retryAfterSeconds ?? 0) > LONGEST_RETRY_AFTER_SECONDS) return false;
  if (body instanceof ReadableStream) return false;
  return method !== 'POST' || 'Idempotency-Key' in headers || error.status === 429;
}

/** One part of a path. An empty one or dots would lead to another resource than the one that is meant. */
export function segment(value: string): string {
  if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) {
    throw new TypeError(`An id is a text that is not empty, not ${JSON.stringify(value)}.`);
  }
  return encodeURIComponent(value);
}

function urlOf({ baseUrl }: CallOptions, { path, query = {}, format }: Request): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, format })) {
    if (value !== undefined) parameters.append(name, String(value));
  }
  return `${baseUrl.replace(/\/+$/, '')}${path}${parameters.size > 0 ? `?${parameters}` : ''}`;
}

function headersOf(client: CallOptions, request: Request, options: Options, contentType: string | undefined) {
  const headers: Record<string, string> = { Authorization: `Bearer ${client.apiKey}` };
  if (contentType) headers['Content-Type'] = contentType;
  for (const name of request.headers ?? []) {
    const value = headerValue(name, options);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

function headerValue(name: string, options: Options): string | undefined {
  if (name === 'Prefer') return options.waitSeconds === undefined ? undefined : `wait=${options.waitSeconds}`;
  if (name === 'Idempotency-Key') return options.idempotencyKey ?? crypto.randomUUID();
  const option = name.toLowerCase().replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (options as Record<string, string | undefined>)[option];
}

function bodyOf(body: unknown): { body?: RequestInit['body']; type?: string } {
  if (body === undefined) return {};
  if (body instanceof FormData) return { body };
  if (isRaw(body)) return { body: body.content, type: body.contentType };
  return { body: JSON.stringify(body), type: 'application/json' };
}

const isRaw = (body: unknown): body is RawBody<string> =>
  body !== null && typeof body === 'object' && 'contentType' in body && 'content' in body;
