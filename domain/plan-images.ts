/** What becomes of the images that are wanted for a product: which are new, which are there already, and where each stands. Pure. */

export interface ImageThere {
  id: string;
  source_url: string | null;
  status: string;
  alt: string;
  position: number;
}

export interface WantedUrl {
  url: string;
  /** Undefined leaves the text of an image that is there. */
  alt?: string | undefined;
}

/** Rejected images are kept for their reason and take no place; but not any number of them. */
const REJECTED_PER_PLACE = 4;

/** How many images a product can still take. */
export function roomFor(there: readonly Pick<ImageThere, 'status'>[], maxPerProduct: number): number {
  const placed = there.filter(({ status }) => status !== 'rejected').length;
  return Math.max(0, Math.min(maxPerProduct - placed, maxPerProduct * (1 + REJECTED_PER_PLACE) - there.length));
}

/** Behind all that are there. */
export const nextPosition = (there: readonly Pick<ImageThere, 'position'>[]) =>
  Math.max(-1, ...there.map(({ position }) => position)) + 1;

export interface UrlPlan {
  add: { url: string; alt: string; position: number }[];
  change: { id: string; alt: string; position: number }[];
  remove: string[];
}

/**
 * Makes a product's images that came by URL exactly the wanted ones, in their order; uploaded ones stay where they are. Planned
 * again, it comes to nothing. Each URL may be wanted once.
 */
export function planUrls(there: readonly ImageThere[], wanted: readonly WantedUrl[]): UrlPlan {
  const byUrl = new Map(there.flatMap((image) => (image.source_url === null ? [] : [[image.source_url, image]])));
  const urls = new Set(wanted.map(({ url }) => url));
  const remove = [...byUrl.values()].filter(({ source_url }) => !urls.has(source_url!)).map(({ id }) => id);
  const plan: UrlPlan = { add: [], change: [], remove };
  const positions = positionsFor(there, wanted.length);
  wanted.forEach(({ url, alt }, at) => {
    const position = positions[at]!;
    const image = byUrl.get(url);
    if (!image) plan.add.push({ url, alt: alt ?? '', position });
    else if (image.position !== position || (alt !== undefined && alt !== image.alt))
      plan.change.push({ id: image.id, alt: alt ?? image.alt, position });
  });
  return plan;
}

/** The places that images by URL have already, then new ones behind everything: handed out in the wanted order. */
function positionsFor(there: readonly ImageThere[], count: number): number[] {
  const had = there.filter(({ source_url }) => source_url !== null).map(({ position }) => position);
  had.sort((a, b) => a - b);
  const end = nextPosition(there);
  const positions = Array.from({ length: count }, (_, at) => had[at] ?? end + at - had.length);
  // Two of one position would stand in the order in which they came, whatever is wanted.
  for (let at = 1; at < positions.length; at++) positions[at] = Math.max(positions[at]!, positions[at - 1]! + 1);
  return positions;
}
