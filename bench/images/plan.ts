/** What each side makes of a picture. */
export const WIDTHS = [1200, 400, 200] as const;
export const QUALITIES = { webp: 78, jpeg: 78, avif: 50 } as const;

/** One side of the comparison: renders so many pictures as fast as it can, and is asked again and again. */
export interface Side {
  name: string;
  render(pictures: readonly Buffer[]): Promise<void>;
  /** The processes that work for it. */
  pids(): number[];
  close(): Promise<void>;
}
