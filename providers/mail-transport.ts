/**
 * The way of the mail package's client (axios) to the network: one POST over kept connections. axios' own way adds streams,
 * redirects, proxies and progress, which cost as much as the request. Failures look as axios' own do.
 */
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/** What axios hands to an adapter, as far as it matters here (https://axios-http.com/docs/req_config). */
interface AxiosRequest {
  baseURL: string;
  url: string;
  headers: Record<string, string>;
  /** The body as text: axios has made it of the object. */
  data: string;
  timeout: number;
}

interface AxiosResponse {
  status: number;
  headers: IncomingHttpHeaders;
  data: string;
  config: AxiosRequest;
}

export interface MailTransport {
  /** For axios' `adapter`: resolves with a 2xx, rejects with all else. No redirect is followed: it would carry the key elsewhere. */
  adapter(request: AxiosRequest): Promise<AxiosResponse>;
  /** Closes idle connections. */
  close(): void;
}

// An idle socket goes before common servers drop it (5 s), or a send would meet a reset and end as unknown.
const KEPT = { keepAlive: true, maxSockets: 64, timeout: 4_000 };

export function createMailTransport(): MailTransport {
  const [http, https] = [new HttpAgent(KEPT), new HttpsAgent(KEPT)];
  return {
    async adapter(request) {
      const response = await post(request, http, https).catch((error: NodeJS.ErrnoException) => {
        // A host with several addresses fails with an error that has a code and no words.
        throw axiosError(error.message || `${error.code}`, { code: error.code, cause: error });
      });
      if (response.status >= 200 && response.status < 300) return response;
      throw axiosError(`The provider answered ${response.status}.`, { response });
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

const axiosError = (message: string, facts: object) =>
  Object.assign(new Error(message), { isAxiosError: true, ...facts });

function post(config: AxiosRequest, http: HttpAgent, https: HttpsAgent): Promise<AxiosResponse> {
  const { baseURL, url, data, timeout } = config;
  const target = `${baseURL.replace(/\/+$/, '')}${url}`;
  const headers = { ...config.headers, 'Content-Length': Buffer.byteLength(data) };
  return new Promise((resolve, reject) => {
    const request = target.startsWith('https:')
      ? requestHttps(target, { method: 'POST', agent: https, headers })
      : requestHttp(target, { method: 'POST', agent: http, headers });
    // For the whole exchange: a server that drips its answer is late all the same.
    const deadline = setTimeout(() => request.destroy(timeoutError(timeout)), timeout);
    request.on('close', () => clearTimeout(deadline));
    request.on('error', reject);
    request.on('response', (response) =>
      readText(response).then((text) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, data: text, config });
      }, reject),
    );
    request.end(data);
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
