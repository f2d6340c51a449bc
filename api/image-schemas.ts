/** What product images look like, coming in and going out. */
import { z } from 'zod';
import { IMAGE_STATUSES } from '../db/product-images.ts';
import { text } from './schemas.ts';

export const imageAlt = text(300)
  .or(z.literal(''))
  .meta({ description: 'What the picture shows, for who cannot see it' });
export const imagePosition = z
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ description: 'It stands before what has this position by then; default: last' });
const primary = z.boolean().meta({ description: 'The one to show first; default: the first that is ready' });

/** Written in one way, so that the same address is known again; the job that fetches it judges where it leads. */
export const imageUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .max(2000)
  .transform((url) => new URL(url).href)
  .refine((url) => url.length <= 2000, 'takes at most 2000 characters')
  .refine((url) => !/^\w+:\/\/[^/]*@/.test(url), 'must not hold a user name or password')
  .meta({ description: 'http or https, without credentials' });

const place = { alt: imageAlt.optional(), position: imagePosition.optional(), primary: primary.optional() };

export const imagesByUrl = z
  .strictObject({
    images: z
      .array(z.strictObject({ url: imageUrl, ...place }))
      .min(1)
      .max(100),
  })
  .meta({ id: 'ImagesByUrl' });

const file = z.string().meta({ format: 'binary' });
export const imageForm = z
  .object({
    alt: z.string().max(300).optional(),
    position: z.string().optional(),
    primary: z.enum(['true', 'false']).optional(),
    files: z
      .array(file)
      .meta({ description: 'alt, position and primary are said before the file that they belong to' }),
  })
  .meta({ id: 'ImageForm' });

export const uploadsInput = z
  .strictObject({
    images: z
      .array(
        z.strictObject({
          content_type: z.enum(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/gif']),
          bytes: z.int().min(1).meta({ description: 'Exactly as many are then uploaded' }),
          ...place,
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: 'ImageUploadsInput' });

export const imagePatch = z
  .strictObject(place)
  .refine((patch) => Object.keys(patch).length > 0, 'names nothing to change')
  .meta({ id: 'ImagePatch' });

export const imageOrder = z
  .strictObject({
    images: z
      .array(z.uuid())
      .max(500)
      .refine((ids) => new Set(ids).size === ids.length, 'names an image twice')
      .meta({ description: "Ids of all the product's images, in their new order" }),
  })
  .meta({ id: 'ImageOrder' });

const problem = z.object({ code: z.string(), message: z.string() });
const status = z.enum(IMAGE_STATUSES);

/** What became of one file or address. */
export const addedImages = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid().optional().meta({ description: 'Missing when the file was refused at the door' }),
        file: z.string().optional(),
        url: z.string().optional(),
        status,
        problem: problem.optional(),
      }),
    ),
  })
  .meta({ id: 'AddedImages' });

export const uploadsView = z
  .object({
    data: z.array(
      z.object({
        id: z.uuid(),
        status,
        upload: z.object({
          url: z.string(),
          method: z.string(),
          headers: z.record(z.string(), z.string()),
          expires_at: z.iso.datetime(),
        }),
      }),
    ),
  })
  .meta({ id: 'ImageUploads' });

const source = z.object({ type: z.string(), srcset: z.string() });

export const imageView = z
  .object({
    id: z.uuid(),
    product_id: z.uuid(),
    status,
    alt: z.string(),
    primary: z.boolean(),
    position: z.int(),
    src: z.string().nullable().meta({ description: 'For browsers that know none of the sources' }),
    width: z.int().nullable().meta({ description: 'Of the picture itself, upright' }),
    height: z.int().nullable(),
    thumbhash: z.string().nullable().meta({ description: 'Base64; see https://evanw.github.io/thumbhash/' }),
    dominant_color: z.string().nullable().meta({ example: '#a1b2c3' }),
    sources: z
      .array(source.extend({ sizes: z.string() }))
      .meta({ description: 'For <picture>, the best format first; set `sizes` to what fits your page' }),
    thumbnails: z.array(
      z.object({ preset: z.string(), width: z.int(), height: z.int(), src: z.string(), sources: z.array(source) }),
    ),
    on_demand: z
      .array(z.object({ preset: z.string(), type: z.string(), url: z.string() }))
      .meta({ description: 'More sizes, made when first asked for' }),
    version: z.int(),
    source: z
      .enum(['upload', 'url', 'presigned'])
      .optional()
      .meta({ description: 'This and what follows: secret keys only' }),
    source_url: z.string().nullable().optional(),
    problem: problem.nullable().optional().meta({ description: 'Why it was rejected or has failed' }),
    sha256: z.string().nullable().optional().meta({ description: 'Of the original bytes' }),
    bytes: z.int().nullable().optional(),
    format: z.string().nullable().optional(),
    expires_at: z.iso.datetime().nullable().optional(),
    looks_like: z
      .array(z.uuid())
      .optional()
      .meta({ description: 'Images of the same product that show the same; for all products see its duplicates' }),
    created_at: z.iso.datetime().optional(),
    updated_at: z.iso.datetime().optional(),
  })
  .meta({ id: 'Image' });

export const duplicatesView = z
  .object({
    data: z.array(
      z.object({
        distance: z.int().meta({ description: 'How many of 64 bits differ' }),
        same_bytes: z.boolean().meta({ description: 'The very same file' }),
        image: imageView,
      }),
    ),
  })
  .meta({ id: 'ImageDuplicates' });

const count = z.int();
export const progressView = z
  .object({
    awaiting_upload: count,
    queued: count,
    ready: count,
    rejected: count,
    failed: count,
    pictures: z.object({
      total: count.meta({ description: 'Contents; product images may share one' }),
      current: count.meta({ description: 'Ready as the present settings have it' }),
      outdated: count.meta({ description: 'Ready as earlier settings had it: what a rebuild is for' }),
      late: count.meta({ description: 'Of the current ones, those whose late formats are still to come' }),
    }),
    recipe: z.string(),
  })
  .meta({ id: 'ImageProgress' });
