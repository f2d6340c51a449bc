import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPublicFetch, type PublicFetch } from './public-fetch.ts';

describe('a name under localhost', () => {
  const server = createServer((req, res) => res.end(req.headers.host));
  let port: number;
  let fetcher: PublicFetch;
  const hearsay: string[] = [];
  const get = (host: string, at = port) =>
    fetcher.fetch(`http://${host}:${at}/`, { maxBytes: 1_000, timeoutMs: 2_000 });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    hearsay.length = 0;
    fetcher = createPublicFetch({
      userAgent: 'Test/1',
      allowedPrivateHosts: [`shop.localhost:${port}`],
      lookup: async (name) => {
        hearsay.push(name);
        return [{ address: '93.184.215.14', family: 4 }];
      },
    });
  });
  afterEach(() => fetcher.close());

  it('is this machine when it is listed with its port, and no name server is asked', async () => {
    expect(Buffer.from((await get('shop.localhost')).bytes).toString()).toBe(`shop.localhost:${port}`);
    expect((await get('SHOP.localhost')).status).toBe(200);
    expect(hearsay).toEqual([]);
  });

  it.each(['other.localhost', 'www.shop.localhost', 'shop.localhost.'])(
    'is refused when it is not: %s',
    async (host) => {
      await expect(get(host)).rejects.toMatchObject({ code: 'address_not_public' });
      expect(hearsay).toEqual([]);
    },
  );

  it('is refused at the neighbour port', async () => {
    await expect(get('shop.localhost', port + 1)).rejects.toMatchObject({ code: 'address_not_public' });
  });
});
