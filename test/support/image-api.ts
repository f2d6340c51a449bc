/** The API with storage in memory, and the little that its pictures' tests ask of it. */
import { createHash } from 'node:crypto';
import type { ImageSettings } from '../../api/image-options.ts';
import { claimPicture, type Rendering, recordRendering } from '../../db/pictures.ts';
import { startApi, type TestApi } from './api.ts';
import { createFakeStorage, type FakeStorage, imageSettings } from './fake-storage.ts';

export interface ImageApi {
  api: TestApi;
  storage: FakeStorage;
  send(method: string, path: string, body?: object | FormData, headers?: Record<string, string>): Promise<Reply>;
  /** Adds a product that is active. Returns its id. */
  makeProduct(body?: object): Promise<string>;
  imagesOf(productId: string): Promise<Reply['body']>;
  /** As if a worker had made the variants of these bytes. */
  makeReady(file: Uint8Array): Promise<string>;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts the shape of what it reads
  body: any;
}

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const rendition = { width: 40, height: 30, bytes: 5 };
export const rendering: Rendering = {
  recipe: 'cafe0001',
  width: 400,
  height: 300,
  hasAlpha: false,
  thumbhash: 'abc=',
  dominantColor: '#a1b2c3',
  perceptualHash: '0123456789abcdef',
  timings: {},
  variants: [
    { preset: '800', format: 'webp', key: 'variants/x/800.cafe0001.webp', ...rendition },
    { preset: '800', format: 'jpeg', key: 'variants/x/800.cafe0001.jpg', ...rendition },
    { preset: '200x200', format: 'jpeg', key: 'variants/x/200x200.cafe0001.jpg', ...rendition },
  ],
};

export async function startImageApi(settings: Partial<ImageSettings> = {}): Promise<ImageApi> {
  const storage = createFakeStorage();
  const api = await startApi({ images: { ...imageSettings(storage), ...settings } });
  let products = 0;

  const send: ImageApi['send'] = async (method, path, body, headers = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(api.apiUrl + path, {
      method,
      headers: {
        Authorization: `Bearer ${api.secretKey}`,
        ...(body && !isForm ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };

  return {
    api,
    storage,
    send,
    makeProduct: async (body = {}) =>
      (await send('POST', '/v1/products', { name: `P ${++products}`, status: 'active', ...body })).body.id,
    imagesOf: async (productId) => (await send('GET', `/v1/products/${productId}/images`)).body.data,
    async makeReady(file) {
      const sha256 = hashOf(file);
      await claimPicture(api.db, { sha256, bytes: file.length, format: 'png' });
      await api.db.pool.query('update pictures set stored_at = coalesce(stored_at, now()) where sha256 = $1', [sha256]);
      await api.db.transaction((tx) => recordRendering(tx, sha256, rendering));
      return sha256;
    },
  };
}
