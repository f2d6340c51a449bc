/**
 * The notifications pool killed between any two steps of sending a message: before its claim, after it, when the provider has it,
 * while that is recorded, and after it. Each message arrives, and none twice.
 */
import { statement } from '../../db/database.ts';
import { arriveOnce } from '../messages.ts';
import { breakOutside, mendOutside, waitForHits } from '../outside.ts';
import type { Check, Play, Scenario } from '../scenario.ts';
import { killRole } from '../stage.ts';
import { killAt, type Point } from './kill-at-point.ts';

const ROLE = 'notifications';
const WORKERS = 'stockroom-workers';
const lock = (table: string, mode: string) => statement(`faults_lock_${table}`, `lock table ${table} in ${mode} mode`);

/** What each step waits for alone: the claim reads suppressions, the record keeps the text, the end of the job its history. */
const POINTS: readonly ({ between: string } & Point)[] = [
  { between: 'at the claim', lock: lock('suppressions', 'access exclusive'), application: WORKERS },
  { between: 'at the record', lock: lock('notification_contents', 'share'), application: WORKERS },
  { between: 'after the record', lock: lock('finished_jobs', 'share'), application: 'stockroom-bookkeeping' },
];

export const killSending: Scenario = {
  name: 'kill-sending',
  title: 'the notifications pool killed at every step of sending: every message arrives, and none twice',
  async run(play) {
    const { system } = play.stage;
    system.env.STOCKROOM_UNCERTAIN_WAIT_SECONDS = '15';
    await system.processes.get('scheduler')?.kill();
    await system.start('scheduler');
    await delayEvents(play);
    const checks: Check[] = [];
    for (const point of POINTS) for (const cut of [false, true]) checks.push(...(await killAtPoint(play, point, cut)));
    for (const phase of ['before', 'after'] as const) checks.push(...(await killWhileCalling(play, phase)));
    return checks;
  },
};

/** Later than the next run of the job, so that no event saves it from sending twice, and within the wait. */
async function delayEvents({ stage }: Play): Promise<void> {
  await breakOutside(stage.system, { provider: 'sendgrid', kind: 'webhook_delay', delay_ms: 8_000 });
}

async function killAtPoint(play: Play, point: (typeof POINTS)[number], cut: boolean): Promise<Check[]> {
  const { stage, crowd } = play;
  const load = crowd({ endless: true, orders: 12, buyers: 4, pauseMs: 300, ways: ['good'] });
  await killAt(stage, ROLE, point, cut);
  await stage.system.start(ROLE);
  await load.close();
  return arriveOnce(stage, load.accepted, `killed ${point.between}, the statement ${cut ? 'cut' : 'left'}`);
}

/** The call reaches the provider, which takes the message before or after the death, and nobody hears the answer. */
async function killWhileCalling(play: Play, phase: 'before' | 'after'): Promise<Check[]> {
  const { stage, crowd } = play;
  const match = { method: 'POST', path: '/v3/mail/send' };
  const fault = await breakOutside(stage.system, { provider: 'sendgrid', kind: 'slow', phase, delay_ms: 1_500, match });
  const load = crowd({ orders: 6, buyers: 6, ways: ['good'] });
  for (let death = 1; death <= 2; death++) {
    await waitForHits(stage.system, fault, death * 2);
    await killRole(stage, ROLE);
    await stage.system.start(ROLE);
  }
  await mendOutside(stage.system);
  await delayEvents(play);
  await load.done;
  return arriveOnce(stage, load.accepted, `killed ${phase} the provider has it`);
}
