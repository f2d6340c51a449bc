/** An object as bytes, and no more of them than the caller can bear: who uploads by a presigned address may send more than was agreed. */
import type { FileContents } from '@flystorage/file-storage';

export class ObjectTooLargeError extends Error {
  readonly key: string;
  readonly atMost: number;
  constructor(key: string, atMost: number) {
    super(`${key} has more than ${atMost} bytes`);
    this.name = 'ObjectTooLargeError';
    this.key = key;
    this.atMost = atMost;
  }
}

export async function readAll(key: string, body: FileContents, atMost: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop destroys the stream, and with it the connection.
    if (bytes > atMost) throw new ObjectTooLargeError(key, atMost);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes);
}
