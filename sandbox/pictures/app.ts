/**
 * A host of pictures, as a supplier has one: `/pictures/<number>.jpg`, each with content of its own; `?busy=2` refuses the first two
 * visits of an address with 429. `/pictures/trouble/<kind>` does what a bad one would; `/pictures/statistics` tells how politely
 * it was visited (DELETE begins anew).
 */
import express, { type Request, type RequestHandler, type Router } from 'express';
import { paintNumber } from './paint.ts';
import { troubles } from './trouble.ts';

export function createPictureHost(): Router {
  const router = express.Router();
  const statistics = createStatistics();
  router.get('/pictures/statistics', (_req, res) => void res.json(statistics.read()));
  router.delete('/pictures/statistics', (_req, res) => {
    statistics.reset();
    res.sendStatus(204);
  });
  router.use('/pictures', statistics.count);
  router.get('/pictures/trouble/:kind', async (req, res) => {
    const { kind } = req.params;
    if (!Object.hasOwn(troubles, kind)) return void res.status(404).json({ troubles: Object.keys(troubles) });
    await troubles[kind]!(req, res);
  });
  router.get('/pictures/:name', refuseFirst(), async (req, res) => {
    const number = /^(\d{1,7})\.jpg$/.exec(String(req.params.name))?.[1];
    if (number === undefined) return void res.sendStatus(404);
    res.type('image/jpeg').send(await paintNumber(Number(number)));
  });
  return router;
}

const REMEMBERED = 100_000;

function refuseFirst(): RequestHandler {
  const visits = new Map<string, number>();
  return ({ originalUrl, query }, res, next) => {
    const refusals = Number(query.busy ?? 0);
    if (!(refusals > 0)) return next();
    if (visits.size > REMEMBERED) visits.clear();
    const seen = (visits.get(originalUrl) ?? 0) + 1;
    visits.set(originalUrl, seen);
    if (seen > refusals) return next();
    res.set('Retry-After', '1').sendStatus(429);
  };
}

function createStatistics() {
  let seen = { requests: 0, most_at_once: 0, most_per_second: 0 };
  let underWay = 0;
  let second: number[] = [];
  return {
    read: () => seen,
    reset() {
      seen = { requests: 0, most_at_once: 0, most_per_second: 0 };
      second = [];
    },
    count: ((_req: Request, res, next) => {
      const now = Date.now();
      second = [...second.filter((time) => time > now - 1_000), now];
      seen.requests++;
      seen.most_per_second = Math.max(seen.most_per_second, second.length);
      seen.most_at_once = Math.max(seen.most_at_once, ++underWay);
      res.on('close', () => underWay--);
      next();
    }) satisfies RequestHandler as RequestHandler,
  };
}
