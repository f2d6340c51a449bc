/** What Stripe, SendGrid and the carrier do wrong: one scenario for each fault of the sandbox. */
import { setTimeout as delay } from 'node:timers/promises';
import { breakOutside, type FaultWish, mendOutside } from '../outside.ts';
import { reconcile } from '../reconcile.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { WAYS_WITHOUT_EVENTS } from '../ways.ts';

type Fault = Omit<FaultWish, 'provider'>;

const FAULTS: Readonly<Record<Exclude<FaultWish['provider'], 'firecrawl'>, Readonly<Record<string, Fault>>>> = {
  stripe: {
    'webhook-doubled': { kind: 'webhook_double', delay_ms: 100 },
    'webhook-delayed': { kind: 'webhook_delay', delay_ms: 3_000, probability: 0.5 },
    'webhook-reordered': { kind: 'webhook_reorder', delay_ms: 2_000 },
    'webhook-lost': { kind: 'webhook_lose', probability: 0.5 },
    'answer-lost': { kind: 'answer_lost', probability: 0.3, match: { method: 'POST' } },
    'answer-never-made': { kind: 'answer_lost', phase: 'before', probability: 0.3 },
    'rate-limit': { kind: 'rate_limit', probability: 0.3 },
    'rate-limit-should-retry': { kind: 'rate_limit', should_retry: true, probability: 0.3 },
    'error-before-commit': { kind: 'server_error', probability: 0.3 },
    'error-after-commit': { kind: 'server_error', phase: 'after', probability: 0.3 },
    slow: { kind: 'slow', delay_ms: 3_500, probability: 0.1 },
    'slow-after-commit': { kind: 'slow', phase: 'after', delay_ms: 3_500, probability: 0.1, match: { method: 'POST' } },
  },
  sendgrid: {
    'answer-lost': { kind: 'answer_lost', probability: 0.3, match: { path: '/v3/mail/send' } },
    'rate-limit': { kind: 'rate_limit', probability: 0.3, match: { path: '/v3/mail/send' } },
    error: { kind: 'server_error', probability: 0.3, match: { path: '/v3/mail/send' } },
    'error-after-commit': { kind: 'server_error', phase: 'after', probability: 0.2, match: { path: '/v3/mail/send' } },
    slow: { kind: 'slow', delay_ms: 3_500, probability: 0.1, match: { path: '/v3/mail/send' } },
    'slow-after-commit': {
      ...{ kind: 'slow', phase: 'after', delay_ms: 3_500, probability: 0.1 },
      match: { path: '/v3/mail/send' },
    },
    'webhook-lost': { kind: 'webhook_lose', probability: 0.5 },
    'webhook-doubled': { kind: 'webhook_double', delay_ms: 100 },
    'webhook-delayed': { kind: 'webhook_delay', delay_ms: 2_500, probability: 0.5 },
    'webhook-reordered': { kind: 'webhook_reorder', delay_ms: 2_000 },
  },
  carrier: {
    'answer-lost': { kind: 'answer_lost', probability: 0.3 },
    'rate-limit': { kind: 'rate_limit', probability: 0.3 },
    error: { kind: 'server_error', probability: 0.3 },
    'error-after-commit': { kind: 'server_error', phase: 'after', probability: 0.3 },
    slow: { kind: 'slow', delay_ms: 3_500, probability: 0.1 },
    'webhook-lost': { kind: 'webhook_lose', probability: 0.5 },
    'webhook-doubled': { kind: 'webhook_double', delay_ms: 100 },
    'webhook-reordered': { kind: 'webhook_reorder', delay_ms: 2_000 },
  },
};

export const providerFaults: readonly Scenario[] = Object.entries(FAULTS).flatMap(([provider, faults]) =>
  Object.entries(faults).map(([name, fault]) => ({
    name: `${provider}-${name}`,
    title: `${provider}: ${describe(fault)}`,
    run: (play: Play) => playFaults(play, [{ provider: provider as FaultWish['provider'], ...fault }]),
  })),
);

function describe({ kind, phase, probability, should_retry }: Fault): string {
  const chance = probability === undefined ? 'always' : `${probability * 100} % of the time`;
  return [kind.replaceAll('_', ' '), phase && `${phase} the commit`, should_retry && 'with Should-Retry', chance]
    .filter(Boolean)
    .join(', ');
}

/** The fault lasts while the buyers are there; what it left is settled without it. */
async function playFaults({ stage, crowd }: Play, faults: readonly FaultWish[]): Promise<Check[]> {
  for (const fault of faults) await breakOutside(stage.system, fault);
  await crowd().done;
  await mendOutside(stage.system);
  if (faults.some(({ provider, kind }) => provider === 'stripe' && kind === 'webhook_lose')) await findLost(stage);
  return [];
}

/** What happened at Stripe alone, and was told by an event that is lost, is known by its list of events. */
async function findLost({ system }: Play['stage']): Promise<void> {
  // A refund that the bank sends back, or a dispute that it decides, may just be coming; then the grace must pass.
  await delay(5_000);
  await reconcile(system, ['events']);
}

/**
 * Left out of the mix: a mail whose refusal (5xx) was untrue and whose every event is lost besides. Nobody can know of it;
 * after the time of doubt it is sent again (docs/decisions.md).
 */
const UNKNOWABLE_TOGETHER = 'sendgrid-webhook-lost';

/** All at once, rarely each: where two faults meet. */
export const allFaultsAtOnce: Scenario = {
  name: 'all-provider-faults',
  title: 'the faults of Stripe, SendGrid and the carrier at once, each 8 % of the time',
  run: (play) =>
    playFaults(
      play,
      Object.entries(FAULTS).flatMap(([provider, faults]) =>
        Object.entries(faults)
          .filter(([name]) => `${provider}-${name}` !== UNKNOWABLE_TOGETHER)
          .map(([, fault]) => ({ provider: provider as FaultWish['provider'], ...fault, probability: 0.08 })),
      ),
    ),
};

export const noWebhooks: Scenario = {
  name: 'stripe-no-webhooks',
  title: "all of Stripe's webhooks lost for good: every order still ends, and what was paid is known",
  async run({ stage, crowd }) {
    // Stays until everything is settled: nothing may depend on an event.
    await breakOutside(stage.system, { provider: 'stripe', kind: 'webhook_lose' });
    // A dispute, or a refund that somebody else makes, is nothing that an order could ask for.
    await crowd({ ways: WAYS_WITHOUT_EVENTS }).done;
    return [];
  },
};
