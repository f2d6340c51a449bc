/** What reconciliation found: one row per reason and subject, told in the exceptions list as long as it is open. */
import { FINDING_CODES, type Finding, type FindingOwner, type ReconciliationKind } from '../domain/reconciliation.ts';
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export const FINDING_STATUSES = ['open', 'repaired', 'accepted', 'corrected', 'resolved'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

export interface FindingRow {
  id: string;
  code: keyof typeof FINDING_CODES;
  subject: string;
  kind: ReconciliationKind;
  order_id: string | null;
  owner: FindingOwner;
  status: FindingStatus;
  currency: string | null;
  our_amount: number | null;
  stripe_amount: number | null;
  ours: object;
  stripe: object;
  explanation: string;
  repair: string;
  occurred_at: Date;
  found_at: Date;
  seen_at: Date;
  age_seconds: number;
  run_id: string;
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
  /** How often it was corrected in the ledger. */
  corrections: number;
}

// What a person accepted stays accepted until its figures change; everything else that is found again is open again,
// but for what was corrected while the run that found it was under way.
const record = statement(
  'record_findings',
  `with item as materialized (
     select * from json_to_recordset($1) as item (
       n integer, id uuid, code text, subject text, order_id uuid, owner text, currency text, our_amount bigint,
       stripe_amount bigint, ours jsonb, stripe jsonb, explanation text, repair text, occurred_at timestamptz, told text
     )
   ), before as materialized (
     select item.n, f.status, f.run_id from item join findings f on f.code = item.code and f.subject = item.subject
   ), written as (
     insert into findings (id, code, subject, kind, order_id, owner, currency, our_amount, stripe_amount, ours, stripe, explanation,
       repair, occurred_at, run_id, status, decided_by, decided_at)
     select id, code, subject, $2, order_id, owner, currency, our_amount, stripe_amount, ours, stripe, explanation, repair, occurred_at,
       $3, coalesce(told, 'open'), case when told is not null then 'reconciliation' end, case when told is not null then now() end
     from item order by code, subject
     on conflict (code, subject) do update set
       kind = excluded.kind, order_id = excluded.order_id, currency = excluded.currency, our_amount = excluded.our_amount,
       stripe_amount = excluded.stripe_amount, ours = excluded.ours, stripe = excluded.stripe, explanation = excluded.explanation,
       seen_at = now(), run_id = excluded.run_id,
       found_at = case when findings.status in ('corrected', 'resolved') then now() else findings.found_at end,
       status = ${unlessSettled('excluded.status', 'findings.status')},
       decided_by = ${unlessSettled('excluded.decided_by', 'findings.decided_by')},
       decided_at = ${unlessSettled('excluded.decided_at', 'findings.decided_at')},
       note = ${unlessSettled('null', 'findings.note')}
     returning id, code, subject, status
   )
   select item.n, written.id, written.status, before.status as before, before.run_id is not distinct from $3 as same_run
   from item join written using (code, subject) left join before on before.n = item.n`,
);

function unlessSettled(anew: string, kept: string): string {
  return `case when (findings.status = 'accepted'
       or findings.status = 'corrected' and findings.decided_at > (select r.started_at from reconciliation_runs r where r.id = $3))
     and findings.our_amount is not distinct from excluded.our_amount
     and findings.stripe_amount is not distinct from excluded.stripe_amount then ${kept} else ${anew} end`;
}

export interface RecordedFinding {
  id: string;
  status: FindingStatus;
  /** Where it stood; null when it is new. */
  before: FindingStatus | null;
  /** Seen by this very run before (it was resumed). */
  same_run: boolean;
}

/** Writes findings in one statement; those to be told only are settled at once. Answers in the order given. */
export async function recordFindings(
  db: Executor,
  kind: ReconciliationKind,
  runId: string,
  findings: readonly Finding[],
): Promise<RecordedFinding[]> {
  if (findings.length === 0) return [];
  const rows = await db.rows<RecordedFinding & { n: number }>(record, [
    JSON.stringify(findings.map(toItem)),
    kind,
    runId,
  ]);
  const answers: RecordedFinding[] = [];
  for (const { n, ...row } of rows) answers[n] = row;
  return answers;
}

function toItem(finding: Finding, n: number) {
  const { owner, repair } = FINDING_CODES[finding.code];
  const told = finding.action?.kind === 'told' ? 'accepted' : finding.action?.kind === 'booked' ? 'repaired' : null;
  return {
    n,
    id: uuidv7(),
    code: finding.code,
    subject: finding.subject,
    order_id: finding.orderId,
    owner,
    repair,
    currency: finding.currency,
    our_amount: finding.ourAmount,
    stripe_amount: finding.stripeAmount,
    ours: finding.ours,
    stripe: finding.stripe,
    explanation: finding.explanation,
    occurred_at: finding.occurredAt.toISOString(),
    told,
  };
}

const repaired = statement(
  'mark_findings_repaired',
  `update findings set status = 'repaired', decided_by = 'reconciliation', decided_at = now(), note = repair
   where id = any($1) and status = 'open'`,
);

export async function markRepaired(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.rows(repaired, [ids]);
}

const closeGone = statement(
  'close_gone_findings',
  `update findings set status = 'resolved', decided_by = 'reconciliation', decided_at = now(), note = 'Not found again by run ' || $2::text
   where kind = $1 and status = 'open' and run_id <> $2`,
);

/** Closes what the run looked at and did not find again: a run looks at every open finding of its kind. */
export async function closeGoneFindings(db: Executor, kind: ReconciliationKind, runId: string): Promise<void> {
  await db.rows(closeGone, [kind, runId]);
}

// The list shows what is open, and nothing that is not: also after a crash between a finding and its entry.
const list = statement(
  'list_findings_as_exceptions',
  `with ended as (
     update exceptions x set resolved_at = now(), resolution = coalesce(f.note, f.status)
     from findings f
     where x.code = 'reconciliation_' || f.code and x.subject = f.subject and x.resolved_at is null and f.status <> 'open'
   )
   insert into exceptions (id, order_id, code, subject, detail)
   select f.id, f.order_id, 'reconciliation_' || f.code, f.subject,
     jsonb_build_object('finding', f.id, 'owner', f.owner, 'explanation', f.explanation, 'repair', f.repair, 'currency', f.currency,
       'our_amount', f.our_amount, 'stripe_amount', f.stripe_amount)
   from findings f where f.status = 'open'
   on conflict (code, subject) do update set detail = excluded.detail, resolved_at = null, resolution = null,
     opened_at = case when exceptions.resolved_at is null then exceptions.opened_at else now() end
   where exceptions.resolved_at is not null or exceptions.detail <> excluded.detail`,
);

/** Brings the exceptions list in line with the findings. */
export async function listFindingsAsExceptions(db: Executor): Promise<void> {
  await db.rows(list);
}

const decide = statement(
  'decide_finding',
  `with decided as (
     update findings set status = $2, decided_by = $3, decided_at = now(), note = $4 where id = $1 and status = 'open'
     returning code, subject
   ), closed as (
     update exceptions x set resolved_at = now(), resolution = $4
     from decided where x.code = 'reconciliation_' || decided.code and x.subject = decided.subject and x.resolved_at is null
   )
   select 1 from decided`,
);

/** open → accepted (it is so, and may stay) | resolved (it was put right). False when it is not open. */
export async function decideFinding(
  db: Executor,
  id: string,
  status: 'accepted' | 'resolved',
  who: string,
  note: string,
): Promise<boolean> {
  return (await db.rows(decide, [id, status, who, note])).length > 0;
}
