import type { Faults } from '../faults.ts';

/** When an event is sent to one target: once and at once, unless faults on request say otherwise. */
export function planDeliveries(
  faults: Faults,
  provider: string,
  eventType: string,
  now: number,
): { at: number; lost: boolean }[] {
  const plan = [{ at: now, lost: false }];
  for (const { kind, delay_ms } of faults.forWebhook(provider, eventType)) {
    if (kind === 'webhook_lose') plan[0]!.lost = true;
    if (kind === 'webhook_double') plan.push({ at: now + (delay_ms ?? 0), lost: false });
    if (kind === 'webhook_delay') for (const entry of plan) entry.at += delay_ms ?? 5_000;
    if (kind === 'webhook_reorder')
      for (const entry of plan) entry.at += Math.floor(Math.random() * (delay_ms ?? 2_000));
  }
  return plan;
}
