/** Product images as a key may see them: publishable ones see what is ready, secret ones also what became of the rest, and why. */
import type { ApiKey } from '../db/api-keys.ts';
import type { PictureView, ProductImage } from '../db/product-images.ts';
import { ALIKE_DISTANCE, hammingDistance } from '../domain/perceptual-hash.ts';
import { pictureSet } from '../domain/srcset.ts';

export interface OnDemand {
  preset: string;
  type: string;
  url: string;
}

export interface ImageViewOptions {
  /** The address of what stands in storage. */
  url: (key: string) => Promise<string>;
  /** Addresses of variants that are made when first asked for. */
  onDemand?: (sha256: string) => OnDemand[];
}

export type ShownImage = Awaited<ReturnType<ReturnType<typeof createImageViews>['show']>>[number];

export interface ImageViews {
  /** The images of one product, in their order; when only some of them are to be shown, `all` are those that the product has. */
  show(
    images: readonly ProductImage[],
    key: Pick<ApiKey, 'kind'>,
    all?: readonly ProductImage[],
  ): Promise<ShownImage[]>;
}

export function createImageViews({ url, onDemand = () => [] }: ImageViewOptions) {
  async function showPicture(picture: PictureView | null, sha256: string | null) {
    const variants = picture?.variants ?? [];
    const addressed = await Promise.all(variants.map(async ({ key, ...rest }) => ({ ...rest, url: await url(key) })));
    return {
      ...pictureSet(addressed),
      width: picture?.width ?? null,
      height: picture?.height ?? null,
      thumbhash: picture?.thumbhash ?? null,
      dominant_color: picture?.dominant_color ?? null,
      on_demand: sha256 && variants.length > 0 ? onDemand(sha256) : [],
    };
  }

  async function showImage(image: ProductImage, all: readonly ProductImage[], key: Pick<ApiKey, 'kind'>) {
    const { id, product_id, status, alt, position, version } = image;
    const picture = await showPicture(status === 'ready' ? image.picture : null, image.sha256);
    const primary = primaryOf(all)?.id === id;
    const shown = { id, product_id, status, alt, primary, position, ...picture, version };
    return key.kind === 'secret' ? { ...shown, ...behind(image), looks_like: alikeOf(image, all) } : shown;
  }

  return {
    show(images: readonly ProductImage[], key: Pick<ApiKey, 'kind'>, all: readonly ProductImage[] = images) {
      const visible = key.kind === 'secret' ? images : images.filter(({ status }) => status === 'ready');
      return Promise.all(visible.map((image) => showImage(image, all, key)));
    },
  };
}

const behind = ({
  source,
  source_url,
  problem,
  sha256,
  picture,
  expires_at,
  created_at,
  updated_at,
}: ProductImage) => ({
  source,
  source_url,
  problem,
  sha256,
  bytes: picture?.bytes ?? null,
  format: picture?.format ?? null,
  expires_at: expires_at && utc(expires_at),
  created_at: utc(created_at),
  updated_at: utc(updated_at),
});

/** As everywhere in answers; PostgreSQL's JSON has an offset. */
const utc = (time: string) => new Date(time).toISOString();

/** Ids of a product's other images that show the same. */
function alikeOf({ id, picture }: ProductImage, all: readonly ProductImage[]): string[] {
  const hash = picture?.perceptual_hash;
  if (!hash) return [];
  const others = all.filter((each) => each.id !== id && each.picture?.perceptual_hash);
  return others
    .filter((each) => hammingDistance(hash, each.picture!.perceptual_hash!) <= ALIKE_DISTANCE)
    .map((each) => each.id);
}

/** A product that can show something has something to show first, whatever became of the image that was chosen. */
function primaryOf(images: readonly ProductImage[]): ProductImage | undefined {
  const ready = images.filter(({ status }) => status === 'ready');
  const of = ready.length > 0 ? ready : images;
  return of.find(({ is_primary }) => is_primary) ?? ready[0];
}
