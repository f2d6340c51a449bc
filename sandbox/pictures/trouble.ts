/** What a picture host can do wrong, by the last part of an address under `/pictures/trouble/`. */
import { gzipSync } from 'node:zlib';
import type { Request, Response } from 'express';
import { paintNumber } from './paint.ts';

type Trouble = (req: Request, res: Response) => void | Promise<void>;

/** Sends a chunk now and then, until the client leaves. */
function keepSending(res: Response, chunk: Buffer, everyMs: number): void {
  const timer = setInterval(() => res.write(chunk), everyMs);
  res.on('close', () => clearInterval(timer));
}

export const troubles: Readonly<Record<string, Trouble>> = {
  missing: (_req, res) => void res.sendStatus(404),
  gone: (_req, res) => void res.sendStatus(410),
  forbidden: (_req, res) => void res.sendStatus(403),
  broken: (_req, res) => void res.sendStatus(500),
  busy: (_req, res) => void res.set('Retry-After', '2').sendStatus(429),
  unavailable: (_req, res) => void res.set('Retry-After', '2').sendStatus(503),
  silent: () => {},
  slow: (_req, res) => keepSending(res.type('image/jpeg'), Buffer.from('x'), 200),
  endless: (_req, res) => keepSending(res.type('image/jpeg'), Buffer.alloc(64 * 1024), 1),
  cut: async (_req, res) => {
    const picture = await paintNumber(1);
    res.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': picture.length });
    res.write(picture.subarray(0, 2_000), () => res.destroy());
  },
  bomb: (_req, res) => {
    res.set({ 'Content-Encoding': 'gzip', 'Content-Type': 'image/jpeg' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
  },
  'to-private': (_req, res) => res.redirect('http://169.254.169.254/latest/meta-data/'),
  'to-itself': (req, res) => res.redirect(req.originalUrl),
  'to-file': (_req, res) => void res.status(302).set('Location', 'file:///etc/passwd').end(),
  'to-picture': (_req, res) => res.redirect('/pictures/1.jpg'),
  'wrong-type': (_req, res) => void res.type('image/jpeg').send('<!doctype html><title>Not here</title>'),
  'picture-as-text': async (_req, res) => void res.type('text/plain').send(await paintNumber(2)),
  svg: (_req, res) => void res.type('image/png').send('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
  empty: (_req, res) => void res.type('image/jpeg').end(),
};
