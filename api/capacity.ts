/** Back-pressure: past a limit of open work, more of it is refused with 503 rather than piled up. Looked at now and then. */
import { Problem } from './problem.ts';

const LOOK_EVERY_MS = 5_000;
const RETRY_AFTER_SECONDS = 5;

export interface Capacity {
  /** Throws 503 while more is open than the limit. */
  assert(): void;
  close(): void;
}

/** @param count how much is open; it need not count further than it is told */
export function watchCapacity(
  count: (atMost: number) => Promise<number>,
  maxOpen: number,
  onError: (error: Error) => void,
): Capacity {
  let full = false;
  const look = () =>
    count(maxOpen).then((open) => {
      full = open >= maxOpen;
    }, onError);
  const timer = setInterval(look, LOOK_EVERY_MS);
  void look();
  return {
    assert() {
      if (!full) return;
      const detail = 'More work is waiting than this shop takes on; nothing was accepted.';
      throw new Problem({ status: 503, code: 'backlog_full', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
    },
    close: () => clearInterval(timer),
  };
}
