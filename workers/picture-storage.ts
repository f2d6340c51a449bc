/** What the processors of pictures ask of the storage. */
export interface StoredObject {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

export interface PictureStorage {
  put(key: string, body: Uint8Array, options: { contentType: string }): Promise<unknown>;
  read(key: string, options?: { atMost?: number }): Promise<Uint8Array>;
  stat(key: string): Promise<{ bytes: number; modifiedAt: Date } | undefined>;
  remove(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<StoredObject>;
}

export const isMissing = (error: unknown): boolean => (error as Error | undefined)?.name === 'ObjectMissingError';
