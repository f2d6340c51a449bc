/** A server of somebody else's, in the clear and by TLS, for what is sent to addresses that strangers give. */
import { readFileSync } from 'node:fs';
import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

const tls = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Stranger {
  /** `host:port` of both, as they may be allowed. */
  hosts(name: string): string[];
  plain(path: string, name?: string): string;
  secure(path: string, name?: string): string;
  /** To be trusted for `secure`. */
  ca: string;
  received: Received[];
  /** How it answers from here on. */
  answer: (res: ServerResponse, request: Received) => void;
  close(): Promise<void>;
}

export async function startStranger(): Promise<Stranger> {
  const listener: http.RequestListener = async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const received = { method: req.method!, path: req.url!, headers: req.headers, body: Buffer.concat(chunks) };
    stranger.received.push(received);
    stranger.answer(res, received);
  };
  const servers = [http.createServer(listener), https.createServer({ key: tls('key'), cert: tls('cert') }, listener)];
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [plain, secure] = servers.map((server) => (server.address() as AddressInfo).port);
  const stranger: Stranger = {
    hosts: (name) => [`${name}:${plain}`, `${name}:${secure}`],
    plain: (path, name = 'other.test') => `http://${name}:${plain}${path}`,
    secure: (path, name = 'other.test') => `https://${name}:${secure}${path}`,
    ca: tls('cert').toString(),
    received: [],
    answer: (res) => res.end(),
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  return stranger;
}
