/** Pictures as the API describes them: the best format and size for this browser, and a blur until they are there. */
import { h } from './dom.js';
import { thumbHashToDataURL } from './thumbhash.js';

/**
 * @param {object | null | undefined} image what the API says of it; none while it is being made
 * @param {{sizes: string, width: number, height: number, alt?: string}} box where it is shown, in CSS pixels
 */
export function picture(image, { sizes, width, height, alt }) {
  const words = alt ?? image?.alt ?? '';
  if (!image) return h('div', { className: 'picture waiting', role: 'img', 'aria-label': words || 'No picture yet' });
  const img = h('img', { loading: 'lazy', decoding: 'async', alt: words, width, height });
  showPlaceholder(img, image);
  const sources = image.sources.map(({ type, srcset }) => h('source', { type, srcset, sizes }));
  const element = h('picture', { className: 'picture' }, ...sources, img);
  // Only now, when it stands behind its sources: else a browser would begin to load what it does not need.
  img.src = image.src;
  return element;
}

/** The blur, or its one color; gone once the picture is there, which it could show through. */
function showPlaceholder(img, { thumbhash, dominant_color: color }) {
  const blur = thumbhash && decode(thumbhash);
  if (color) img.style.backgroundColor = color;
  if (blur) {
    img.style.backgroundImage = `url("${blur}")`;
    img.style.backgroundSize = 'cover';
  }
  img.addEventListener('load', () => img.removeAttribute('style'), { once: true });
}

function decode(thumbhash) {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

/** The product's first picture with squares of every size; undefined while none is ready. */
export function mainImage({ images = [] }) {
  const image = images.find(({ primary, src }) => primary && src) ?? images.find(({ src }) => src);
  if (!image) return undefined;
  const { thumbnails = [], sources, ...rest } = image;
  // The smaller squares stand beside the wider ones: the browser chooses by width.
  const squares = (type) =>
    thumbnails.flatMap((each) => {
      const source = each.sources.find((one) => one.type === type);
      return source ? [`${source.srcset} ${each.width}w`] : [];
    });
  return {
    ...rest,
    sources: sources.map(({ type, srcset }) => ({ type, srcset: [...squares(type), srcset].join(', ') })),
  };
}

/** What the basket keeps of it: the smallest square. */
export function smallImage({ images = [] }) {
  const image = images.find(({ primary, src }) => primary && src) ?? images.find(({ src }) => src);
  const [smallest] = image?.thumbnails ?? [];
  if (!smallest) return null;
  const { src, sources } = smallest;
  return { src, sources, thumbhash: image.thumbhash, dominant_color: image.dominant_color };
}
