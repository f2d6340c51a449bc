/** Adds jobs to the queue store in batches of 2 ms, as the relay does, best effort. */
import { createBatcher } from '../../db/batch.ts';
import type { QueueStore } from '../../queues/connection.ts';
import { type FloorPayload, type FloorPlan, queueOf } from './plan.ts';

export function createAdder(store: QueueStore, plan: FloorPlan): (payload: FloorPayload) => Promise<void> {
  const batcher = createBatcher<FloorPayload>(
    (payloads) =>
      store.addJobs(
        payloads.map((payload) => ({
          queue: queueOf(plan, payload.hop),
          jobId: `job-${payload.order_id}-${payload.hop}`,
          payload,
          attempts: 20,
        })),
      ),
    2,
  );
  return (payload) => batcher.add(payload);
}
