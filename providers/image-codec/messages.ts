/** What pool and children say to each other. */
import type { ImageLimits, Original, Rejected, Rendered, RenderRequest } from './contract.ts';

export interface Task {
  original: Original;
  request: RenderRequest;
  limits: ImageLimits;
}

export type FromChild =
  | { type: 'ready' }
  /** A sign of life: a step is done, and the next has begun. With the CPU time the child has had so far. */
  | { type: 'step'; cpuMs: number }
  /** In the middle of a step, now and then. */
  | { type: 'pulse'; cpuMs: number }
  | { type: 'outgrown' }
  /** There is no file, or no way to it: that is no picture's doing. */
  | { type: 'unreadable'; code: string; message: string }
  | { type: 'answer'; answer: Rendered | Rejected; residentBytes: number };

/** Beyond this a child is ended by the pool; it watches itself, since only it can see its memory on every platform. */
export const MEMORY_ARGUMENT = '--max-resident-bytes=';
export const THREADS_ARGUMENT = '--threads=';
