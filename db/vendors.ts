/** Vendors: who they are and where they stand. Each change is an event of their history and of the shop's webhooks. */
import type { VendorProfile, VendorSettings, VendorStatus } from '../domain/vendors/vendor.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { appendShopEvent } from './shop-events.ts';

export interface VendorRow {
  id: string;
  number: string;
  name: string;
  slug: string;
  email: string;
  country: string;
  currency: string;
  status: VendorStatus;
  status_reason: string | null;
  status_before: VendorStatus | null;
  profile: VendorProfile;
  settings: VendorSettings;
  verification: Readonly<Record<string, unknown>>;
  refusal: { reasons: { field: string; reason: string }[]; refused_at: string } | null;
  commission_bps: number | null;
  sees_contacts: boolean;
  must_be_approved: boolean | null;
  account_id: string | null;
  transfers_enabled: boolean;
  payouts_enabled: boolean;
  details_submitted: boolean;
  requirements: { currently_due?: string[]; past_due?: string[]; disabled_reason?: string | null };
  version: number;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `id, number, name, slug, email, country, currency, status, status_reason, status_before, profile, settings, verification,
  refusal, commission_bps, sees_contacts, must_be_approved, account_id, transfers_enabled, payouts_enabled, details_submitted, requirements,
  version, created_at, updated_at`;

export interface NewVendor {
  name: string;
  slug: string;
  email: string;
  country: string;
  currency: string;
  profile?: VendorProfile | undefined;
  settings?: VendorSettings | undefined;
}

const insert = statement(
  'insert_vendor',
  `insert into vendors (id, name, slug, email, country, currency, profile, settings) values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict do nothing returning ${COLUMNS}`,
);

/** Undefined when the slug or the e-mail address is another's. */
export async function insertVendor(tx: Executor, vendor: NewVendor, actor: string): Promise<VendorRow | undefined> {
  const { name, slug, email, country, currency, profile = {}, settings = {} } = vendor;
  const [row] = await tx.rows<VendorRow>(insert, [uuidv7(), name, slug, email, country, currency, profile, settings]);
  if (row) await appendVendorEvent(tx, row.id, { type: 'vendor.registered', actor });
  return row;
}

const find = statement('find_vendor', `select ${COLUMNS} from vendors where id = $1`);
const findBySlug = statement('find_vendor_by_slug', `select ${COLUMNS} from vendors where slug = $1`);

export async function findVendor(db: Executor, id: string): Promise<VendorRow | undefined> {
  return (await db.rows<VendorRow>(find, [id]))[0];
}

export async function findVendorBySlug(db: Executor, slug: string): Promise<VendorRow | undefined> {
  return (await db.rows<VendorRow>(findBySlug, [slug]))[0];
}

const lock = statement('lock_vendor', `select ${COLUMNS} from vendors where id = $1 for no key update`);

export async function lockVendor(tx: Executor, id: string): Promise<VendorRow | undefined> {
  return (await tx.rows<VendorRow>(lock, [id]))[0];
}

const list = statement(
  'list_vendors',
  `select ${COLUMNS} from vendors where ($1::text is null or status = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
);

/** Newest first. */
export function listVendors(
  db: Executor,
  status: VendorStatus | undefined,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<VendorRow[]> {
  return db.rows<VendorRow>(list, [status ?? null, before ?? null, limit]);
}

/** What is absent stays as it is. */
export interface VendorChange {
  name?: string | undefined;
  email?: string | undefined;
  profile?: VendorProfile | undefined;
  settings?: VendorSettings | undefined;
  commission_bps?: number | null | undefined;
  sees_contacts?: boolean | undefined;
  must_be_approved?: boolean | null | undefined;
}

const update = statement(
  'update_vendor',
  `update vendors set name = coalesce($2, name), email = coalesce($3, email), profile = coalesce($4, profile),
     settings = coalesce($5, settings), commission_bps = case when $6 then $7 else commission_bps end,
     sees_contacts = coalesce($8, sees_contacts), must_be_approved = case when $9 then $10 else must_be_approved end,
     version = version + 1, updated_at = now()
   where id = $1 returning ${COLUMNS}`,
);

/** Throws PostgreSQL's 23505 (vendors_email_idx) when another vendor has the address. */
export async function updateVendor(
  tx: Executor,
  id: string,
  change: VendorChange,
  actor: string,
): Promise<VendorRow | undefined> {
  const { name, email, profile, settings, commission_bps: commission, sees_contacts, must_be_approved: must } = change;
  const [row] = await tx.rows<VendorRow>(update, [
    id,
    name ?? null,
    email ?? null,
    profile ?? null,
    settings ?? null,
    commission !== undefined,
    commission ?? null,
    sees_contacts ?? null,
    must !== undefined,
    must ?? null,
  ]);
  const changed = Object.entries(change).flatMap(([member, value]) => (value === undefined ? [] : [member]));
  if (row) await appendVendorEvent(tx, id, { type: 'vendor.changed', data: { changed }, actor });
  return row;
}

const move = statement(
  'move_vendor',
  `update vendors set status = $3::text, status_reason = $4, status_before = case when $3::text = 'suspended' then status end,
     verification = coalesce($5, verification), refusal = $6, version = version + 1, updated_at = now()
   where id = $1 and status = any ($2) returning ${COLUMNS}`,
);

export interface VendorMove {
  from: readonly VendorStatus[];
  to: VendorStatus;
  event: string;
  actor: string;
  /** For the vendor's eyes. */
  reason?: string | undefined;
  verification?: object | undefined;
  refusal?: object | undefined;
  data?: object | undefined;
}

/** Moves a vendor that is in one of the states it expects; undefined when it is in none. */
export async function moveVendor(tx: Executor, id: string, wanted: VendorMove): Promise<VendorRow | undefined> {
  const { from, to, event, actor, reason, verification, refusal, data } = wanted;
  const values = [id, from, to, reason ?? null, verification ?? null, refusal ?? null];
  const [row] = await tx.rows<VendorRow>(move, values);
  if (row) {
    const told = { status: to, ...(reason ? { reason } : {}), ...data };
    await appendVendorEvent(tx, id, { type: event, data: told, actor });
  }
  return row;
}

export interface NewVendorEvent {
  type: string;
  data?: object;
  /** Id of the API key, or who else did it. */
  actor: string;
}

const append = statement(
  'append_vendor_event',
  `with v as (update vendors set last_event = last_event + 1 where id = $1 returning last_event)
   insert into vendor_events (vendor_id, sequence, type, data, actor) select $1, last_event, $2, $3, $4 from v`,
);

export async function appendVendorEvent(
  tx: Executor,
  id: string,
  { type, data = {}, actor }: NewVendorEvent,
): Promise<void> {
  await tx.rows(append, [id, type, data, actor]);
  await appendShopEvent(tx, { type, object: 'vendor', objectId: id, vendorId: id });
}

export interface HistoryEvent {
  sequence: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
  actor: string;
  created_at: Date;
}

const events = statement(
  'list_vendor_events',
  'select sequence, type, data, actor, created_at from vendor_events where vendor_id = $1 order by sequence',
);

export function listVendorEvents(db: Executor, id: string): Promise<HistoryEvent[]> {
  return db.rows<HistoryEvent>(events, [id]);
}
