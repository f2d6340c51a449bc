/** The colour that most of a picture has: what a page shows before anything of it is there. */

/** `rgba` is a small rendition. Colours are counted in 16 levels per channel, by how opaque they are; the answer is the mean of the fullest. */
export function dominantColor(rgba: ArrayLike<number>): string {
  const bins = new Map<number, [weight: number, red: number, green: number, blue: number]>();
  for (let at = 0; at < rgba.length; at += 4) {
    const [red, green, blue, alpha] = [rgba[at]!, rgba[at + 1]!, rgba[at + 2]!, rgba[at + 3]!];
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const bin = bins.get(key) ?? [0, 0, 0, 0];
    bins.set(key, [bin[0] + alpha, bin[1] + red * alpha, bin[2] + green * alpha, bin[3] + blue * alpha]);
  }
  const [weight, ...sums] = [...bins.values()].reduce((best, bin) => (bin[0] > best[0] ? bin : best), [0, 0, 0, 0]);
  // Nothing but transparency shows the page's white.
  if (weight === 0) return '#ffffff';
  return `#${sums
    .map((sum) =>
      Math.round(sum / weight)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
