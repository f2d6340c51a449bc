import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import sharp from 'sharp';
import { createPublicFetch, type PublicFetch } from '../../providers/public-fetch.ts';
import { createPictureHost } from './app.ts';
import { PICTURE_HEIGHT, PICTURE_WIDTH } from './paint.ts';
import { troubles } from './trouble.ts';

let server: Server;
let base: string;
let publicFetch: PublicFetch;

beforeAll(async () => {
  server = express().use(createPictureHost()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  base = `http://${host}`;
  publicFetch = createPublicFetch({ userAgent: 'Test/1', allowedPrivateHosts: [host] });
});
afterAll(async () => {
  await publicFetch.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The picture's status, or the problem of fetching it. Only a host that says nothing, or little, is given little time. */
const visit = (path: string) =>
  publicFetch
    .fetch(base + path, {
      ...{ maxBytes: 5_000_000, timeoutMs: 30_000 },
      headTimeoutMs: path.endsWith('/silent') ? 400 : 10_000,
      windowMs: path.endsWith('/slow') ? 500 : 5_000,
    })
    .then(({ status }) => status)
    .catch(({ code }: { code: string }) => code);

describe('the picture host', () => {
  it('gives the same picture for a number, and another for another', async () => {
    const read = async (path: string) => Buffer.from(await (await fetch(base + path)).arrayBuffer());
    const [one, again, two] = [
      await read('/pictures/1.jpg'),
      await read('/pictures/1.jpg'),
      await read('/pictures/2.jpg'),
    ];
    expect(one.equals(again)).toBe(true);
    expect(one.equals(two)).toBe(false);
    expect(await sharp(one).metadata()).toMatchObject({ format: 'jpeg', width: PICTURE_WIDTH, height: PICTURE_HEIGHT });
  });

  it('refuses the first visits when asked to, and counts how it is visited', async () => {
    await fetch(`${base}/pictures/statistics`, { method: 'DELETE' });
    const visits = [];
    for (let n = 0; n < 3; n++) visits.push(await visit('/pictures/7.jpg?busy=2'));
    expect(visits).toEqual([429, 429, 200]);
    expect(await (await fetch(`${base}/pictures/statistics`)).json()).toMatchObject({ requests: 3, most_at_once: 1 });
  });

  it.each(
    Object.entries({
      missing: 404,
      gone: 410,
      forbidden: 403,
      broken: 500,
      busy: 429,
      unavailable: 503,
      silent: 'fetch_timeout',
      slow: 'too_slow',
      endless: 'too_many_bytes',
      cut: 'body_incomplete',
      bomb: 'too_many_bytes',
      'to-private': 'address_not_public',
      'to-itself': 'too_many_redirects',
      'to-file': 'redirect_refused',
      'to-picture': 200,
      'wrong-type': 200,
      'picture-as-text': 200,
      svg: 200,
      empty: 200,
    }),
  )('makes the trouble %s, which the fetcher takes for %s', async (kind, expected) => {
    expect(troubles).toHaveProperty(kind);
    expect(await visit(`/pictures/trouble/${kind}`)).toBe(expected);
  });

  it('knows no other picture and no other trouble', async () => {
    expect([await visit('/pictures/one.jpg'), await visit('/pictures/trouble/toString')]).toEqual([404, 404]);
  });
});
