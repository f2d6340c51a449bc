/**
 * Decodes, judges and encodes pictures. All of it happens in child processes: what hostile bytes can do to a decoder ends with the
 * child, and this process never loads one.
 */
import { availableParallelism } from 'node:os';
import { forkChild } from './image-codec/child-process.ts';
import type { ImageLimits, Original, Rejected, Rendered, RenderRequest } from './image-codec/contract.ts';
import { CodecPool } from './image-codec/pool.ts';

export type * from './image-codec/contract.ts';
export {
  ImageCodecClosedError,
  ImageCodecStarvedError,
  ImageCodecUnavailableError,
  OriginalUnreadableError,
} from './image-codec/pool.ts';
export { SNIFF_BYTES, type SourceFormat, sniff } from './image-codec/sniff.ts';

export interface ImageCodecOptions {
  /** Children that decode at the same time; one per core when not given. */
  processes?: number;
  /** Threads of libvips in each. */
  threads: number;
  /** For each step of a picture: reading it, and each encoding. */
  timeoutMs: number;
  /** Resident memory of a child. */
  maxMemoryMiB: number;
  limits: ImageLimits;
}

export interface ImageCodec {
  /**
   * A bad picture is an answer, not an error. `late` work runs only while no other waits. Throws
   * {@link OriginalUnreadableError} for a file that cannot be read.
   */
  render(original: Original, request: RenderRequest, priority?: 'now' | 'late'): Promise<Rendered | Rejected>;
  /** `pids` are the children's, whose memory is worth a look. */
  size(): { processes: number; busy: number; waiting: number; pids: number[] };
  /** Ends the children; what they had in hand is rejected with an error, for its job to do again. */
  close(): Promise<void>;
}

export function createImageCodec({
  processes = availableParallelism(),
  limits,
  ...childOptions
}: ImageCodecOptions): ImageCodec {
  const pool = new CodecPool(processes, () => forkChild(childOptions));
  return {
    render: (original, request, priority = 'now') => pool.run({ original, request, limits }, priority),
    size: () => pool.size(),
    close: () => pool.close(),
  };
}
