/**
 * How much of this process strangers' servers may hold: so many requests at once, of them few to a host that does not answer. The
 * rest of the pool goes on with what leaves for others.
 */
export interface HostPlaces {
  /** How to give the place back; undefined when there is none, even after a moment. */
  take(host: string): Promise<(() => void) | undefined>;
}

export interface HostPlacesOptions {
  atOnce?: number;
  /** Requests to one host that are older than `overdueMs`, from which on it gets no more. */
  overduePerHost?: number;
  overdueMs?: number;
  /** How long somebody stands in line for a place. */
  waitMs?: number;
}

export function createHostPlaces(options: HostPlacesOptions = {}): HostPlaces {
  const { atOnce = 48, overduePerHost = 2, overdueMs = 2_000, waitMs = 250 } = options;
  const taken = new Set<{ host: string; since: number }>();
  const waiting = new Set<() => void>();

  const isSilent = (host: string) => {
    const latest = performance.now() - overdueMs;
    let overdue = 0;
    for (const place of taken) if (place.host === host && place.since < latest) overdue++;
    return overdue >= overduePerHost;
  };
  const enter = (host: string) => {
    const place = { host, since: performance.now() };
    taken.add(place);
    return () => {
      taken.delete(place);
      const [first] = waiting;
      first?.();
    };
  };
  const turn = () =>
    new Promise<void>((resolve) => {
      const go = () => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve();
      };
      const timer = setTimeout(go, waitMs);
      waiting.add(go);
    });

  return {
    async take(host) {
      if (isSilent(host)) return undefined;
      if (taken.size >= atOnce) await turn();
      return taken.size < atOnce ? enter(host) : undefined;
    },
  };
}
