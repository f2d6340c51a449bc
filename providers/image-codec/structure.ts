/** A file's structure. Walks stop counting frames where more are too many, so that an endless animation costs nothing. */
export interface Structure {
  /** As stored, before any orientation; of an animation the largest frame's. */
  width: number;
  height: number;
  frames: number;
  /** What is not pixels: metadata, comments, whatever follows the picture's end. */
  beside: Buffer[];
}
