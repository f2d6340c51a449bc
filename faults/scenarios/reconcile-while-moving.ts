/** Reconciliation without a pause while money moves: what it finds is true, and at the end not a cent is unexplained. */
import { setTimeout as delay } from 'node:timers/promises';
import { statement } from '../../db/database.ts';
import { readReconciliationFigures } from '../../db/finding-list.ts';
import type { FindingCode } from '../../domain/reconciliation.ts';
import { breakOutside, mendOutside } from '../outside.ts';
import { reconcile } from '../reconcile.ts';
import type { Check, Scenario } from '../scenario.ts';
import { settle } from '../settle.ts';
import { killRole, type Stage } from '../stage.ts';
import { atStripe, type Steps, WAYS } from '../ways.ts';

/** Its money can be paid out at once. */
const AVAILABLE: Steps = { card: 'pm_card_bypassPending' };

/** What lost events leave behind, and the stranger's payment; anything else would be false. */
const TRUE: ReadonlySet<FindingCode> = new Set([
  'event_missed',
  'order_behind_intent',
  'refund_behind',
  'fee_unknown',
  'refund_not_recorded',
  'dispute_not_recorded',
  'dispute_not_booked',
  'charge_foreign',
  // A payout made seconds after the payments and refunds in it, of which one was not heard of yet.
  'payout_ledger_differs',
]);

export const reconcileWhileMoving: Scenario = {
  name: 'reconcile-while-moving',
  title:
    'reconciliation run after run while orders come, money goes back at the dashboard, half of the webhooks are lost and its worker is killed',
  async run({ stage, size, crowd }) {
    const { system } = stage;
    await breakOutside(system, { provider: 'stripe', kind: 'webhook_lose', probability: 0.5 });
    const stranger = await atStripe<{ id: string }>(system, 'charges', { amount: 700, currency: 'usd' });
    const load = crowd({ orders: size.orders * 2, pauseMs: 600, ways: WAYS.flatMap((way) => [way, AVAILABLE]) });
    const runs = reconcileUntil(stage, load.done);
    for (let round = 0; round < size.rounds; round++) {
      await delay(2_000 + stage.random() * 3_000);
      await killRole(stage, 'payments');
      await system.start('payments');
    }
    await load.done;
    const rounds = await runs;
    await mendOutside(system);
    await atStripe(system, `charges/${stranger.id}/refund`, { amount: 700 });
    await settle(system);
    // The first run repairs, and what it had to repair is gone for the second.
    await reconcile(system);
    await settle(system);
    await reconcile(system);
    return [
      { what: 'rounds of reconciliation while money moved', held: rounds > 1, detail: `${rounds}` },
      ...(await judge(stage)),
    ];
  },
};

/** Pays out and reconciles, again and again; returns how often. */
async function reconcileUntil({ system }: Stage, done: Promise<void>): Promise<number> {
  let isOver = false;
  void done.finally(() => {
    isOver = true;
  });
  let rounds = 0;
  for (; !isOver; rounds++) {
    await reconcile(system);
    await atStripe(system, 'payouts/run', {});
  }
  return rounds;
}

const found = statement(
  'faults_findings',
  `select code, count(*)::integer as findings, min(explanation) filter (where status = 'open') as open from findings group by code order by code`,
);

const payouts = statement(
  'faults_booked_payouts',
  `select count(*)::integer as booked from ledger_transactions where cause_kind = 'payout'`,
);

async function judge({ system }: Stage): Promise<Check[]> {
  const rows = await system.db.rows<{ code: FindingCode; findings: number; open: string | null }>(found);
  const { booked } = (await system.db.rows<{ booked: number }>(payouts))[0]!;
  const { unexplained } = await readReconciliationFigures(system.db);
  const codes = rows.map(({ code }) => code);
  const open = rows.filter((row) => row.open !== null);
  const wrong = codes.filter((code) => !TRUE.has(code));
  const cents = unexplained.filter(({ amount }) => amount !== 0);
  const all = rows.map(({ code, findings }) => `${code} ${findings}`).join(', ');
  return [
    {
      what: 'lost events and the stranger are found',
      held: ['event_missed', 'charge_foreign'].every((code) => codes.includes(code as FindingCode)),
      detail: all,
    },
    { what: 'payouts are booked', held: booked > 0, detail: `${booked}` },
    { what: 'nothing else is ever found', held: wrong.length === 0, detail: wrong.join(', ') },
    { what: 'no finding stays open', held: open.length === 0, detail: open.map((row) => row.open).join(' | ') },
    { what: 'no cent is unexplained', held: cents.length === 0, detail: JSON.stringify(unexplained) },
  ];
}
