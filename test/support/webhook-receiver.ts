/** A server that takes webhooks and answers as the test wants. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
}

export interface WebhookReceiver {
  url: string;
  host: string;
  received: ReceivedWebhook[];
  /** By path, without which it is 204. Once the request is read; `hang` never answers. */
  answers: Map<string, number | 'hang' | ((res: ServerResponse) => void)>;
  of(path: string): ReceivedWebhook[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const answers: WebhookReceiver['answers'] = new Map();
  const server = createServer(async (req, res) => {
    const path = req.url ?? '';
    const body = await read(req);
    received.push({ path, headers: req.headers as Record<string, string>, body, at: performance.now() });
    const answer = answers.get(path) ?? 204;
    if (typeof answer === 'function') answer(res);
    else if (answer !== 'hang') res.writeHead(answer).end('as the test wants');
  });
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  return {
    url: `http://${host}`,
    host,
    received,
    answers,
    of: (path) => received.filter((each) => each.path === path),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(req: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  return body;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
