/** POSTs over kept connections: no redirects, no proxies, one deadline for the whole exchange. */
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

export interface PostRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}

export interface PostAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface KeptPost {
  /** Resolves with whatever is answered; rejects, with a `code`, when nothing is or not in time. */
  post(request: PostRequest): Promise<PostAnswer>;
  /** Closes idle connections. */
  close(): void;
}

// An idle socket goes before common servers drop it (5 s), or a send would meet a reset and end as unknown.
const KEPT = { keepAlive: true, maxSockets: 64, timeout: 4_000 };

export function createKeptPost(): KeptPost {
  const [http, https] = [new HttpAgent(KEPT), new HttpsAgent(KEPT)];
  return {
    post: (request) => send(request, http, https),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function send({ url, headers, body, timeoutMs }: PostRequest, http: HttpAgent, https: HttpsAgent): Promise<PostAnswer> {
  const options = { method: 'POST', headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } };
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? requestHttps(url, { ...options, agent: https })
      : requestHttp(url, { ...options, agent: http });
    // For the whole exchange: a server that drips its answer is late all the same.
    const deadline = setTimeout(() => request.destroy(timeoutError(timeoutMs)), timeoutMs);
    request.on('close', () => clearTimeout(deadline));
    request.on('error', reject);
    request.on('response', (response) =>
      readText(response).then((text) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      }, reject),
    );
    request.end(body);
  });
}

const timeoutError = (ms: number) => Object.assign(new Error(`no answer in ${ms} ms`), { code: 'ECONNABORTED' });

function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => response.on('end', () => resolve(text)).on('error', reject));
}
