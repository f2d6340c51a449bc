/** Endpoints that fail in every way beside one that is well: it must not notice. */
import { resolve } from 'node:path';
import { waitFor } from '../../test/support/wait-for.ts';
import type { Play, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';
import { checkTold, describeDelays, type Listener, listen, readBox, type Told } from '../webhooks.ts';

/** Of each kind, so that more hang than a pool would have places if each webhook took one. */
const EACH = 4;
/** Or, on a machine that is busy with other things, twice as long as alone. */
const SLOWEST_MS = 5_000;

export const webhookNeighbours: Scenario = {
  name: 'webhook-neighbours',
  title:
    'endpoints that hang, answer 500, are busy, redirect inside, and whose name rebinds to 127.0.0.1, beside one that is well, which is told in time',
  async run(play) {
    const { stage } = play;
    const alone = await tellOne(play, 'alone');
    const undo = await resolveByTurns(stage);
    const trap = await listen(stage, 'behind-a-name', { types: ['webhook.test'] });
    const bad: Listener[] = [];
    for (const answer of ['hang', 'error', 'busy', 'cut', 'redirect'])
      for (let each = 0; each < EACH; each++) bad.push(await listen(stage, answer, { answer }));
    const { port } = new URL(stage.system.sandboxUrl);
    bad.push(await listen(stage, 'rebinds', { url: `http://rebinds.test:${port}/hooks/${trap.name}` }));
    const beside = await tellOne(play, 'beside');
    const [inside, redirected] = [await readBox(stage, trap.name), await readBox(stage, 'behind-a-redirect')];
    const asked = await waitFor(async () => allTried(await countAttempts(stage, bad)), { timeoutMs: 30_000 }).catch(
      () => countAttempts(stage, bad),
    );
    await undo();
    return [
      ...alone.checks,
      ...beside.checks,
      {
        what: 'the one that is well does not notice',
        held: slowest(beside) < Math.max(SLOWEST_MS, 2 * slowest(alone)),
        detail: `alone ${describeDelays(alone.delays)} (published after ${describeDelays(alone.untilPublished)}); beside ${bad.length} bad ones ${describeDelays(beside.delays)} (${describeDelays(beside.untilPublished)})`,
      },
      { what: 'every bad one was tried', held: allTried(asked) !== false, detail: asked.join(', ') },
      { what: 'no request came to the address inside', held: inside.data.length + redirected.data.length === 0 },
    ];
  },
};

const slowest = ({ delays }: Told) => delays.at(-1) ?? Number.POSITIVE_INFINITY;
const allTried = (attempts: readonly number[]) => attempts.every((count) => count > 0) && attempts;

async function tellOne({ stage, crowd }: Play, what: string): Promise<Told> {
  const listener = await listen(stage, what);
  await crowd({ buyers: 6, pauseMs: 300 }).done;
  return checkTold(stage, listener);
}

/** The senders' names are resolved by a server that tells another address at every second question. */
async function resolveByTurns(stage: Stage): Promise<() => Promise<void>> {
  const { env } = stage.system;
  const set = async (options: string) => {
    env.NODE_OPTIONS = options;
    await killRole(stage, 'notifications');
    await stage.system.start('notifications');
  };
  await set(`--import=${resolve(import.meta.dirname, '../rebinding-names.ts')}`);
  return () => set('');
}

async function countAttempts({ system }: Stage, listeners: readonly Listener[]): Promise<number[]> {
  const { rows } = await system.db.pool.query<{ attempts: number }>(
    `select coalesce(sum(d.attempts), 0)::integer as attempts
     from unnest($1::uuid[]) as w (id) left join webhook_deliveries d on d.endpoint_id = w.id group by w.id`,
    [listeners.map(({ id }) => id)],
  );
  return rows.map(({ attempts }) => attempts);
}
