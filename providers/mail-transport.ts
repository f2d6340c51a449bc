/**
 * The way of the mail package's client (axios) to the network: one POST over kept connections. axios' own way adds streams,
 * redirects, proxies and progress, which cost as much as the request. Failures look as axios' own do.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { createKeptPost } from './kept-post.ts';

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

export function createMailTransport(): MailTransport {
  const { post, close } = createKeptPost();
  return {
    async adapter(config) {
      const { baseURL, url, headers, data: body, timeout: timeoutMs } = config;
      const request = { url: `${baseURL.replace(/\/+$/, '')}${url}`, headers, body, timeoutMs };
      const answer = await post(request).catch((error: NodeJS.ErrnoException) => {
        // A host with several addresses fails with an error that has a code and no words.
        throw axiosError(error.message || `${error.code}`, { code: error.code, cause: error });
      });
      const response = { status: answer.status, headers: answer.headers, data: answer.text, config };
      if (response.status >= 200 && response.status < 300) return response;
      throw axiosError(`The provider answered ${response.status}.`, { response });
    },
    close,
  };
}

const axiosError = (message: string, facts: object) =>
  Object.assign(new Error(message), { isAxiosError: true, ...facts });
