/** Adds jobs to the queue store in batches of 2 ms, as the relay does, best effort. */
import { createBatcher } from '../../db/batch.ts';
import { addJobs, type QueueStore } from '../../queues/connection.ts';
import { type FloorPayload, type FloorPlan, queueOf } from './plan.ts';

export function createAdder(store: QueueStore, plan: FloorPlan): (payload: FloorPayload) => Promise<void> {
  const queues = new Map(Array.from({ length: plan.queues }, (_, n) => [`floor-${n}`, store.openQueue(`floor-${n}`)]));
  const opts = { attempts: 20, backoff: { type: 'custom' } };
  const batcher = createBatcher<FloorPayload>(async (payloads) => {
    const groups = Map.groupBy(payloads, (payload) => queueOf(plan, payload.hop));
    await Promise.all(
      [...groups].map(async ([name, group]) => {
        const queue = queues.get(name);
        const jobs = group.map((data) => ({
          name,
          data,
          opts: { ...opts, jobId: `job-${data.order_id}-${data.hop}` },
        }));
        if (queue) await addJobs(store, queue, jobs);
      }),
    );
  }, 2);
  return (payload) => batcher.add(payload);
}
