/** Findings as people, the API and the metrics read them. */
import { type Executor, statement } from './database.ts';
import type { FindingRow } from './findings.ts';

const columns = `id, code, subject, kind, order_id, owner, status, currency, our_amount, stripe_amount, ours, stripe, explanation, repair,
  occurred_at, found_at, seen_at, run_id, decided_by, decided_at, note, corrections,
  floor(extract(epoch from coalesce(decided_at, now()) - found_at))::float8 as age_seconds`;

const byId = statement('finding_by_id', `select ${columns} from findings where id = $1`);

export async function findFinding(db: Executor, id: string): Promise<FindingRow | undefined> {
  const [row] = await db.rows<FindingRow>(byId, [id]);
  return row;
}

export interface FindingFilter {
  status?: string | undefined;
  code?: string | undefined;
  kind?: string | undefined;
  owner?: string | undefined;
  currency?: string | undefined;
  order_id?: string | undefined;
  subject?: string | undefined;
}

const list = statement(
  'list_findings',
  `select ${columns} from findings
   where ($1::text is null or status = $1) and ($2::text is null or code = $2) and ($3::text is null or kind = $3)
     and ($4::text is null or owner = $4) and ($5::text is null or currency = $5) and ($6::uuid is null or order_id = $6)
     and ($7::text is null or subject = $7) and ($8::uuid is null or id > $8)
   order by id limit $9`,
);

/** In the order they were found first, one more than `limit` when there are more. */
export function listFindings(
  db: Executor,
  filter: FindingFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<FindingRow[]> {
  const { status, code, kind, owner, currency, order_id, subject } = filter;
  const values = [status, code, kind, owner, currency, order_id, subject, after].map((value) => value ?? null);
  return db.rows<FindingRow>(list, [...values, limit + 1]);
}

const ofRun = statement(
  'count_findings_of_run',
  'select code, status, count(*)::integer as findings from findings where run_id = $1 group by code, status order by code, status',
);

export function countFindingsOfRun(
  db: Executor,
  runId: string,
): Promise<{ code: string; status: string; findings: number }[]> {
  return db.rows(ofRun, [runId]);
}

const unexplained = statement('unexplained_amounts', 'select source, currency, amount from unexplained_amounts');
const openByCode = statement(
  'open_findings_by_code',
  `select code, owner, count(*)::integer as findings from findings where status = 'open' group by code, owner`,
);
const lastRuns = statement(
  'last_reconciliation_runs',
  `select kind, extract(epoch from now() - max(finished_at))::float8 as age_seconds from reconciliation_runs
   where status = 'done' and not dry_run group by kind`,
);

export interface ReconciliationFigures {
  unexplained: { source: string; currency: string; amount: number }[];
  open: { code: string; owner: string; findings: number }[];
  lastRuns: { kind: string; age_seconds: number }[];
}

/** What the metrics show: money that is not explained, open findings, and how long ago each kind of run ended. */
export async function readReconciliationFigures(db: Executor): Promise<ReconciliationFigures> {
  const [amounts, open, runs] = await Promise.all([
    db.rows<ReconciliationFigures['unexplained'][number]>(unexplained),
    db.rows<ReconciliationFigures['open'][number]>(openByCode),
    db.rows<ReconciliationFigures['lastRuns'][number]>(lastRuns),
  ]);
  return { unexplained: amounts, open, lastRuns: runs };
}
