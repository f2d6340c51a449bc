/** How the workers of a process end: what they have in hand is finished, but for pictures that take too long. */
import type { Worker } from '../queues/connection.ts';
import type { OpenedTools } from './image-tools.ts';

/** Pictures that are not done by then are another process's. */
const PICTURES_MS = 3_000;

export async function closeWorkers(workers: readonly Worker[], images: OpenedTools | undefined): Promise<void> {
  const late = setTimeout(() => void images?.close(), PICTURES_MS);
  await Promise.all(workers.map((worker) => worker.close()));
  clearTimeout(late);
  await images?.close();
}
