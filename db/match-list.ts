/** The review list: pairs of page and variant with what speaks for and against them. */
import type { MatchReason } from '../domain/matching/match.ts';
import { type Executor, statement } from './database.ts';

export interface SuggestionView {
  id: string;
  kind: 'suggested' | 'contradicted';
  status: 'open' | 'accepted' | 'rejected';
  score: number;
  reasons: MatchReason[];
  contradictions: string[];
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  listing_id: string;
  /** The page in question. */
  url: string | null;
  competitor_id: string;
  competitor_name: string;
  variant_id: string;
  sku: string;
  variant_name: string;
  product_name: string;
}

const COLUMNS = `s.id, s.kind, s.status, s.score, s.reasons, s.contradictions, s.decided_by, s.decided_at, s.note, s.version, s.created_at,
  s.updated_at, s.listing_id, coalesce(s.url, l.url) as url, l.competitor_id, c.name as competitor_name, s.variant_id, v.sku,
  v.name as variant_name, p.name as product_name`;
const FROM = `match_suggestions s join listings l on l.id = s.listing_id join competitors c on c.id = l.competitor_id
  join variants v on v.id = s.variant_id join products p on p.id = v.product_id`;

const find = statement('find_match_suggestion', `select ${COLUMNS} from ${FROM} where s.id = $1`);

export async function findSuggestion(db: Executor, id: string): Promise<SuggestionView | undefined> {
  const [row] = await db.rows<SuggestionView>(find, [id]);
  return row;
}

export interface SuggestionFilter {
  status?: SuggestionView['status'] | undefined;
  kind?: SuggestionView['kind'] | undefined;
  listing?: string | undefined;
  competitor?: string | undefined;
  variant?: string | undefined;
  minScore?: number | undefined;
}

const CONDITIONS: Readonly<Record<keyof SuggestionFilter, (value: string) => string>> = {
  status: (value) => `s.status = ${value}`,
  kind: (value) => `s.kind = ${value}`,
  listing: (value) => `s.listing_id = ${value}`,
  competitor: (value) => `l.competitor_id = ${value}`,
  variant: (value) => `s.variant_id = ${value}`,
  minScore: (value) => `s.score >= ${value}`,
};

/** Oldest first; one row more than the page holds. */
export function listSuggestions(
  db: Executor,
  filter: SuggestionFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<SuggestionView[]> {
  const used = (Object.keys(CONDITIONS) as (keyof SuggestionFilter)[]).filter((name) => filter[name] !== undefined);
  const values: unknown[] = used.map((name) => filter[name]);
  const conditions = used.map((name, at) => CONDITIONS[name](`$${at + 1}`));
  if (after) conditions.push(`s.id > $${values.push(after)}`);
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const text = `select ${COLUMNS} from ${FROM} ${where} order by s.id limit $${values.push(limit + 1)}`;
  return db.rows<SuggestionView>(
    statement(`list_match_suggestions_${used.join('_')}${after ? '_on' : ''}`, text),
    values,
  );
}
