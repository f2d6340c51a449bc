import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createPost, type Post } from './post.ts';

let server: Server;
let post: Post;

afterEach(() => {
  post.close();
  server.closeAllConnections();
  server.close();
});

async function serve(answer: (res: ServerResponse, socket: Socket) => void): Promise<string> {
  server = createServer((req, res) => {
    req.resume();
    req.on('end', () => answer(res, req.socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const send = (url: string) =>
  new Promise<[number | null, string | null]>((resolve) => {
    post.send(url, '{}', { 'Content-Type': 'application/json' }, (status, error) => resolve([status, error]));
  });

describe('posting an event', () => {
  it('tries a fresh connection when an idle one breaks as it is used again', async () => {
    const used = new Set<Socket>();
    const url = await serve((res, socket) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else res.end();
      used.add(socket);
    });
    post = createPost(1000, 1);
    for (let i = 0; i < 4; i += 1) expect(await send(url)).toEqual([200, null]);
    expect(used.size).toBe(4);
  });

  it('tells a late answer (0) from nobody there (null)', async () => {
    const url = await serve(() => undefined);
    post = createPost(50, 1);
    expect(await send(url)).toEqual([0, 'no answer within 50 ms']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await send(url))[0]).toBeNull();
  });
});
