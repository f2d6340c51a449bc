/**
 * What Node's HTTP parser refuses never reaches Express: malformed request lines and headers, headers that are too
 * large, requests that take too long. They get a problem document too, and the connection ends.
 */
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface Refusal {
  status: number;
  title: string;
  code: string;
  detail: string;
}

const MALFORMED: Refusal = {
  status: 400,
  title: 'Bad Request',
  code: 'request_malformed',
  detail: 'This is no HTTP request that can be read.',
};

/** By the codes of https://nodejs.org/api/http.html#event-clienterror. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    title: 'Request Header Fields Too Large',
    code: 'headers_too_large',
    detail: 'The request line and headers together are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request Timeout',
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  },
};

const EXPECTATION: Refusal = {
  status: 417,
  title: 'Expectation Failed',
  code: 'expectation_unknown',
  detail: 'Expect takes 100-continue only.',
};

/** Answers on the bare socket what Express never sees. Returns the server. */
export function answerUnreadable(server: Server): Server {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse }) => {
    // An answer that has begun cannot be followed by another on its connection.
    if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) return socket.destroy();
    const refusal = REFUSALS[error.code ?? ''] ?? MALFORMED;
    const body = render(refusal);
    const head = Object.entries(headers(body)).map(([name, value]) => `${name}: ${value}\r\n`);
    return socket.end(`HTTP/1.1 ${refusal.status} ${refusal.title}\r\n${head.join('')}\r\n${body}`);
  });
  server.on('checkExpectation', (_req, res: ServerResponse) => {
    const body = render(EXPECTATION);
    res.writeHead(EXPECTATION.status, headers(body)).end(body);
  });
  return server;
}

const headers = (body: string) => ({
  'Content-Type': 'application/problem+json',
  'Content-Length': String(Buffer.byteLength(body)),
  Connection: 'close',
});

function render({ status, title, code, detail }: Refusal): string {
  return JSON.stringify({
    type: `urn:stockroom:problem:${code}`,
    title,
    status,
    code,
    detail,
    request_id: crypto.randomUUID(),
    retryable: status === 408,
  });
}
