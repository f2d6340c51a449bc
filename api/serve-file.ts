/** Sends a file that never changes under its name: with a strong ETag, ranges, and leave to keep it for ever. */
import type { Request, Response } from 'express';
import send from 'send';
import { Problem } from './problem.ts';

interface SendError extends Error {
  status?: number;
  headers?: Record<string, string>;
}

/** What `send` has set for a file, and an error must not carry. */
const FILE_HEADERS = ['ETag', 'Last-Modified', 'Cache-Control', 'Content-Type', 'Content-Range', 'Accept-Ranges'];

/** Returns once the answer is out; false when there is no such file. Throws 412 and 416 problems. */
export function serveFile(
  req: Request,
  res: Response,
  root: string,
  path: string,
  contentType: string,
): Promise<boolean> {
  // A weak validator never proves that two parts belong together (RFC 9110 §13.1.5).
  if (req.get('If-Range')?.startsWith('W/')) delete req.headers.range;
  // Who names what they have asks for just this check, whatever else they say; fetch adds `no-cache` to it.
  if (req.get('If-None-Match') ?? req.get('If-Modified-Since')) delete req.headers['cache-control'];
  return new Promise((resolve, reject) => {
    // Also when the client has gone.
    res.once('close', () => resolve(true));
    send(req, path, { root, dotfiles: 'deny', index: false, cacheControl: false, acceptRanges: true })
      .on('file', (_path: string, { size }: { size: number }) => {
        // The last million bytes of a shorter file are all of it (RFC 9110 §14.1.2); `send` would have none.
        if (Number(/^bytes=-(\d+)$/.exec(req.get('Range') ?? '')?.[1] ?? 0) > size) delete req.headers.range;
      })
      .on('headers', (response: Response, _path: string, stat: { size: number; mtimeMs: number }) => {
        response.setHeader('ETag', `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs * 1_000).toString(36)}"`);
        response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
        response.setHeader('Content-Type', contentType);
      })
      .on('directory', () => resolve(false))
      .on('error', (error: SendError) => {
        if (error.status === 404 || error.status === 403) return resolve(false);
        if (!res.headersSent) for (const name of FILE_HEADERS) res.removeHeader(name);
        reject(toProblem(error));
      })
      .pipe(res);
  });
}

function toProblem(error: SendError): Error {
  if (error.status === 416) {
    const detail = 'The file has no such range; Content-Range says how long it is.';
    return new Problem({ status: 416, code: 'range_not_satisfiable', detail, headers: error.headers ?? {} });
  }
  if (error.status === 412)
    return new Problem({ status: 412, code: 'precondition_failed', detail: 'The file is another one than yours.' });
  return error;
}
