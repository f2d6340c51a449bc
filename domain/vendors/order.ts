/** A vendor's part of an order: its states as data, and what a part has to become by what the order says. Pure. */
import { assertClosed } from '../order-status.ts';

export const vendorOrderTransitions = {
  open: ['packed', 'partially_shipped', 'shipped', 'delivered', 'canceled'],
  packed: ['open', 'partially_shipped', 'shipped', 'delivered', 'canceled'],
  partially_shipped: ['shipped', 'delivered'],
  shipped: ['delivered'],
  delivered: [],
  canceled: [],
} as const;

export type VendorOrderStatus = keyof typeof vendorOrderTransitions;

assertClosed(vendorOrderTransitions);

export interface PartLine {
  order_line_id: string;
  variant_id: string;
  sku: string;
  name: string;
  quantity: number;
  refunded_quantity: number;
  unit_amount: number;
  commission_bps: number;
}

/** Where a part goes. */
export interface ShipTo {
  name: string | null;
  address: Readonly<Record<string, unknown>>;
}

/** What the order says by now. */
export interface PartFacts {
  order_status: string;
  is_held: boolean;
  ship_to: ShipTo;
  lines: readonly PartLine[];
  /** The states of the parcels that leave from the vendor's places. */
  parcels: readonly string[];
}

/** What the vendor was last told. */
export interface KeptPart {
  status: VendorOrderStatus;
  is_held: boolean;
  is_packed: boolean;
  ship_to: ShipTo;
  lines: readonly PartLine[];
}

export type PartNews =
  | 'created'
  | 'changed'
  | 'held'
  | 'released'
  | 'partially_shipped'
  | 'shipped'
  | 'delivered'
  | 'canceled';

export interface PartChange {
  status: VendorOrderStatus;
  /** Lines as they are to be kept: one that an edit took away stays with a quantity of 0. */
  lines: PartLine[];
  /** In the order in which they are told; empty: nothing has changed. */
  news: PartNews[];
  /** Lines whose counts are others than the vendor was told. */
  changed: { sku: string; from: number; to: number }[];
}

/** Compares what stands with what was told. Nothing in it depends on when or how often it is asked. */
export function followPart(kept: KeptPart | undefined, facts: PartFacts): PartChange {
  const lines = keepLines(kept?.lines ?? [], facts.lines);
  const status = statusOf(kept, { ...facts, lines });
  if (!kept) return { status, lines, news: ['created', ...statusNews('open', status)], changed: [] };
  const changed = changedLines(kept.lines, lines);
  const moved = changed.length > 0 || !sameJson(kept.ship_to, facts.ship_to);
  const news: PartNews[] = [
    // Of a part that ends with it, its end is told.
    ...(moved && status !== 'canceled' ? (['changed'] as const) : []),
    ...(kept.is_held === facts.is_held ? [] : [facts.is_held ? ('held' as const) : ('released' as const)]),
    ...statusNews(kept.status, status),
  ];
  return { status, lines, news, changed };
}

/** Units that are still to be sent, or were. */
export const openUnits = (lines: readonly PartLine[]): number =>
  lines.reduce((sum, line) => sum + Math.max(0, line.quantity - line.refunded_quantity), 0);

function statusOf(kept: KeptPart | undefined, facts: PartFacts): VendorOrderStatus {
  const from = kept?.status ?? 'open';
  const to = targetOf(facts, kept?.is_packed ?? false);
  return (vendorOrderTransitions[from] as readonly string[]).includes(to) ? to : from;
}

const LEFT = ['in_transit', 'delivered', 'exception'];

function targetOf({ order_status, lines, parcels }: PartFacts, isPacked: boolean): VendorOrderStatus {
  const left = parcels.filter((status) => LEFT.includes(status)).length;
  if (left > 0 && parcels.every((status) => status === 'delivered')) return 'delivered';
  if (left > 0) return left === parcels.length ? 'shipped' : 'partially_shipped';
  if (order_status === 'canceled' || openUnits(lines) === 0) return 'canceled';
  return isPacked ? 'packed' : 'open';
}

/** That it is packed its vendor knows, who said so. */
const statusNews = (from: VendorOrderStatus, to: VendorOrderStatus): PartNews[] =>
  from === to || to === 'open' || to === 'packed' ? [] : [to];

/** The commission and the price of a line are those of when it was first seen. */
function keepLines(kept: readonly PartLine[], now: readonly PartLine[]): PartLine[] {
  const before = new Map(kept.map((line) => [line.order_line_id, line]));
  const there = new Set(now.map((line) => line.order_line_id));
  const gone = kept.filter((line) => !there.has(line.order_line_id)).map((line) => ({ ...line, quantity: 0 }));
  const standing = now.map((line) => {
    const known = before.get(line.order_line_id);
    return known ? { ...line, commission_bps: known.commission_bps } : line;
  });
  return [...standing, ...gone];
}

function changedLines(kept: readonly PartLine[], now: readonly PartLine[]): PartChange['changed'] {
  const before = new Map(kept.map((line) => [line.order_line_id, line]));
  return now.flatMap((line) => {
    const known = before.get(line.order_line_id);
    const [from, to] = [known ? standing(known) : 0, standing(line)];
    return from === to ? [] : [{ sku: line.sku, from, to }];
  });
}

const standing = ({ quantity, refunded_quantity }: PartLine) => Math.max(0, quantity - refunded_quantity);

/** Members of jsonb come back in another order than they went in. */
function sameJson(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join()}}`;
}
