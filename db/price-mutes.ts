/** What nobody wants to hear of for a while. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export type MuteScope = 'competitor' | 'product' | 'variant' | 'tag' | 'listing';

export interface MuteRow {
  id: string;
  scope: MuteScope;
  scope_value: string;
  rule_id: string | null;
  reason: string | null;
  actor: string | null;
  ends_at: Date;
  created_at: Date;
}

const insert = statement(
  'insert_price_mute',
  `insert into price_mutes (id, scope, scope_value, rule_id, reason, actor, ends_at, created_at)
   values ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7), now()) returning *`,
);

export async function insertMute(
  tx: Executor,
  mute: Pick<MuteRow, 'scope' | 'scope_value' | 'rule_id' | 'reason' | 'actor'> & { hours: number },
): Promise<MuteRow> {
  const { scope, scope_value, rule_id, reason, actor, hours } = mute;
  return (await tx.rows<MuteRow>(insert, [uuidv7(), scope, scope_value, rule_id, reason, actor, hours]))[0]!;
}

const rule = statement('alert_rule_id', 'select id from alert_rules where id = $1');

/** Undefined when there is no such rule. */
export async function findRuleId(tx: Executor, id: string): Promise<string | undefined> {
  return (await tx.rows<{ id: string }>(rule, [id]))[0]?.id;
}

const ofListing = statement(
  'price_mute_of_listing',
  `select * from price_mutes where scope = 'listing' and scope_value = $1 and rule_id is null and ends_at > now() order by ends_at desc limit 1`,
);

/** The one of all rules that lasts longest. */
export async function findMuteOfListing(tx: Executor, listingId: string): Promise<MuteRow | undefined> {
  return (await tx.rows<MuteRow>(ofListing, [listingId]))[0];
}

const remove = statement('delete_price_mute', 'delete from price_mutes where id = $1 returning id');

/** False when there is none. */
export async function deleteMute(tx: Executor, id: string): Promise<boolean> {
  return (await tx.rows(remove, [id])).length > 0;
}

const list = statement(
  'list_price_mutes',
  `select * from price_mutes where ends_at > now() and ($1::uuid is null or id > $1) order by id limit $2 + 1`,
);

/** Those that have not ended, oldest first; one row more than the page holds. */
export function listMutes(
  db: Executor,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<MuteRow[]> {
  return db.rows<MuteRow>(list, [after ?? null, limit]);
}
