/** How pages are asked of a service that takes several at once, without ever more of them in a minute than its plan allows. */

export interface BatchPace {
  /** Pages in a batch, at most. */
  size: number;
  /** For each page of a batch, before the next one starts. */
  gapSeconds: number;
}

const BATCHES_PER_MINUTE = 10;

/**
 * A batch holds six seconds' worth at most. Of a budget of N a minute a batch of K starts all K at once, so any minute that begins with
 * one could see K - 1 more than N: batches are spaced as if the budget were that much smaller, and no minute has more than N. With
 * ten a minute a batch is one page, and each starts six seconds after the one before.
 */
export function batchPace(requestsPerMinute: number, batchSize: number): BatchPace {
  const size = Math.max(1, Math.min(batchSize, Math.floor(requestsPerMinute / BATCHES_PER_MINUTE)));
  return { size, gapSeconds: 60 / (requestsPerMinute - size + 1) };
}
