import { corrupt } from './rejected-error.ts';

/** A file's structure. Walks stop counting frames where more are too many, so that an endless animation costs nothing. */
export interface Structure {
  /** As stored, before any orientation; of an animation the largest frame's. */
  width: number;
  height: number;
  frames: number;
  /** What is not pixels: metadata, comments, whatever follows the picture's end. */
  beside: Buffer[];
}

/** A picture of honest make has some hundreds; millions of empty ones are meant for the memory of who lists them. */
const MAX_PARTS = 20_000;

export function limitParts(parts: { length: number }): void {
  if (parts.length > MAX_PARTS) throw corrupt('It is made of too many parts.');
}
