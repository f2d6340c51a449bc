/**
 * pHash: which pictures look alike, whatever their size, quality or format. A picture is shrunk to 32 × 32 greys, the cosine
 * transform gives its coarse shapes, and each of the 64 lowest frequencies says in one bit whether it is above their median.
 */

/** Side of the square of greys that {@link perceptualHash} takes. */
export const HASH_SIDE = 32;
const LOW = 8;
/** Re-encoded, scaled and slightly recoloured copies lie within; different pictures lie around 32 apart. */
export const ALIKE_DISTANCE = 6;

/** `greys` are the 32 × 32 levels, row by row. Returns 16 hex digits. */
export function perceptualHash(greys: ArrayLike<number>): string {
  const low = lowFrequencies(greys);
  // The first says how bright the picture is as a whole, and would outweigh all others.
  const shapes = low.slice(1).sort((a, b) => a - b);
  const median = (shapes[31]! + shapes[30]!) / 2;
  const bits = low.map((value) => (value > median + 1e-9 ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** How many of the 64 bits differ. */
export function hammingDistance(a: string, b: string): number {
  let different = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; different > 0n; different &= different - 1n) count++;
  return count;
}

const COSINES = Array.from({ length: LOW }, (_, frequency) =>
  Array.from({ length: HASH_SIDE }, (_, x) => Math.cos(((2 * x + 1) * frequency * Math.PI) / (2 * HASH_SIDE))),
);

/** The discrete cosine transform, of which only the lowest 8 × 8 are computed: rows first, then columns. */
function lowFrequencies(greys: ArrayLike<number>): number[] {
  const rows = Array.from({ length: HASH_SIDE }, (_, y) =>
    COSINES.map((cosine) => cosine.reduce((sum, factor, x) => sum + factor * greys[y * HASH_SIDE + x]!, 0)),
  );
  return COSINES.flatMap((cosine) =>
    Array.from({ length: LOW }, (_, u) => cosine.reduce((sum, factor, y) => sum + factor * rows[y]![u]!, 0)),
  );
}
