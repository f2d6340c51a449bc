/** What goes wrong with messages beyond one provider's faults: events that come too late, a provider that is down, two timers. */
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../bench/system-environment.ts';
import { statement } from '../../db/database.ts';
import { spawnNode } from '../../test/support/spawn-node.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { arriveOnce, countMails, waitForMessages } from '../messages.ts';
import { breakOutside, mendOutside } from '../outside.ts';
import type { Check, Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const SEND = { path: '/v3/mail/send' };

async function restart({ system }: Stage, role: string): Promise<void> {
  await system.processes.get(role)?.kill();
  await system.start(role);
}

export const lateEvents: Scenario = {
  name: 'message-events-too-late',
  title:
    'every answer of SendGrid lost, and its events later than the wait: sent again once at most, and nothing after an event',
  async run({ stage, crowd }) {
    await breakOutside(stage.system, { provider: 'sendgrid', kind: 'answer_lost', match: SEND });
    await breakOutside(stage.system, { provider: 'sendgrid', kind: 'webhook_delay', delay_ms: 12_000 });
    const load = crowd({ orders: 12, ways: ['good'] });
    await load.done;
    await delay(8_000);
    await mendOutside(stage.system);
    const rows = await waitForMessages(stage, load.accepted, ({ status }) => status === 'delivered');
    const mails = await countMails(stage);
    const resent = rows.filter((row) => row.resent);
    const more = rows.filter(({ id, resent: again }) => (mails.get(id) ?? 0) > (again ? 2 : 1));
    return [
      { what: 'some messages are sent again', held: resent.length > 0, detail: `${resent.length} of ${rows.length}` },
      { what: 'no message comes more often than it was sent', held: more.length === 0, detail: `${more.length}` },
      {
        what: 'all are settled by their events',
        held: rows.every(({ status, events }) => status === 'delivered' && events.length > 0),
        detail: rows.map(({ status }) => status).join(),
      },
    ];
  },
};

export const secondProvider: Scenario = {
  name: 'message-second-provider',
  title:
    'SendGrid takes nothing (its key is refused, it is down, it is throttled): all goes by SMTP, and nothing twice',
  async run(play) {
    const { system } = play.stage;
    const port = await freePort();
    Object.assign(system.env, { STOCKROOM_SANDBOX_SMTP_PORT: `${port}`, SMTP_URL: `smtp://127.0.0.1:${port}` });
    await restart(play.stage, 'sandbox');
    await restart(play.stage, 'notifications');
    const checks: Check[] = [];
    for (const [how, wish] of [
      ['refuses the key', { kind: 'server_error', status: 401 }],
      ['throttles everything', { kind: 'rate_limit' }],
    ] as const) {
      await breakOutside(system, { provider: 'sendgrid', match: SEND, ...wish });
      const load = play.crowd({ orders: 10, ways: ['good'] });
      await load.done;
      const rows = await waitForMessages(play.stage, load.accepted);
      await mendOutside(system);
      checks.push(...(await arriveOnce(play.stage, load.accepted, `SendGrid ${how}`)), {
        what: `SendGrid ${how}: SMTP takes all`,
        held: rows.every(({ attempts }) => attempts.at(-1)?.provider === 'smtp'),
        detail: rows
          .map(({ attempts }) => attempts.map((each) => each.provider).join('>'))
          .slice(0, 3)
          .join(),
      });
    }
    return checks;
  },
};

const hold = statement(
  'faults_hold_messages',
  `insert into notifications (id, order_id, cause, template, topic, recipient, status, due_at, data)
   select gen_random_uuid(), null, 'faults/' || gen_random_uuid(), 'operations-notice', 'stock', 'm' || i % $2 || '@shop.example', 'held',
     now() + interval '1 second', '{"kind": "capture_failed"}' from generate_series(1, $1::integer) i`,
);
const left = statement(
  'faults_held_messages',
  `select count(*)::integer as rows from notifications where status = 'held'`,
);
const digests = statement(
  'faults_digests',
  `select count(*)::integer as digests, count(distinct recipient)::integer as recipients,
     coalesce(sum((data ->> 'count')::integer), 0)::integer as members
   from notifications where template = 'digest'`,
);

const HELD = 300;
const RECIPIENTS = 10;

export const twoDigestTimers: Scenario = {
  name: 'message-two-schedulers',
  title: 'three schedulers at once while digests become due, one of them killed: each message is told once',
  async run({ stage, crowd }) {
    const { system } = stage;
    const load = crowd({ orders: 20, ways: ['good'] });
    const others = [1, 2].map(() => spawnNode('workers/main.ts', { ...system.env, WORKERS: 'scheduler' }));
    await system.db.rows(hold, [HELD, RECIPIENTS]);
    await delay(1_500);
    await others[0]?.kill('SIGKILL');
    const count = async () => (await system.db.rows<{ rows: number }>(left))[0]!.rows;
    await waitFor(async () => (await count()) === 0, { timeoutMs: 20_000, everyMs: 200 }).catch(() => {});
    await load.done;
    await Promise.all(others.map((other) => other.kill()));
    const [found] = await system.db.rows<{ digests: number; recipients: number; members: number }>(digests);
    return [
      { what: 'nothing is held any more', held: (await count()) === 0, detail: `${await count()} left` },
      {
        what: 'each recipient gets one digest of all that was held',
        held: found!.digests === RECIPIENTS && found!.members === HELD,
        detail: JSON.stringify(found),
      },
      ...(await arriveOnce(stage, load.accepted, 'meanwhile')),
    ];
  },
};

export const messageScenarios: readonly Scenario[] = [lateEvents, secondProvider, twoDigestTimers];
