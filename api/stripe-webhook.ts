/**
 * Stripe's webhook: verify the raw body, keep the event and a job for it in one transaction, answer 2xx. Nothing is
 * applied here. A failure of ours is a 5xx, so that Stripe sends the event again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { receiveStripeEvent } from '../db/inbox.ts';
import { isHandled, orderIdOf, subjectOf } from '../domain/stripe-events.ts';
import { applyStripeEvent } from '../queues/apply-stripe-event.ts';
import { makeJob } from '../queues/define-queue.ts';
import { sendProblem } from './middleware/problem.ts';
import { refuseFloods } from './middleware/refuse-floods.ts';

export interface StripeWebhookDeps {
  db: Database;
  /** Two while one is being rolled. */
  secrets: readonly string[];
  log: Logger;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** Stripe's own default, applied to both sides: its SDK lets timestamps of the future pass. */
const TOLERANCE_SECONDS = 300;
const LIMIT = '1mb';

const stripeEvent = z.object({
  id: z.string().regex(/^evt_[A-Za-z0-9_]+$/),
  object: z.literal('event'),
  type: z.string().min(1),
  /** Of a connected account's events alone. */
  account: z
    .string()
    .regex(/^acct_[A-Za-z0-9_]+$/)
    .optional(),
  data: z.object({
    object: z.looseObject({
      id: z.string().optional(),
      object: z.string().optional(),
      payment_intent: z.string().nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});

export function createStripeWebhook(deps: StripeWebhookDeps): Router {
  const router = Router();
  const raw = express.raw({ type: () => true, limit: LIMIT });
  router.post(['/webhooks/stripe', '/v1/webhooks/stripe'], refuseFloods, raw, async (req, res) => {
    const body: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const now = (deps.now ?? Date.now)();
    if (!verifies(body, req.headers['stripe-signature'], deps.secrets, now)) {
      return sendProblem(res, {
        status: 400,
        code: 'signature_invalid',
        detail: 'The Stripe-Signature does not verify.',
      });
    }
    const event = stripeEvent.safeParse(parse(body));
    if (!event.success)
      return sendProblem(res, { status: 400, code: 'event_malformed', detail: 'The body is no Stripe event.' });
    await keep(deps.db, event.data);
    return void res.status(200).json({ received: true });
  });
  return router;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

async function keep(db: Database, event: z.output<typeof stripeEvent>): Promise<void> {
  const { object } = event.data;
  const orderId = orderIdOf(object);
  await receiveStripeEvent(db, {
    id: event.id,
    type: event.type,
    objectId: subjectOf(object, event.account),
    job: isHandled(event.type)
      ? makeJob(applyStripeEvent, { event_id: event.id, ...(orderId ? { order_id: orderId } : {}) })
      : undefined,
  });
}

/**
 * Whether one of the header's `v1` signatures is ours: HMAC-SHA256 of `t.body` under one of the secrets, in constant
 * time, with a timestamp near the clock (https://docs.stripe.com/webhooks#verify-manually).
 */
export function verifies(body: Buffer, header: unknown, secrets: readonly string[], nowMs: number): boolean {
  if (typeof header !== 'string' || header.length > 4_096) return false;
  const parts = header.split(',').map((part) => part.trim().split('=', 2) as [string, string | undefined]);
  const timestamp = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const given = parts.filter(([name]) => name === 'v1').map(([, value]) => Buffer.from(value ?? '', 'hex'));
  const expected = secrets.map((secret) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest());
  return expected.some((mine) =>
    given.some((theirs) => theirs.length === mine.length && timingSafeEqual(theirs, mine)),
  );
}
