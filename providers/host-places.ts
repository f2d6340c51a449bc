/**
 * How much of this process strangers' servers may hold: so many requests at once, few of them to hosts that have not answered yet,
 * and one a minute to a host that keeps its callers waiting. The rest of the pool goes on with what leaves for others.
 */
export interface HostPlaces {
  /** A place, or after how long to come again. */
  take(host: string): Promise<Place | { againInMs: number }>;
}

export interface Place {
  /** To be called once, whatever became of the request. */
  leave(answered: boolean): void;
}

export interface HostPlacesOptions {
  atOnce?: number;
  /** Of these, for hosts that nobody knows anything good of. */
  unprovenAtOnce?: number;
  /** A host that took longer, and did not answer, is silent. */
  silentAfterMs?: number;
  /** For so long nothing is sent to it then. */
  silentForMs?: number;
  /** How long somebody stands in line for a place. */
  lineMs?: number;
}

interface Host {
  underWay: number;
  /** Requests that it may have at once: more with each answer, one when it was silent. */
  window: number;
  answers: boolean;
  silentUntil: number;
}

const FIRST_WINDOW = 4;
/** Whoever stands in line holds a place of the pool as well. */
const MOST_IN_LINE = 4;
const CROWDED_AGAIN_MS = 2_000;
const REMEMBERED = 10_000;

export function createHostPlaces(options: HostPlacesOptions = {}): HostPlaces {
  const { atOnce = 48, unprovenAtOnce = 16, silentAfterMs = 2_000 } = options;
  const { silentForMs = 60_000, lineMs = 250 } = options;
  const hosts = new Map<string, Host>();
  const line = createLine(lineMs);
  const held = { all: 0, unproven: 0 };

  const hasRoom = (host: Host) =>
    host.silentUntil <= performance.now() &&
    host.underWay < host.window &&
    held.all < atOnce &&
    (host.answers || held.unproven < Math.min(unprovenAtOnce, atOnce));

  const enter = (host: Host): Place => {
    const isUnproven = !host.answers;
    const since = performance.now();
    const count = (change: 1 | -1) => {
      host.underWay += change;
      held.all += change;
      if (isUnproven) held.unproven += change;
    };
    count(1);
    return {
      leave(answered) {
        count(-1);
        const now = performance.now();
        if (answered) Object.assign(host, { answers: true, window: Math.min(atOnce, host.window * 2) });
        else if (now - since >= silentAfterMs)
          Object.assign(host, { answers: false, window: 1, silentUntil: now + silentForMs });
        line.next();
      },
    };
  };

  return {
    async take(name) {
      const host = recall(hosts, name);
      const silentMs = host.silentUntil - performance.now();
      if (silentMs > 0) return { againInMs: soon() + silentMs };
      if (!hasRoom(host)) await line.stand();
      return hasRoom(host) ? enter(host) : { againInMs: soon() };
    },
  };
}

/** Not all at once. */
const soon = () => CROWDED_AGAIN_MS * (1 + Math.random());

/** The hosts that were used last are remembered. */
function recall(hosts: Map<string, Host>, name: string): Host {
  const host = hosts.get(name) ?? { underWay: 0, window: FIRST_WINDOW, answers: false, silentUntil: 0 };
  hosts.delete(name);
  hosts.set(name, host);
  const [oldest] = hosts.size > REMEMBERED ? hosts : [];
  if (oldest && oldest[1].underWay === 0) hosts.delete(oldest[0]);
  return host;
}

function createLine(lineMs: number) {
  const waiting = new Set<() => void>();
  return {
    next() {
      const [first] = waiting;
      first?.();
    },
    /** Until somebody left, or for a moment; where the line is long, not at all. */
    async stand() {
      if (waiting.size >= MOST_IN_LINE) return;
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          waiting.delete(go);
          resolve();
        };
        const timer = setTimeout(go, lineMs);
        waiting.add(go);
      });
    },
  };
}
