/** A small HTTP client for load: connections are kept, answers are JSON, and each call says how long it took. */
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Answer<T> {
  status: number;
  headers: IncomingHttpHeaders;
  body: T;
  /** From the first byte sent to the last byte read. */
  ms: number;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** A string goes out as it is, with the `content-type` of the headers; anything else as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
}

export interface HttpClient {
  /** Rejects when there is no answer; any status is an answer. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** An answer that is read while it comes. Rejects when its status is not 200. */
  stream(path: string, options?: CallOptions): Promise<IncomingMessage>;
  close(): void;
}

const TIMEOUT_MS = 30_000;

export function createHttpClient(baseUrl: string, maxSockets = 512): HttpClient {
  const secure = baseUrl.startsWith('https:');
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets });
  const request = secure ? httpsRequest : httpRequest;
  const root = baseUrl.replace(/\/+$/, '');

  function open(method: string, path: string, { headers = {}, body, signal }: CallOptions, timeoutMs: number) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const json = body !== undefined && typeof body !== 'string';
      const sent = json ? JSON.stringify(body) : (body as string | undefined);
      const outgoing = request(`${root}${path}`, {
        method,
        agent,
        headers: {
          ...(json ? { 'content-type': 'application/json' } : {}),
          ...(sent === undefined ? {} : { 'content-length': String(Buffer.byteLength(sent)) }),
          ...headers,
        },
        ...(signal ? { signal } : {}),
      });
      outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.end(sent);
    });
  }

  return {
    async call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
      const start = performance.now();
      const incoming = await open(method, path, options, TIMEOUT_MS);
      const answer = await text(incoming);
      const ms = performance.now() - start;
      const isJson = /[/+]json/.test(incoming.headers['content-type'] ?? '');
      const body = (isJson && answer !== '' ? JSON.parse(answer) : answer) as T;
      return { status: incoming.statusCode ?? 0, headers: incoming.headers, body, ms };
    },
    async stream(path, options = {}) {
      const incoming = await open('GET', path, options, TIMEOUT_MS);
      if (incoming.statusCode === 200) return incoming;
      throw new Error(`GET ${path}: ${incoming.statusCode} ${(await text(incoming)).slice(0, 300)}`);
    },
    close: () => agent.destroy(),
  };
}
