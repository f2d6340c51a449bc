/**
 * POSTs to addresses that strangers name, through the guard of public-fetch.ts: public addresses only, judged where the connection
 * is made. Redirects are answers like any other and never followed; the answer's body is read a little way and then dropped.
 */
import { Agent, type Dispatcher } from 'undici';
import { parsePublicUrl } from '../domain/public-url.ts';
import { type ConnectorOptions, createPublicConnector } from './public-connector.ts';
import { unlessAborted } from './public-fetch.ts';
import { asPublicFetchError, PublicFetchError } from './public-fetch-error.ts';

export interface PublicPostOptions extends ConnectorOptions {
  /** From the first lookup to the end of what is read of the answer. */
  timeoutMs: number;
  /** Of the answer's body, the rest is dropped. */
  maxBytes: number;
}

export interface PostAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

export interface PublicPost {
  /** Any answer is returned, whatever its status. Throws {@link PublicFetchError} when there is none. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Promise<PostAnswer>;
  close(): Promise<void>;
}

export function createPublicPost(options: PublicPostOptions): PublicPost {
  const agent = new Agent({
    connect: createPublicConnector(options),
    // No bound per host: several receivers may share one, and one that hangs must not keep the others' connections.
    connections: null,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
    maxHeaderSize: 32 * 1024,
  });
  return {
    async post(address, headers, body) {
      const url = parsePublicUrl(address);
      if (!(url instanceof URL)) throw new PublicFetchError(url);
      const ended = new AbortController();
      const timer = setTimeout(() => ended.abort(new PublicFetchError('fetch_timeout', url.host)), options.timeoutMs);
      try {
        const { signal } = ended;
        const request = agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'POST',
          headers: { ...headers, 'accept-encoding': 'identity' },
          body,
          signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const answer = await unlessAborted(request, signal);
        return {
          status: answer.statusCode,
          headers: answer.headers,
          body: await readBeginning(answer, options.maxBytes),
        };
      } catch (error) {
        throw asPublicFetchError(error, url.host, false);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The status is the answer: a body that never ends or breaks off changes nothing. */
async function readBeginning({ body }: Dispatcher.ResponseData, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // What came is enough.
  } finally {
    body.on('error', () => {}).destroy();
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}
