/** Pictures by address, from the request to the end: everything started for real, the host played by the sandbox. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SpawnedNode } from './support/spawn-node.ts';
import { choosePlace, type RuntimeFile, readRuntime, type StartPlace, startSystem } from './support/started-system.ts';
import { waitFor } from './support/wait-for.ts';

let place: StartPlace;
let system: SpawnedNode;
let runtime: RuntimeFile;

beforeAll(async () => {
  place = await choosePlace();
  const quick = {
    STOCKROOM_JOB_ATTEMPTS: '2',
    STOCKROOM_JOB_BACKOFF_SECONDS: '0.2',
    STOCKROOM_IMAGE_FETCH_SECONDS: '6',
  };
  system = await startSystem(place, { ...quick, STOCKROOM_IMAGE_FETCHES_PER_HOST: '20' });
  runtime = readRuntime(place);
}, 120_000);
afterAll(async () => {
  await system?.kill('SIGINT');
  place?.remove();
}, 30_000);

interface Image {
  source_url: string | null;
  status: string;
  problem: { code: string; message: string } | null;
  sources: { type: string; srcset: string }[];
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(runtime.api_url + path, {
    method,
    headers: { Authorization: `Bearer ${runtime.secret_key}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect([path, response.status]).toEqual([path, expect.any(Number)]);
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Gives a new product these pictures; what became of each, once none is on its way. */
async function becomes(slug: string, urls: readonly string[]): Promise<Map<string, Image>> {
  await call('POST', '/v1/products', { slug, name: slug, variants: [{ sku: slug }] });
  await call('POST', `/v1/products/${slug}/images`, { images: urls.map((url) => ({ url })) });
  const settled = await waitFor(
    async () => {
      const { data } = await call<{ data: Image[] }>('GET', `/v1/products/${slug}/images`);
      return data.length === urls.length && data.every(({ status }) => status !== 'queued') && data;
    },
    { timeoutMs: 120_000 },
  );
  return new Map(settled.map((image) => [image.source_url!, image]));
}

const ends = (images: Map<string, Image>) =>
  Object.fromEntries(
    [...images].map(([url, { status, problem }]) => [
      url.split('/pictures/')[1] ?? url,
      problem ? `${status}: ${problem.code}` : status,
    ]),
  );

describe('pictures by address', () => {
  it('are fetched, also after a redirect, and after the host asked for patience', async () => {
    const host = `${runtime.sandbox_url}/pictures`;
    const images = await becomes('fetched', [
      ...[`${host}/1.jpg`, `${host}/2.jpg?busy=2`, `${host}/trouble/to-picture`, `${host}/trouble/picture-as-text`],
    ]);
    expect(ends(images)).toEqual({
      '1.jpg': 'ready',
      '2.jpg?busy=2': 'ready',
      'trouble/to-picture': 'ready',
      'trouble/picture-as-text': 'ready',
    });
    const [{ srcset }] = images.get(`${host}/1.jpg`)!.sources as unknown as [{ srcset: string }];
    const address = srcset.split(' ')[0]!;
    const variant = await fetch(new URL(address, runtime.api_url));
    expect(variant.headers.get('content-type')).toMatch(/^image\//);
  }, 150_000);

  it('that are not to be had say why', async () => {
    const trouble = (kind: string) => `${runtime.sandbox_url}/pictures/trouble/${kind}`;
    const kinds = [
      'missing',
      'forbidden',
      'endless',
      'bomb',
      'to-private',
      'to-itself',
      'to-file',
      'wrong-type',
      'svg',
      'empty',
    ];
    expect(ends(await becomes('rejected', kinds.map(trouble)))).toEqual({
      'trouble/missing': 'rejected: http_status',
      'trouble/forbidden': 'rejected: http_status',
      'trouble/endless': 'rejected: too_many_bytes',
      'trouble/bomb': 'rejected: too_many_bytes',
      'trouble/to-private': 'rejected: address_not_public',
      'trouble/to-itself': 'rejected: too_many_redirects',
      'trouble/to-file': 'rejected: redirect_refused',
      'trouble/wrong-type': expect.stringMatching(/^rejected: (unsupported_format|not_an_image)$/),
      'trouble/svg': expect.stringMatching(/^rejected: (unsupported_format|not_an_image)$/),
      'trouble/empty': 'rejected: empty',
    });
  }, 150_000);

  it('of hosts that fail for now are tried again, and then have failed', async () => {
    const trouble = (kind: string) => `${runtime.sandbox_url}/pictures/trouble/${kind}`;
    expect(ends(await becomes('failed', ['broken', 'cut', 'silent', 'slow'].map(trouble)))).toEqual({
      'trouble/broken': 'failed: http_status',
      'trouble/cut': 'failed: body_incomplete',
      'trouble/silent': 'failed: fetch_timeout',
      'trouble/slow': 'failed: too_slow',
    });
  }, 150_000);

  it('inside our own network are refused, however they are written', async () => {
    const { port } = new URL(runtime.api_url);
    const urls = [
      ...[`http://127.0.0.1:${port}/health/ready`, `http://2130706433:${port}/`, `http://0x7f.1:${port}/`],
      ...[`http://localhost:${port}/`, `http://[::1]:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`],
      ...['http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/', 'http://192.168.1.1/'],
    ];
    const images = await becomes('inside', [...new Set(urls.map((url) => new URL(url).href))]);
    for (const { status, problem } of images.values())
      expect([status, problem?.code]).toEqual(['rejected', 'address_not_public']);
  }, 60_000);
});
