/** Observations to be read: in lists and files, one by one, and added up over time. */
import { type Executor, type Statement, statement } from './database.ts';

export interface ObservationRow {
  id: string;
  observed_at: Date;
  listing_id: string;
  competitor_id: string;
  competitor_name: string;
  variant_id: string | null;
  outcome: 'observed' | 'none';
  reason: string | null;
  detail: string | null;
  amount: number | null;
  currency: string | null;
  price_kind: string | null;
  upper_amount: number | null;
  list_amount: number | null;
  shipping_amount: number | null;
  availability: string | null;
  condition: string | null;
  seller: string | null;
  title: string | null;
  brand: string | null;
  gtin: string | null;
  mpn: string | null;
  sku: string | null;
  rating: number | null;
  rating_count: number | null;
  layer: string | null;
  confidence: number | null;
  shape: string | null;
  match: unknown;
  url: string;
  evidence_key: string | null;
  evidence_sha256: string | null;
  model_key: string | null;
  screenshot_key: string | null;
  source: string;
  rule: string | null;
}

const COLUMNS = `o.id, o.observed_at, o.listing_id, o.competitor_id, c.name as competitor_name, o.variant_id, o.outcome, o.reason, o.detail,
  o.amount, o.currency, o.price_kind, o.upper_amount, o.list_amount, o.shipping_amount, o.availability, o.condition, o.seller, o.title,
  o.brand, o.gtin, o.mpn, o.sku, o.rating::float8, o.rating_count, o.layer, o.confidence::float8, o.shape, o.match, o.url, o.evidence_key,
  o.evidence_sha256, o.model_key, o.screenshot_key, o.source, o.rule`;

export interface ObservationFilter {
  listing_id?: string | undefined;
  variant_id?: string | undefined;
  competitor_id?: string | undefined;
  outcome?: 'observed' | 'none' | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Where a page ends. */
export interface ObservationPlace {
  at: Date;
  id: string;
}

type By = 'listing_id' | 'variant_id' | 'competitor_id' | 'all';
type Order = 'newest' | 'oldest';

// A statement for each leading filter, so that its plan goes by that filter's index whatever else is asked.
function listBy(by: By, order: Order): Statement {
  const [way, than] = order === 'newest' ? ['desc', '<'] : ['asc', '>'];
  const others = (['listing_id', 'variant_id', 'competitor_id'] as const)
    .map((column, at) =>
      column === by ? `o.${column} = $${at + 1}::uuid` : `($${at + 1}::uuid is null or o.${column} = $${at + 1})`,
    )
    .join(' and ');
  return statement(
    `list_observations_${by}_${order}`,
    `select ${COLUMNS} from (
       select * from observations o
       where ${others} and ($4::text is null or o.outcome = $4) and o.observed_at >= $5 and o.observed_at < $6
         and o.observed_at ${than}= $7 and (o.observed_at, o.id) ${than} ($7, $8)
       order by o.observed_at ${way}, o.id ${way} limit $9
     ) o join competitors c on c.id = o.competitor_id
     order by o.observed_at ${way}, o.id ${way}`,
  );
}

const STATEMENTS = new Map(
  (['listing_id', 'variant_id', 'competitor_id', 'all'] as const).flatMap((by) =>
    (['newest', 'oldest'] as const).map((order) => [`${by} ${order}`, listBy(by, order)] as const),
  ),
);

const FIRST = new Date('0001-01-01T00:00:00Z');
const LAST = new Date('9999-01-01T00:00:00Z');
const ENDS = {
  newest: { at: LAST, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' },
  oldest: { at: FIRST, id: '00000000-0000-0000-0000-000000000000' },
} as const;

/** At most `limit` rows from `after` on. */
export function listObservations(
  db: Executor,
  { listing_id, variant_id, competitor_id, outcome, since = FIRST, until = LAST }: ObservationFilter,
  { order = 'newest', after, limit }: { order?: Order; after?: ObservationPlace | undefined; limit: number },
): Promise<ObservationRow[]> {
  const by = listing_id ? 'listing_id' : variant_id ? 'variant_id' : competitor_id ? 'competitor_id' : 'all';
  const { at, id } = after ?? ENDS[order];
  return db.rows<ObservationRow>(STATEMENTS.get(`${by} ${order}`)!, [
    ...[listing_id ?? null, variant_id ?? null, competitor_id ?? null, outcome ?? null, since, until, at, id, limit],
  ]);
}

const PAGE = 1_000;

/** All of them, the oldest first, a page in memory at a time. */
export async function* readObservations(db: Executor, filter: ObservationFilter): AsyncGenerator<ObservationRow[]> {
  let after: ObservationPlace | undefined;
  for (;;) {
    const rows = await listObservations(db, filter, { order: 'oldest', after, limit: PAGE });
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { at: last.observed_at, id: last.id };
  }
}

const find = statement(
  'find_observation',
  `select ${COLUMNS}, o.reading from observations o join competitors c on c.id = o.competitor_id where o.id = $1`,
);

export async function findObservation(
  db: Executor,
  id: string,
): Promise<(ObservationRow & { reading: Record<string, unknown> }) | undefined> {
  return (await db.rows<ObservationRow & { reading: Record<string, unknown> }>(find, [id]))[0];
}

export interface LastPrice {
  observation_id: string;
  amount: number;
  currency: string;
  observed_at: Date;
  availability: string | null;
  confidence: number | null;
}

const lastGood = statement(
  'last_good_price',
  `select id as observation_id, amount, currency, observed_at, availability, confidence::float8 from observations
   where listing_id = $1 and amount is not null order by observed_at desc limit 1`,
);

/** However long ago it was. */
export async function findLastPrice(db: Executor, listingId: string): Promise<LastPrice | undefined> {
  return (await db.rows<LastPrice>(lastGood, [listingId]))[0];
}

const lastLook = statement(
  'last_look',
  `select id, observed_at, outcome, reason from observations where listing_id = $1 order by observed_at desc limit 1`,
);

export async function findLastLook(
  db: Executor,
  listingId: string,
): Promise<{ id: string; observed_at: Date; outcome: 'observed' | 'none'; reason: string | null } | undefined> {
  return (
    await db.rows<{ id: string; observed_at: Date; outcome: 'observed' | 'none'; reason: string | null }>(lastLook, [
      listingId,
    ])
  )[0];
}
