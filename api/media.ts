/**
 * /media: variants of pictures, for everybody. Where the storage is a local disk they are served from it, else from the bucket or
 * its CDN; sizes on demand begin here in both cases. Nothing but variants can be reached: an address names a hash and a file name
 * of ours, and only of those a key is made.
 */
import type { Request } from 'express';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { EXTENSIONS, variantsOf } from '../domain/picture-keys.ts';
import type { OnDemandAddresses } from '../providers/object-storage/on-demand-addresses.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { createVariantWaiter } from './await-variant.ts';
import { Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { serveFile } from './serve-file.ts';
import { type UploadContext, uploadRoute } from './uploads.ts';

export interface MediaSettings extends UploadContext {
  storage: Pick<ObjectStorage, 'folder' | 'put' | 'url'>;
  onDemand: Pick<OnDemandAddresses, 'read'>;
  /** Of the present settings. */
  recipe: string;
  /** How long a request for a size on demand waits for it. */
  waitMs: number;
}

export interface MediaContext {
  db: Database;
  media: MediaSettings;
}

/** A page shows dozens of pictures at once, and each is a file and nothing more. */
export const isMedia = (req: Request): boolean => req.path.startsWith('/media/');

const HASH = /^[0-9a-f]{64}$/;
const FILE = /^\d{1,4}(?:x\d{1,4})?\.[0-9a-f]{8}\.(avif|webp|jpg)$/;
const FORMAT_OF = Object.fromEntries(Object.entries(EXTENSIONS).map(([format, extension]) => [extension, format]));

export const mediaRoutes = (context: MediaContext): Route[] => [
  variant(context),
  onDemand(context),
  uploadRoute(context),
];

// Any text is taken here and judged by the handler: what is no picture is not found, however it is written.
const pathOf = (form: RegExp) => z.string().meta({ description: `Form: ${form.source}` });

const variant = ({ media }: MediaContext) =>
  defineRoute({
    method: 'get',
    path: '/media/{sha256}/{file}',
    tag: 'Media',
    summary: 'Get a variant of a picture',
    description:
      'When the storage is a local disk. A variant never changes under its address, so it may be cached for ever. Takes ranges and If-None-Match.',
    scope: 'open',
    params: z.object({ sha256: pathOf(HASH), file: pathOf(FILE) }),
    responses: {
      200: { description: 'The picture', schema: z.string(), mediaType: 'image/*' },
      206: { description: 'The part that was asked for', schema: z.string(), mediaType: 'image/*' },
      304: { description: 'The picture is as you have it' },
    },
    async handle({ params: { sha256, file }, req, res }) {
      const extension = FILE.exec(file)?.[1];
      if (!media.storage.folder || !extension || !HASH.test(sha256)) throw noPicture();
      const found = await serveFile(
        req,
        res,
        media.storage.folder,
        variantsOf(sha256) + file,
        `image/${FORMAT_OF[extension]}`,
      );
      if (!found) throw noPicture();
      return undefined;
    },
  });

/** The least that a signed address is good for (see STOCKROOM_MEDIA_SIGNED_SECONDS). */
const REDIRECT_SECONDS = 300;
const RETRY_AFTER_SECONDS = 5;

const onDemand = ({ db, media }: MediaContext) => {
  const awaitVariant = createVariantWaiter(db);
  return defineRoute({
    method: 'get',
    path: '/media/on-demand/{sha256}/{file}',
    tag: 'Media',
    summary: 'Get a size that is not made for every picture',
    description:
      'At the addresses that an image lists under `on_demand`. The variant is made when it is asked for the first time, which the request waits for; after ten seconds it is 503 with Retry-After.',
    scope: 'open',
    params: z.object({ sha256: pathOf(HASH), file: pathOf(/^\d+(?:x\d+)?\.(?:avif|webp|jpg)$/) }),
    query: z.object({ signature: z.string().optional() }),
    responses: { 302: { description: 'Where the picture is' } },
    async handle({ params: { sha256, file }, query }) {
      if (!HASH.test(sha256)) throw noPicture();
      const wish = media.onDemand.read(sha256, file, query.signature);
      if (!wish) throw notOffered();
      const made = await awaitVariant({ ...wish, sha256, recipe: media.recipe }, media.waitMs);
      if (made.kind === 'unknown') throw noPicture();
      if (made.kind === 'later') throw notYet();
      const headers = {
        Location: await media.storage.url(made.key),
        'Cache-Control': `public, max-age=${REDIRECT_SECONDS}`,
      };
      return { status: 302, headers };
    },
  });
};

const noPicture = () =>
  new Problem({ status: 404, code: 'picture_not_found', detail: 'There is no picture at this address.' });

const notOffered = () =>
  new Problem({
    status: 403,
    code: 'signature_invalid',
    detail:
      'The address is not signed by this shop, or names a size that is not offered any more: read the image again.',
  });

const notYet = () =>
  new Problem({
    status: 503,
    code: 'picture_not_made_yet',
    detail: 'The picture is being made in this size.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
