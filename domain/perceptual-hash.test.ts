import { describe, expect, it } from '@jest/globals';
import { ALIKE_DISTANCE, HASH_SIDE, hammingDistance, perceptualHash } from './perceptual-hash.ts';

const greys = (level: (x: number, y: number) => number) =>
  Array.from({ length: HASH_SIDE ** 2 }, (_, at) => level(at % HASH_SIDE, Math.floor(at / HASH_SIDE)));
const disc = (cx: number, cy: number) => (x: number, y: number) => ((x - cx) ** 2 + (y - cy) ** 2 < 60 ? 40 : 220);

describe('perceptualHash', () => {
  it('is 16 hex digits, and the same for the same picture', () => {
    expect(perceptualHash(greys(disc(12, 12)))).toMatch(/^[0-9a-f]{16}$/);
    expect(perceptualHash(greys(disc(12, 12)))).toBe(perceptualHash(greys(disc(12, 12))));
  });

  it('hardly changes with brightness, contrast and noise', () => {
    const plain = perceptualHash(greys(disc(12, 12)));
    const worn = perceptualHash(greys((x, y) => disc(12, 12)(x, y) * 0.8 + 30 + ((x * 7 + y * 13) % 5)));
    expect(hammingDistance(plain, worn)).toBeLessThanOrEqual(ALIKE_DISTANCE);
  });

  it('tells different shapes apart', () => {
    const here = perceptualHash(greys(disc(8, 8)));
    expect(hammingDistance(here, perceptualHash(greys(disc(24, 20))))).toBeGreaterThan(ALIKE_DISTANCE);
    expect(hammingDistance(here, perceptualHash(greys((x, y) => ((x >> 2) + y) * 4)))).toBeGreaterThan(ALIKE_DISTANCE);
  });
});

describe('hammingDistance', () => {
  it('counts the bits that differ', () => {
    expect(hammingDistance('0000000000000000', '0000000000000000')).toBe(0);
    expect(hammingDistance('0000000000000000', 'ffffffffffffffff')).toBe(64);
    expect(hammingDistance('8000000000000001', '0000000000000003')).toBe(2);
  });
});
