/** A marketplace whose workers are killed and whose answers of Stripe are lost, while money goes back and is disputed. */
import { setTimeout as delay } from 'node:timers/promises';
import { breakOutside, mendOutside } from '../outside.ts';
import type { Play, Scenario } from '../scenario.ts';
import { settle } from '../settle.ts';
import { killRole } from '../stage.ts';
import { buyFrom, checkVendors, openVendors, settleVendors } from '../vendors.ts';
import type { Way } from '../ways.ts';

const WAYS: readonly Way[] = [
  ...(['good', 'refunded_in_part', 'returned', 'disputed_and_lost', 'canceled_when_paid', 'disputed_and_won'] as const),
  ...(['good', 'refund_sent_back', 'captured', 'refunded_at_dashboard', 'captured_in_part', 'good'] as const),
];
const TRANSFERS = { method: 'POST', path: '/v1/transfers*' };

async function play({ stage, size }: Play) {
  const { system } = stage;
  const vendors = await openVendors(system, 7);
  const fault = { provider: 'stripe', match: TRANSFERS } as const;
  await breakOutside(system, { ...fault, kind: 'answer_lost', probability: 0.25 });
  await breakOutside(system, { ...fault, kind: 'server_error', phase: 'after', probability: 0.1 });
  await breakOutside(system, { ...fault, kind: 'server_error', probability: 0.1 });
  await breakOutside(system, { provider: 'stripe', kind: 'webhook_double', delay_ms: 100 });
  const bought = buyFrom(system, vendors, { orders: size.orders, ways: WAYS, sku: stage.sku, pauseMs: 300 });
  for (let round = 0; round < size.rounds * 2; round++) {
    for (const role of ['payments', 'scheduler', 'payments', 'relay']) {
      await delay(400 + stage.random() * 1_200);
      await killRole(stage, role);
      await system.start(role);
    }
  }
  const complaints = await bought;
  await mendOutside(system);
  await settle(system);
  const paid = await settleVendors(system);
  return [
    { what: 'buyers are answered', held: complaints.length === 0, detail: complaints.slice(0, 3).join(' | ') },
    paid,
    ...(await checkVendors(system)),
  ];
}

export const vendors: Scenario = {
  name: 'vendors',
  title:
    'vendors paid out of orders that are refunded and disputed, while what pays them is killed and Stripe loses answers',
  run: play,
};
