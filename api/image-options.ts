/** What the routes of pictures are built with. */
import type { UrlOptions } from '../db/place-images.ts';
import { makeJob } from '../queues/define-queue.ts';
import { fetchImage } from '../queues/fetch-image.ts';
import type { ImageViews } from './image-views.ts';

export interface PresignedUpload {
  url: string;
  method: string;
  headers: Record<string, string>;
  expires_at: string | Date;
}

/** What is asked here of the object storage. */
export interface ImageStorage {
  put(key: string, body: Uint8Array, options: { contentType: string }): Promise<unknown>;
  stat(key: string): Promise<{ bytes: number } | undefined>;
  url(key: string): Promise<string>;
  presignUpload(
    key: string,
    upload: { contentType: string; bytes: number; seconds: number },
  ): Promise<PresignedUpload> | PresignedUpload;
}

export interface ImageSettings {
  storage: ImageStorage;
  maxPerProduct: number;
  maxBytes: number;
  /** Formats that are taken: of `jpeg`, `png`, `webp`, `avif`, `gif`. */
  inputFormats: readonly string[];
  /** Of the present settings. */
  recipe: string;
  /** Whether some formats come later than others. */
  hasLateFormats: boolean;
  /** How long a presigned upload may take. */
  uploadSeconds: number;
  /** Throws a 503 problem while more pictures wait than are taken on. */
  assertCapacity: () => void;
}

export interface ImageOptions extends ImageSettings {
  views: ImageViews;
}

/** Whoever adds no picture is not told that too many wait. */
export const urlOptions = (
  { maxPerProduct, assertCapacity }: Pick<ImageSettings, 'maxPerProduct' | 'assertCapacity'>,
  actor: string,
): UrlOptions => ({
  maxPerProduct,
  actor,
  fetchJob(imageId) {
    assertCapacity();
    return makeJob(fetchImage, { image_id: imageId });
  },
});
