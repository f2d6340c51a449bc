/** A capture, a release and a refund, each with the gaps between its steps in which the payments pool is killed. */
import { statement } from '../../db/database.ts';
import { breakOutside, mendOutside, waitForHits } from '../outside.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { killRole } from '../stage.ts';
import { ask } from '../ways.ts';
import { comesToAnEnd, gap, hasRefund, isIntent, killDuring, type Move, paymentOf, prepare } from './kill-in-gaps.ts';

/** Who waits for the lock: what moves money, or what closes jobs. */
const WORKERS = 'stockroom-workers';
const BOOKS = 'stockroom-bookkeeping';

const payments = 'select o.id from orders o join payments p on p.order_id = o.id';
const captures = `${payments} join captures c on c.order_id = o.id`;
const refunds = 'select o.id from orders o join refunds r on r.order_id = o.id';
const isOpen = (job: string) => `exists (select from outbox j where j.job_id = ${job} and j.status = 'pending')`;

const held: Pick<Move, 'steps' | 'isReady'> = {
  steps: { card: 'pm_card_visa', capture: 'manual' },
  isReady: ({ payment_status }) => payment_status === 'authorized',
};

const capture: Move = {
  ...held,
  ask: ({ system }, { id }) => ask(system, `/v1/orders/${id}/capture`, {}, `capture-${id}`, [202]),
  path: (order) => `${paymentOf(order)}/capture`,
  gaps: [
    gap(
      'between capture and record',
      'payments',
      WORKERS,
      `${payments} where p.captured_amount = 0`,
      isIntent('succeeded'),
    ),
    gap(
      'between record and capture row',
      'captures',
      WORKERS,
      `${captures} where c.status = 'pending' and p.captured_amount > 0`,
    ),
    gap(
      'between capture row and job',
      'finished_jobs',
      BOOKS,
      `${captures} where c.status = 'succeeded' and ${isOpen("'capture-' || c.id")}`,
    ),
  ],
  isOver: ({ payment_status }) => payment_status === 'paid',
};

const release: Move = {
  ...held,
  ask: ({ system }, { id }) => ask(system, `/v1/orders/${id}/cancel`, {}, `cancel-${id}`, [200]),
  path: (order) => `${paymentOf(order)}/cancel`,
  gaps: [
    gap(
      'between release and record',
      'payments',
      WORKERS,
      `${payments} where p.status <> 'canceled'`,
      isIntent('canceled'),
    ),
    gap(
      'between record and job',
      'finished_jobs',
      BOOKS,
      `${payments} where p.status = 'canceled' and ${isOpen("'order-' || o.id")}`,
    ),
  ],
  isOver: ({ payment_status }) => payment_status === 'canceled',
};

const refund: Move = {
  steps: { card: 'pm_card_visa' },
  isReady: ({ status }) => status === 'delivered',
  ask: ({ system }, { id }) => ask(system, `/v1/orders/${id}/refunds`, { amount: 300 }, `refund-${id}`, [202]),
  path: () => '/v1/refunds',
  gaps: [
    gap('between refund and record', 'refunds', WORKERS, `${refunds} where r.status = 'pending'`, hasRefund),
    gap(
      'between refund row and job',
      'finished_jobs',
      BOOKS,
      `${refunds} where r.status = 'succeeded' and ${isOpen("'refund-' || r.id")}`,
    ),
  ],
  isOver: ({ payment_status }) => payment_status === 'partially_refunded',
};

const sendNothing = statement('faults_lock_shipments', 'lock table shipments in share mode');

/** The same for a capture within the job that sends the order, which waits until the call to be struck is known. */
async function killAtShipment(play: Play, phase: 'before' | 'after'): Promise<Check> {
  const { stage } = play;
  const { isReady } = held;
  const { orders, fault } = await stage.system.db.transaction(async (tx) => {
    await tx.rows(sendNothing);
    const orders = await prepare(play, { steps: { card: 'pm_card_visa', capture: 'at_shipment' }, isReady });
    const match = { method: 'POST', path: capture.path(orders[0]!) };
    const wish = { provider: 'stripe', kind: 'slow', phase, delay_ms: 1_500, match } as const;
    return { orders, fault: await breakOutside(stage.system, wish) };
  });
  await waitForHits(stage.system, fault, 1);
  await killRole(stage, 'checkout');
  await mendOutside(stage.system);
  const isOver: Move['isOver'] = ({ status }) => status === 'delivered';
  return comesToAnEnd(play, { isOver }, orders, `killed ${phase} Stripe does it`, 'checkout');
}

const killCaptureAtShipment: Scenario = {
  name: 'kill-capture-at-shipment',
  title: 'the checkout pool killed while it takes the money of what it is about to send',
  run: async (play) => [await killAtShipment(play, 'before'), await killAtShipment(play, 'after')],
};

export const killMoney: readonly Scenario[] = [
  killDuring('kill-capture', 'the payments pool killed between any two steps of a capture', capture),
  killCaptureAtShipment,
  killDuring('kill-release', 'the payments pool killed between any two steps of a release', release),
  killDuring('kill-refund', 'the payments pool killed between any two steps of a refund', refund),
];
