/** What pool and children say to each other. */
import type { ImageLimits, Rejected, Rendered, RenderRequest } from './contract.ts';

export interface Task {
  original: Uint8Array;
  request: RenderRequest;
  limits: ImageLimits;
}

export type FromChild =
  | { type: 'ready' }
  /** A sign of life: a step is done, and the next has begun. */
  | { type: 'step' }
  | { type: 'outgrown' }
  | { type: 'answer'; answer: Rendered | Rejected; residentBytes: number };

/** Beyond this a child is ended by the pool; it watches itself, since only it can see its memory on every platform. */
export const MEMORY_ARGUMENT = '--max-resident-bytes=';
export const THREADS_ARGUMENT = '--threads=';
