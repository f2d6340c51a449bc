/** The whole pipeline: from bytes at the door to variants in storage and a picture that is ready, over the queue. */
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '../processes.ts';
import type { Stores } from '../stores.ts';
import { QUALITIES, type Side, WIDTHS } from './plan.ts';
import { openImagesPool } from './pool.ts';

/** How often it is asked what is ready; little beside a turn. */
const LOOK_MS = 25;

export async function createPipelineSide(stores: Stores, store: string): Promise<Side> {
  const pool = await openImagesPool(stores, {
    STOCKROOM_IMAGE_PRESETS: WIDTHS.join(','),
    STOCKROOM_IMAGE_FORMATS: 'webp,jpeg',
    STOCKROOM_IMAGE_QUALITY_WEBP: String(QUALITIES.webp),
    STOCKROOM_IMAGE_QUALITY_JPEG: String(QUALITIES.jpeg),
    STOCKROOM_IMAGE_MAX_BYTES: '20000000',
  });
  return {
    name: `pipeline, queues in ${store}`,
    pids: () => [pool.worker.pid, pool.others.pid, ...childrenOf(pool.worker.pid)],
    async render(pictures) {
      for (const picture of pictures) await pool.give(picture);
      for (let done = 0; done < pictures.length; done += await pool.takeAway()) await delay(LOOK_MS);
    },
    close: () => pool.close(),
  };
}
