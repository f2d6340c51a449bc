/** Object storage in memory, and what the API is built with around it. */
import type { ImageSettings, ImageStorage } from '../../api/image-options.ts';
import type { KeptPriceOptions } from '../../api/kept-prices.ts';
import type { MediaSettings } from '../../api/media.ts';
import { ObjectMissingError } from '../../providers/object-storage.ts';

export interface FakeStorage extends ImageStorage {
  objects: Map<string, { bytes: Uint8Array; contentType: string }>;
  puts: number;
}

export function createFakeStorage(): FakeStorage {
  const objects: FakeStorage['objects'] = new Map();
  const storage: FakeStorage = {
    objects,
    puts: 0,
    async put(key, body, { contentType }) {
      storage.puts++;
      objects.set(key, { bytes: Uint8Array.from(body), contentType });
    },
    async stat(key) {
      const found = objects.get(key);
      return found && { bytes: found.bytes.length };
    },
    url: async (key) => `http://media.test/${key.replace('variants/', '')}`,
    presignUpload: (key, { contentType, seconds }) => ({
      url: `http://storage.test/${key}`,
      method: 'PUT',
      headers: { 'Content-Type': contentType },
      expires_at: new Date(Date.now() + seconds * 1_000).toISOString(),
    }),
  };
  return storage;
}

export const imageSettings = (storage: ImageStorage = createFakeStorage()): ImageSettings => ({
  storage,
  maxPerProduct: 10,
  maxBytes: 100_000,
  inputFormats: ['jpeg', 'png'],
  recipe: 'cafe0001',
  hasLateFormats: true,
  uploadSeconds: 900,
  assertCapacity: () => {},
});

/** Nothing is served, offered or taken. */
export const mediaSettings = (): MediaSettings => ({
  storage: { folder: undefined, put: async () => {}, url: createFakeStorage().url },
  onDemand: { read: () => undefined },
  uploads: undefined,
  recipe: 'cafe0001',
  waitMs: 0,
});

/** Saved pages by their keys. */
export function priceSettings(
  pages: ReadonlyMap<string, Uint8Array> = new Map(),
): Omit<KeptPriceOptions, 'linkSecret'> {
  return {
    storage: {
      async read(key) {
        const bytes = pages.get(key);
        if (!bytes) throw new ObjectMissingError(key);
        return bytes;
      },
      async stat(key) {
        const bytes = pages.get(key);
        return bytes && { bytes: bytes.length, modifiedAt: new Date() };
      },
    },
    taxPercent: 0,
    shopName: 'Test shop',
    locale: 'en',
  };
}
