/** What `/metrics` says of pictures: how many stand where, how long the oldest has waited, and what each step takes. */
import { Gauge, type Metric, type Registry } from 'prom-client';
import type { Database } from '../db/database.ts';
import { countImages, readOldestOpenImage } from '../db/image-list.ts';
import { readImageSteps, STEP_BUCKETS } from '../db/image-steps.ts';
import { IMAGE_STATUSES } from '../db/product-images.ts';

/** Returns what brings them up to date. */
export function createImageMetrics(db: Database, registers: Registry[]): () => Promise<void> {
  const images = new Gauge({
    name: 'stockroom_images',
    help: 'Product images by status',
    labelNames: ['status'],
    registers,
  });
  const oldest = new Gauge({
    name: 'stockroom_image_oldest_seconds',
    help: 'Age of the oldest image that waits for its bytes or its variants',
    registers,
  });
  // Counted by the workers in the database: prom-client's own histograms hold what this process has seen.
  for (const register of registers) register.registerMetric(stepMetric(db));
  return async () => {
    const counts = await countImages(db);
    for (const status of IMAGE_STATUSES) images.set({ status }, counts[status] ?? 0);
    oldest.set(await readOldestOpenImage(db));
  };
}

const NAME = 'stockroom_image_step_seconds';

function stepMetric(db: Database): Metric {
  const metric = {
    name: NAME,
    help: 'What the steps of the picture pipeline take, over all workers',
    type: 'histogram',
    aggregator: 'first',
    get: async () => ({ ...metric, get: undefined, values: await readValues(db) }),
    reset() {},
  };
  return metric as unknown as Metric;
}

async function readValues(db: Database) {
  const steps = await readImageSteps(db);
  return steps.flatMap(({ step, count, seconds, buckets }) => [
    ...STEP_BUCKETS.map((le, at) => ({ metricName: `${NAME}_bucket`, labels: { le, step }, value: buckets[at] ?? 0 })),
    { metricName: `${NAME}_bucket`, labels: { le: '+Inf', step }, value: count },
    { metricName: `${NAME}_sum`, labels: { step }, value: seconds },
    { metricName: `${NAME}_count`, labels: { step }, value: count },
  ]);
}
