/** A client that is still sending hears an answer only when its bytes are taken; but not for ever. */
import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 8 * 1024 * 1024;
const LONGEST_MS = 2_000;

/** Reads a request that is refused to its end, or for a while. Its answer should end the connection. */
export function readOn(req: IncomingMessage): Promise<void> {
  if (req.readableEnded || req.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let read = 0;
    const finish = () => {
      clearTimeout(timeout);
      req.off('data', count).off('end', finish).off('close', finish);
      req.pause();
      resolve();
    };
    const count = (chunk: Buffer) => {
      read += chunk.length;
      if (read > MOST_BYTES) finish();
    };
    const timeout = setTimeout(finish, LONGEST_MS);
    req.on('data', count).on('end', finish).on('close', finish).on('error', finish);
    req.resume();
  });
}
