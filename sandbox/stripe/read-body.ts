import type { Request } from 'express';
import { StripeError } from './errors.ts';

const MAX_BODY = 1_048_576;
const MAX_UPLOAD = 6_291_456;

/** A body's text; of an upload its bytes, one character each. */
export async function readBody(req: Request): Promise<string> {
  if (req.method === 'GET') return '';
  const isUpload = req.get('content-type')?.startsWith('multipart/') ?? false;
  const most = isUpload ? MAX_UPLOAD : MAX_BODY;
  const chunks: Buffer[] = [];
  let size = 0;
  return await new Promise((resolve, reject) => {
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) reject(new StripeError(413, { message: 'The request is too large.' }));
      else chunks.push(chunk);
    });
    req.on('end', () => resolve(Buffer.concat(chunks).toString(isUpload ? 'latin1' : 'utf8')));
    req.on('error', reject);
  });
}
