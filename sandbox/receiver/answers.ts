/** How a receiver answers: well, or in one of the ways that go wrong. */
import type { Request, Response } from 'express';

export const ANSWERS = {
  ok: (_req, res) => void res.sendStatus(204),
  error: (_req, res) => void res.status(500).type('text').send('It went wrong here.'),
  gone: (_req, res) => void res.status(410).type('text').send('Nobody listens here any more.'),
  busy: (_req, res) => void res.set('Retry-After', '2').sendStatus(429),
  hang: () => {},
  cut: (_req, res) => void res.destroy(),
  redirect: (req, res) => void res.redirect(307, `http://${req.headers.host}/hooks/behind-a-redirect`),
} satisfies Record<string, (req: Request, res: Response) => void>;

export type Answer = keyof typeof ANSWERS;

export const isAnswer = (word: unknown): word is Answer => typeof word === 'string' && Object.hasOwn(ANSWERS, word);
