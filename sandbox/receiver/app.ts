/**
 * A receiver of webhooks, as a storefront has one: `POST /hooks/<name>` takes them, `/hooks/<name>` shows in a browser what came and
 * whether it is genuine, and there (or by `PUT …/settings`) it is told its secret and how to answer. Nothing survives a restart.
 */
import { setTimeout as delay } from 'node:timers/promises';
import express, { type Request, type Response, type Router } from 'express';
import { sendPage } from '../page.ts';
import { ANSWERS, isAnswer } from './answers.ts';
import { type Box, createBox, type Settings } from './box.ts';
import { boxesPage, boxPage, letterPage, settingsPage } from './pages.ts';

const MAX_BOXES = 1_000;
const NAME = '/hooks/:name';

export function createWebhookReceiver(): Router {
  const boxes = new Map<string, Box>();
  const boxOf = (req: Request): Box => {
    const name = String(req.params.name);
    const box = boxes.get(name) ?? createBox();
    if (boxes.size < MAX_BOXES) boxes.set(name, box);
    return box;
  };
  const router = express.Router();

  router.get('/hooks', (_req, res) => sendPage(res, boxesPage([...boxes])));
  router.post(NAME, express.text({ type: () => true, limit: '1mb' }), (req, res) => take(boxOf(req), req, res));
  router.get(NAME, (req, res) => sendPage(res, boxPage(req.params.name, boxOf(req))));
  router.delete(NAME, (req, res) => {
    boxes.delete(req.params.name);
    res.sendStatus(204);
  });
  router.get(`${NAME}/received.json`, (req, res) => {
    const { received, statistics } = boxOf(req);
    const after = Number(req.query.after ?? 0);
    res.json({ statistics, data: received.filter(({ number }) => number > after) });
  });
  router.get(`${NAME}/settings`, (req, res) => sendPage(res, settingsPage(req.params.name, boxOf(req).settings)));
  router.get(`${NAME}/:number`, (req, res) => {
    const letter = boxOf(req).letter(Number(req.params.number));
    if (letter) sendPage(res, letterPage(req.params.name, letter));
    else res.status(404).type('text').send('This one is not kept any more.');
  });
  router.put(`${NAME}/settings`, express.json(), (req, res) => {
    const { settings } = boxOf(req);
    if (!change(settings, req.body)) return void res.status(400).json({ answers: Object.keys(ANSWERS) });
    res.json(settings);
  });
  router.post(`${NAME}/settings`, express.urlencoded({ extended: false }), (req, res) => {
    const { secrets, answer, delay_ms: ms } = req.body as Record<string, string | undefined>;
    change(boxOf(req).settings, {
      secrets: secrets?.split(/[\s,]+/).filter(Boolean),
      answer,
      delay_ms: Number(ms ?? 0),
    });
    res.redirect(303, `/hooks/${encodeURIComponent(req.params.name)}`);
  });
  return router;
}

async function take(box: Box, req: Request, res: Response): Promise<void> {
  res.on('close', box.enter());
  const { answer, delay_ms: ms } = box.settings;
  await box.keep({ headers: req.headers, body: String(req.body) });
  await delay(ms);
  ANSWERS[answer](req, res);
}

const LONGEST_DELAY_MS = 120_000;

/** What is given and fits; false when nothing is changed because something does not. */
function change(settings: Settings, { secrets, answer, delay_ms }: Partial<Record<keyof Settings, unknown>>): boolean {
  if (answer !== undefined && !isAnswer(answer)) return false;
  if (delay_ms !== undefined && !(Number(delay_ms) >= 0 && Number(delay_ms) <= LONGEST_DELAY_MS)) return false;
  if (secrets !== undefined && !Array.isArray(secrets)) return false;
  if (answer !== undefined) settings.answer = answer;
  if (delay_ms !== undefined) settings.delay_ms = Number(delay_ms);
  if (secrets !== undefined) settings.secrets = secrets.map(String);
  return true;
}
