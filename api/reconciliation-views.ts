/** What reconciliation takes and shows over HTTP. */
import { z } from 'zod';
import type { Correction } from '../db/correct-finding.ts';
import { FINDING_STATUSES, type FindingRow } from '../db/findings.ts';
import type { RunRow } from '../db/reconciliation-runs.ts';
import { LEDGER_ACCOUNTS } from '../domain/ledger.ts';
import { FINDING_CODES, FINDING_OWNERS, type FindingCode, RECONCILIATION_KINDS } from '../domain/reconciliation.ts';
import { currency, listOf, money, page, text } from './schemas.ts';

const kind = z.enum(RECONCILIATION_KINDS);
const RUN_STATUSES = ['queued', 'running', 'done', 'failed'] as const;
const codes = Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]];
const time = z.iso.datetime();
const facts = z.record(z.string(), z.unknown());

export const newRun = z.object({
  kind,
  dry_run: z.boolean().default(true),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Read what was created at Stripe since; default: since the last run' }),
});

export const run = z
  .object({
    id: z.uuid(),
    kind,
    status: z.enum(RUN_STATUSES),
    dry_run: z.boolean(),
    since: time,
    progress: z.object({ done: z.int(), total: z.int().nullable() }),
    findings: z.int().meta({ description: 'Differences found, without those that are only told' }),
    counters: z.record(z.string(), z.int()),
    sample: z.array(facts).meta({ description: 'The first findings of a dry run' }),
    error: z.string().nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
  })
  .meta({ id: 'ReconciliationRun' });
export const runList = listOf('ReconciliationRunList', run);
export const runQuery = z.object({ ...page, kind: kind.optional(), status: z.enum(RUN_STATUSES).optional() });

export function renderRun({ cursor: _, done, total, ...row }: RunRow): z.input<typeof run> {
  const { since, created_at, started_at, finished_at } = row;
  return {
    ...row,
    since: since.toISOString(),
    progress: { done, total },
    sample: row.sample as Record<string, unknown>[],
    created_at: created_at.toISOString(),
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
  };
}

export const finding = z
  .object({
    id: z.uuid(),
    code: z.enum(codes),
    subject: z.string().meta({ description: "An id of Stripe's, or ours when Stripe has none" }),
    kind,
    order_id: z.uuid().nullable(),
    owner: z.enum(FINDING_OWNERS),
    status: z.enum(FINDING_STATUSES),
    our_amount: money.nullable(),
    stripe_amount: money.nullable(),
    ours: facts,
    stripe: facts,
    explanation: z.string(),
    repair: z.string(),
    occurred_at: time,
    found_at: time,
    seen_at: time,
    age_seconds: z.number(),
    run_id: z.uuid(),
    decided_by: z.string().nullable(),
    decided_at: time.nullable(),
    note: z.string().nullable(),
    corrections: z.int().meta({ description: 'How often it was corrected in the ledger' }),
  })
  .meta({ id: 'Finding', description: "A difference between our side and Stripe's" });
export const findingList = listOf('FindingList', finding);
export const findingQuery = z.object({
  ...page,
  status: z.enum(FINDING_STATUSES).optional(),
  code: z.enum(codes).optional(),
  kind: kind.optional(),
  owner: z.enum(FINDING_OWNERS).optional(),
  currency: currency.optional(),
  order_id: z.uuid().optional(),
  subject: z.string().max(255).optional(),
});
export const decision = z.object({ note: text(1_000).meta({ description: 'Why; shown with the finding' }) });

export const correction = decision.extend({
  account: z.enum(LEDGER_ACCOUNTS).optional().meta({
    description: 'Against which account, where only a person can say (a foreign charge, a difference nobody knows)',
  }),
  dry_run: z.boolean().default(false).meta({ description: 'Tells what would be booked, and books nothing' }),
});
export const corrected = z
  .object({
    dry_run: z.boolean(),
    finding,
    transactions: z.array(
      z.object({
        cause: z.string(),
        reverses: z.string().nullable().meta({ description: 'The cause of the transaction that is taken back' }),
        entries: z.array(
          z.object({ account: z.enum(LEDGER_ACCOUNTS), amount: money.meta({ description: 'Debits are positive' }) }),
        ),
      }),
    ),
    posts_rows: z.boolean().meta({ description: 'The ledger books by itself what our rows say, and it lacks' }),
  })
  .meta({ id: 'Correction', description: 'What a correction books in the ledger, each transaction into the open day' });

export const renderCorrection = (
  { finding: row, transactions, postsRows }: Correction,
  dryRun: boolean,
): z.input<typeof corrected> => ({
  dry_run: dryRun,
  finding: renderFinding(row),
  transactions: transactions.map(({ entries, ...each }) => ({
    ...each,
    entries: entries.map(({ account, amount, currency: code }) => ({ account, amount: { amount, currency: code } })),
  })),
  posts_rows: postsRows,
});

export function renderFinding({ currency: code, ...row }: FindingRow): z.input<typeof finding> {
  const amount = (minor: number | null) => (minor === null || code === null ? null : { amount: minor, currency: code });
  return {
    ...row,
    our_amount: amount(row.our_amount),
    stripe_amount: amount(row.stripe_amount),
    ours: row.ours as Record<string, unknown>,
    stripe: row.stripe as Record<string, unknown>,
    occurred_at: row.occurred_at.toISOString(),
    found_at: row.found_at.toISOString(),
    seen_at: row.seen_at.toISOString(),
    decided_at: row.decided_at?.toISOString() ?? null,
  };
}
