/** Pictures while their workers, their decoders and their storage fall. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '../../bench/processes.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { checkPictures, givePictures, paintWishes, untilDecided } from '../pictures.ts';
import type { Check, Scenario } from '../scenario.ts';
import { killRole, type Stage } from '../stage.ts';

export const killImageWorkers: Scenario = {
  name: 'kill-image-workers',
  title: 'kill -9 of the images pool and of its decoders while pictures are taken, made and encoded',
  async run({ stage, size }) {
    let given = false;
    const giving = givePictures(stage.system, await paintWishes(40), 400).finally(() => {
      given = true;
    });
    giving.catch(() => {});
    const kills = { workers: 0, decoders: 0 };
    while (!given || kills.workers < 2 * size.rounds) {
      if (await killDecoder(stage)) kills.decoders++;
      // A picture whose decoder dies has one more try: two deaths in a row would be taken for its own doing.
      await delay(1_500 + stage.random() * 500);
      await killRole(stage, 'images');
      kills.workers++;
      await stage.system.start('images');
    }
    const checks = await judge(stage, await giving);
    const killed = `${kills.workers} workers and ${kills.decoders} decoders`;
    return [...checks, { what: 'something was killed', held: kills.decoders > 0, detail: killed }];
  },
};

/** One that has a picture in hand, as far as can be seen from here. False when none shows up for a while. */
async function killDecoder(stage: Stage): Promise<boolean> {
  const pid = stage.system.processes.get('images')?.child.pid ?? 0;
  const decoder = await waitFor(() => childrenOf(pid).at(0), { timeoutMs: 4_000 }).catch(() => undefined);
  if (!decoder) return false;
  await delay(stage.random() * 600);
  try {
    return process.kill(decoder, 'SIGKILL');
  } catch {
    return false;
  }
}

export const storageOutage: Scenario = {
  name: 'storage-outage',
  title: 'the storage of pictures is gone for some seconds, again and again: nothing that was accepted is lost',
  async run({ stage, size }) {
    const giving = givePictures(stage.system, await paintWishes(30), 400);
    giving.catch(() => {});
    for (let round = 0; round < size.rounds; round++) {
      await delay(1_000);
      await takeAway(stage.system.env.STOCKROOM_MEDIA_DIR!, 4_000);
    }
    return judge(stage, await giving);
  },
};

async function judge({ system }: Stage, accepted: Awaited<ReturnType<typeof givePictures>>): Promise<Check[]> {
  const decided = await untilDecided(system);
  return [{ what: 'everything comes to its end', held: decided }, ...(await checkPictures(system, accepted))];
}

/** As a disk that is not mounted, or is read-only: every call fails, also for root. */
async function takeAway(folder: string, forMs: number): Promise<void> {
  const away = `${folder}.away`;
  await rename(folder, away);
  await writeFile(folder, '');
  await delay(forMs);
  await rm(folder);
  await rename(away, folder);
}
