/** A run of reconciliation under way: what it has done and found, noted so that another process can go on from there. */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { markRepaired, type RecordedFinding, recordFindings } from '../db/findings.ts';
import { noteRun, type RunProgress, type RunRow } from '../db/reconciliation-runs.ts';
import type { LedgerBooking } from '../domain/ledger.ts';
import type { Finding } from '../domain/reconciliation.ts';
import type { FeeRates } from '../domain/stripe-fees.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import type { StripeLists } from '../providers/payments-lists.ts';
import { postInTurn } from './keep-payout.ts';
import type { MoneyEventDeps } from './money-events.ts';
import { repair } from './repair-finding.ts';

export interface ReconcileDeps extends MoneyEventDeps {
  /** Vendors' accounts; where there is none, vendors' payouts are not looked at. */
  connect?: ConnectProvider;
  lists: StripeLists;
  feeRates: FeeRates;
  /** What is younger than this may still be on its way, and is left for the next run. */
  graceSeconds: number;
  /** A run of which nothing was noted for so long has lost its process. */
  silentSeconds: number;
}

export interface Run {
  readonly id: string;
  readonly kind: RunRow['kind'];
  readonly since: Date;
  readonly dryRun: boolean;
  readonly log: Logger;
  /** Where it stands: written with the next note. */
  cursor: Record<string, string>;
  total: number | null;
  /** Counts what was looked at. */
  advance(by: number): void;
  count(counter: string, by?: number): void;
  /** Keeps cursor, progress and counters; throws when another process has taken the run over. */
  note(): Promise<void>;
  /** Records findings and repairs what can be repaired; a dry run only counts and samples them. */
  report(findings: readonly Finding[], repairOther?: (finding: Finding) => Promise<void>): Promise<void>;
  /** Books, each cause once; a dry run books nothing. */
  book(bookings: readonly LedgerBooking[]): Promise<void>;
}

/** So many findings of a dry run are shown. */
const SAMPLE = 100;
const SET = 500;

export function createRun(deps: ReconcileDeps, row: RunRow, holder: string, log: Logger): Run {
  const progress: RunProgress = { ...row, counters: { ...row.counters }, sample: [] };
  const sample = [...row.sample] as RunProgress['sample'][number][];
  const count = (counter: string, by = 1) => {
    progress.counters[counter] = (progress.counters[counter] ?? 0) + by;
  };
  const isNew = firstTime();
  const run: Run = {
    id: row.id,
    kind: row.kind,
    since: row.since,
    dryRun: row.dry_run,
    log,
    cursor: row.cursor,
    total: row.total,
    advance(by) {
      progress.done += by;
    },
    count,
    note: () => noteRun(deps.db, row.id, holder, { ...progress, cursor: run.cursor, total: run.total, sample }),
    async report(found, repairOther) {
      const findings = found.filter(isNew);
      for (const { code, action } of findings) {
        count(`found.${code}`);
        if (action?.kind !== 'told') progress.findings++;
      }
      if (run.dryRun) {
        sample.push(...findings.slice(0, SAMPLE - sample.length).map(toSample));
        return;
      }
      for (let from = 0; from < findings.length; from += SET)
        await settle(deps, run, findings.slice(from, from + SET), repairOther);
    },
    async book(bookings) {
      if (bookings.length > 0 && !run.dryRun) count('booked', await postInTurn(deps.db, bookings));
    },
  };
  return run;
}

const toSample = ({ code, subject, explanation, currency, ourAmount, stripeAmount }: Finding) => ({
  code,
  subject,
  explanation,
  currency,
  our_amount: ourAmount,
  stripe_amount: stripeAmount,
});

/** A charge with two movements is one subject, and an event that two lists show is one event. */
function firstTime(): (finding: Finding) => boolean {
  const seen = new Set<string>();
  return ({ code, subject }) => {
    const name = `${code}/${subject}`;
    return !seen.has(name) && Boolean(seen.add(name));
  };
}

/** Written first and repaired then: what is put right has been named, also when the process dies in between. */
async function settle(
  deps: ReconcileDeps,
  run: Run,
  findings: Finding[],
  repairOther: ((finding: Finding) => Promise<void>) | undefined,
): Promise<void> {
  const recorded = await recordFindings(deps.db as Database, run.kind, run.id, findings);
  const repairable = findings
    .map((finding, n) => ({ finding, row: recorded[n]! }))
    .filter(({ finding, row }) => finding.action && row.status === 'open');
  const repaired = await repair(deps, repairable, run.log, repairOther);
  const settled = repaired.filter(({ row }) => !cameBack(row));
  await markRepaired(
    deps.db,
    settled.map(({ row }) => row.id),
  );
  run.count('repaired', settled.length);
}

/** What was repaired by an earlier run and is there again is tried once more, and left to a person all the same. */
const cameBack = ({ before, same_run }: RecordedFinding) => before === 'repaired' && !same_run;
