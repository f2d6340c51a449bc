import type { Store } from '../store.ts';
import type { Parcel, Parcels } from './parcels.ts';

/** What follows what on a good journey, how long each leg takes (from, to, in ms at speed 1), and what the scan says. */
const legs: Readonly<Record<string, { next: string; ms: readonly [number, number] }>> = {
  label_purchased: { next: 'in_transit', ms: [1_000, 2_000] },
  in_transit: { next: 'out_for_delivery', ms: [1_000, 2_000] },
  out_for_delivery: { next: 'delivered', ms: [1_000, 3_000] },
  exception: { next: 'in_transit', ms: [0, 0] },
};

const descriptions: Readonly<Record<string, string>> = {
  label_purchased: 'The sender announced the parcel.',
  in_transit: 'Picked up, on its way.',
  out_for_delivery: 'On the van to the recipient.',
  delivered: 'Handed over.',
  exception: 'The address could not be found; the parcel waits at the depot.',
};

/** The scans that are told by webhook; all of them are in the parcel's own list. */
const TOLD = new Set(['in_transit', 'delivered', 'exception', 'undeliverable', 'lost', 'return_to_sender']);

/** A parcel to this postal code cannot be handed over. */
const UNDELIVERABLE_POSTAL_CODE = '00000';

const BATCH = 200;
/** Parcels that fall due close together move in one transaction. */
const TICK_MS = 20;
const MAX_TIMER_MS = 60_000;

export interface Journey {
  /** When a parcel in this state moves on by itself; null when it doesn't. */
  dueAt(status: string): number | null;
  /** Records the first scan of a new parcel and looks for what is due. */
  begin(parcel: Parcel): void;
  /** Moves a parcel on, or to a given state, now. Returns its new state. */
  advance(parcel: Parcel, status?: string): string;
  close(): void;
}

export interface JourneyParts {
  store: Store;
  parcels: Parcels;
  /** Sends an event after the commit. */
  tell(event: { id: string; type: string }): void;
  /** 1: a few seconds from door to door; 10: ten times as fast; 0: parcels move on request only. */
  speed: number;
}

/** Moves parcels by one scan over what is due: no timer per parcel, and a restart only delays. */
export function createJourney(parts: JourneyParts): Journey {
  const { store, parcels, speed } = parts;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let closed = false;

  const dueAt = (status: string): number | null => {
    const leg = legs[status];
    if (!leg || speed <= 0 || status === 'exception') return null;
    const [from, to] = leg.ms;
    return Math.round(Date.now() + (from + Math.random() * (to - from)) / speed);
  };
  const wakeAt = (at: number | null | undefined) => {
    if (closed || at === null || at === undefined || at >= timerAt) return;
    timerAt = at;
    clearTimeout(timer);
    timer = setTimeout(run, Math.min(MAX_TIMER_MS, Math.max(TICK_MS, at - Date.now())));
    timer.unref();
  };
  const run = () => {
    timerAt = Number.POSITIVE_INFINITY;
    const due = parcels.due(Date.now(), BATCH);
    if (due.length > 0)
      store.transaction(() => due.map((parcel) => scan(parts, parcel, nextOf(parcel), dueAt)), TICK_MS);
    wakeAt(parcels.nextDueAt());
  };
  wakeAt(parcels.nextDueAt());
  return {
    dueAt,
    begin: (parcel) => {
      scan(parts, parcel, 'label_purchased', () => parcel.due_at);
      store.afterCommit(() => wakeAt(parcel.due_at));
    },
    advance: (parcel, status = nextOf(parcel)) => {
      const at = dueAt(status);
      store.transaction(() => scan(parts, parcel, status, () => at));
      wakeAt(at);
      return status;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function nextOf(parcel: Parcel): string {
  const next = legs[parcel.status]?.next ?? parcel.status;
  return next === 'delivered' && parcel.facts.to.postal_code === UNDELIVERABLE_POSTAL_CODE ? 'exception' : next;
}

function scan(parts: JourneyParts, parcel: Parcel, status: string, dueAt: (status: string) => number | null): void {
  const update = parts.parcels.addScan(parcel, status, descriptions[status] ?? status, dueAt(status));
  if (!TOLD.has(status)) return;
  const event = {
    id: `evt_${update.id.slice(4)}`,
    type: `tracking.${status}`,
    created_at: update.occurred_at,
    shipment: {
      id: parcel.id,
      reference: parcel.reference,
      metadata: parcel.facts.metadata,
      carrier: CARRIER,
      service: parcel.facts.service,
      tracking_number: parcel.tracking_number,
      tracking_url: trackingUrl(parcel),
    },
    update,
  };
  parts.tell(event);
}

export const CARRIER = 'Parcelwing';

export const trackingUrl = (parcel: Parcel): string =>
  `${parcel.facts.base_url}/carrier/track/${parcel.tracking_number}`;
