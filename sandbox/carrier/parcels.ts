import { randomInt } from 'node:crypto';
import { randomText } from '../random-text.ts';
import type { Store } from '../store.ts';

/** `due_at` is when the parcel moves on by itself; empty when it has arrived, is stuck, or moves on request only. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS carrier_parcels (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, idempotency_key TEXT NOT NULL UNIQUE, tracking_number TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL, status TEXT NOT NULL, facts TEXT NOT NULL, due_at INTEGER);
CREATE INDEX IF NOT EXISTS carrier_parcels_due ON carrier_parcels (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS carrier_parcels_reference ON carrier_parcels (reference);
CREATE TABLE IF NOT EXISTS carrier_scans (
  parcel INTEGER NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, description TEXT NOT NULL, occurred_at INTEGER NOT NULL,
  PRIMARY KEY (parcel, number)) WITHOUT ROWID;`;

export type Address = Record<string, unknown>;

/** What the sender said of a parcel, and what the carrier answered. */
export interface ParcelFacts {
  metadata: Record<string, string>;
  from: Address;
  to: Address;
  weight_grams: number;
  service: string;
  cost: { amount: number; currency: string };
  base_url: string;
}

export interface Parcel {
  seq: number;
  id: string;
  tracking_number: string;
  reference: string;
  status: string;
  facts: ParcelFacts;
  due_at: number | null;
}

export interface Scan {
  id: string;
  status: string;
  description: string;
  occurred_at: string;
}

type ParcelRow = Omit<Parcel, 'facts'> & { facts: string };

export interface Parcels {
  /** Makes a parcel with its label, or finds the one that this key made before. */
  insert(
    key: string,
    reference: string,
    facts: ParcelFacts,
    dueAt: number | null,
  ): { parcel: Parcel; created: boolean };
  /** By its id, its tracking number or the sender's reference. */
  find(name: string): Parcel | undefined;
  list(limit: number): Parcel[];
  /** Parcels that should have moved by `now`. */
  due(now: number, limit: number): Parcel[];
  nextDueAt(): number | undefined;
  /** Records a scan and when the next one is due. */
  addScan(parcel: Parcel, status: string, description: string, dueAt: number | null): Scan;
  scans(parcel: Parcel): Scan[];
}

export function createParcels(store: Store): Parcels {
  store.exec(SCHEMA);
  const insert = store.statement(
    "INSERT INTO carrier_parcels (id, idempotency_key, tracking_number, reference, status, facts, due_at) VALUES (?, ?, ?, ?, 'label_purchased', ?, ?)",
  );
  const byKey = store.statement('SELECT * FROM carrier_parcels WHERE idempotency_key = ?');
  const byName = store.statement(
    'SELECT * FROM carrier_parcels WHERE id = ?1 OR tracking_number = ?1 OR reference = ?1 LIMIT 1',
  );
  const due = store.statement('SELECT * FROM carrier_parcels WHERE due_at <= ? ORDER BY due_at LIMIT ?');
  const nextDue = store.statement('SELECT min(due_at) AS at FROM carrier_parcels WHERE due_at IS NOT NULL');
  const list = store.statement('SELECT * FROM carrier_parcels ORDER BY seq DESC LIMIT ?');
  return {
    insert: (key, reference, facts, dueAt) =>
      store.transaction(() => {
        const before = byKey.get(key) as unknown as ParcelRow | undefined;
        if (before) return { parcel: parse(before), created: false };
        const id = `shp_${randomText(20)}`;
        insert.run(id, key, trackingNumber(), reference, JSON.stringify(facts), dueAt);
        return { parcel: parse(byKey.get(key) as unknown as ParcelRow), created: true };
      }),
    find: (name) => {
      const row = byName.get(name) as unknown as ParcelRow | undefined;
      return row && parse(row);
    },
    list: (limit) => (list.all(limit) as unknown as ParcelRow[]).map(parse),
    due: (now, limit) => (due.all(now, limit) as unknown as ParcelRow[]).map(parse),
    nextDueAt: () => (nextDue.get() as { at: number | null }).at ?? undefined,
    ...createScans(store),
  };
}

function createScans(store: Store): Pick<Parcels, 'addScan' | 'scans'> {
  const last = store.statement('SELECT coalesce(max(number), 0) AS n FROM carrier_scans WHERE parcel = ?');
  const insert = store.statement('INSERT INTO carrier_scans VALUES (?, ?, ?, ?, ?)');
  const move = store.statement('UPDATE carrier_parcels SET status = ?, due_at = ? WHERE seq = ?');
  const ofParcel = store.statement('SELECT * FROM carrier_scans WHERE parcel = ? ORDER BY number');
  const shape = (
    parcel: Parcel,
    row: { number: number; status: string; description: string; occurred_at: number },
  ) => ({
    id: `trk_${parcel.id.slice(4)}_${row.number}`,
    status: row.status,
    description: row.description,
    occurred_at: new Date(row.occurred_at).toISOString(),
  });
  return {
    addScan: (parcel, status, description, dueAt) => {
      const number = (last.get(parcel.seq) as { n: number }).n + 1;
      const occurred_at = Date.now();
      insert.run(parcel.seq, number, status, description, occurred_at);
      move.run(status, dueAt, parcel.seq);
      return shape(parcel, { number, status, description, occurred_at });
    },
    scans: (parcel) => ofParcel.all(parcel.seq).map((row) => shape(parcel, row as never)),
  };
}

const parse = (row: ParcelRow): Parcel => ({ ...row, facts: JSON.parse(row.facts) as ParcelFacts });

/** Sixteen digits, an even count, as the bar code on the label wants them. */
function trackingNumber(): string {
  const part = () => String(randomInt(100_000_000)).padStart(8, '0');
  return `PW${part()}${part()}`;
}
