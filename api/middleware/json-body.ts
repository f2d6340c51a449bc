/** JSON bodies, refused before they can do harm: bad UTF-8, NUL, prototype keys, nesting that no document here has. */
import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { refuseFloods } from './refuse-floods.ts';

const MAX_DEPTH = 32;

/** @param besides media types that the route reads itself, named to whoever sends something else */
export function parseJsonBody(limit: string, besides: readonly string[] = []): RequestHandler {
  const json = express.json({
    limit,
    type: ['application/json', 'application/*+json'],
    verify: (_req, _res, body) => inspect(body),
  });
  return (req, res, next) => {
    const sized = Number(req.headers['content-length'] ?? 0) > 0 || req.headers['transfer-encoding'] !== undefined;
    if (sized && !req.is(['json', '+json'])) {
      const detail = `Send the body as ${['application/json', ...besides].join(' or ')}.`;
      throw new Problem({ status: 415, code: 'media_type_unsupported', detail });
    }
    // The checks below read bytes as UTF-8, which RFC 8259 §8.1 demands of JSON anyway.
    if (/charset\s*=(?!\s*"?utf-8\b)/i.test(req.headers['content-type'] ?? ''))
      throw new Problem({ status: 415, code: 'charset_unsupported', detail: 'JSON is sent as UTF-8.' });
    refuseFloods(req, res, (error?: unknown) => (error ? next(error) : json(req, res, next)));
  };
}

function inspect(body: Buffer): void {
  if (!isUtf8(body)) throw malformed('utf8_malformed', 'The body is not valid UTF-8.');
  if (depthOf(body) > MAX_DEPTH) throw malformed('json_too_deep', `The body nests deeper than ${MAX_DEPTH} levels.`);
  const text = body.toString('utf8');
  if (/\\u0000/i.test(text)) throw malformed('nul_character', 'Text may not hold the NUL character.');
  if (/"(?:__proto__|constructor|prototype)"\s*:/.test(text))
    throw malformed('key_forbidden', 'A member has a forbidden name.');
}

const malformed = (code: string, detail: string) => new Problem({ status: 400, code, detail });

/** Brackets open at once, strings skipped; one pass over the bytes. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}
