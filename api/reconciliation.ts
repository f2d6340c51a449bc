/** /v1/reconciliation: runs are opened here and carried out by the payments pool; findings are read and decided. */
import { correctFinding } from '../db/correct-finding.ts';
import type { Database } from '../db/database.ts';
import { findFinding, listFindings } from '../db/finding-list.ts';
import { decideFinding } from '../db/findings.ts';
import { findRun, listRuns, openRunIn } from '../db/reconciliation-runs.ts';
import { CorrectionRefusedError } from '../domain/corrections.ts';
import { makeJob } from '../queues/define-queue.ts';
import { reconcilePayments } from '../queues/reconcile-payments.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound, Problem } from './problem.ts';
import {
  corrected,
  correction,
  decision,
  finding,
  findingList,
  findingQuery,
  newRun,
  renderCorrection,
  renderFinding,
  renderRun,
  run,
  runList,
  runQuery,
} from './reconciliation-views.ts';
import { type Call, defineRoute, type Route } from './route.ts';
import { decodeCursor, toPage, uuidParams } from './schemas.ts';

interface Context {
  db: Database;
}

export function reconciliationRoutes(context: Context): Route[] {
  return [
    open(context),
    runs(context),
    readRun(context),
    findings(context),
    readFinding(context),
    decide(context, 'accept', 'Accept a finding: it is so, and may stay'),
    decide(context, 'resolve', 'Resolve a finding: it was put right'),
    correct(context),
  ];
}

const tag = 'Reconciliation';
const RUNS = '/v1/reconciliation/runs';
const FINDINGS = '/v1/reconciliation/findings';

function open({ db }: Context): Route {
  return defineRoute({
    method: 'post',
    path: RUNS,
    tag,
    summary: 'Start a run',
    description:
      'A dry run (the default) reads and compares, repairs and books nothing, and keeps its findings to itself.',
    scope: 'reconciliation:write',
    body: newRun,
    responses: { 202: { description: 'The run; Location leads to it', schema: run } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { kind, dry_run: dryRun, since } = call.body;
        const wish = { kind, dryRun, since: since ? new Date(since) : undefined };
        const { run: row, opened } = await openRunIn(tx, wish, (id) => makeJob(reconcilePayments, { run_id: id }));
        if (!opened) throw conflict('run_under_way', `A run of ${kind} is under way: ${row.id}.`, { run_id: row.id });
        return { status: 202, body: renderRun(row), headers: { Location: `${RUNS}/${row.id}` } };
      }),
  });
}

function runs({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: RUNS,
    tag,
    summary: 'List runs, newest first',
    scope: 'reconciliation:read',
    query: runQuery,
    responses: { 200: { description: 'A page of runs', schema: runList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listRuns(db, filter, { after: readCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, renderRun) };
    },
  });
}

function readRun({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: `${RUNS}/{id}`,
    tag,
    summary: 'Read a run and how far it is',
    scope: 'reconciliation:read',
    params: uuidParams,
    responses: { 200: { description: 'The run', schema: run } },
    async handle({ params: { id } }) {
      const row = await findRun(db, id);
      if (!row) throw notFound('run', id);
      return { status: 200, body: renderRun(row) };
    },
  });
}

function findings({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: FINDINGS,
    tag,
    summary: 'List findings, oldest first',
    scope: 'reconciliation:read',
    query: findingQuery,
    responses: { 200: { description: 'A page of findings', schema: findingList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listFindings(db, filter, { after: readCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, renderFinding) };
    },
  });
}

function readFinding({ db }: Context): Route {
  return defineRoute({
    method: 'get',
    path: `${FINDINGS}/{id}`,
    tag,
    summary: 'Read a finding',
    scope: 'reconciliation:read',
    params: uuidParams,
    responses: { 200: { description: 'The finding', schema: finding } },
    async handle({ params: { id } }) {
      const row = await findFinding(db, id);
      if (!row) throw notFound('finding', id);
      return { status: 200, body: renderFinding(row) };
    },
  });
}

const STATUS = { accept: 'accepted', resolve: 'resolved' } as const;

function decide({ db }: Context, verb: keyof typeof STATUS, summary: string): Route {
  return defineRoute({
    method: 'post',
    path: `${FINDINGS}/{id}/${verb}`,
    tag,
    summary,
    description: 'What is resolved and found again is open again; what is accepted stays so until its figures change.',
    scope: 'reconciliation:write',
    params: uuidParams,
    body: decision,
    responses: { 200: { description: 'The finding', schema: finding } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const done = await decideFinding(tx, id, STATUS[verb], deciderOf(call), call.body.note);
        const row = await findFinding(tx, id);
        if (!row) throw notFound('finding', id);
        if (!done) throw conflict('finding_not_open', `The finding is ${row.status} already.`);
        return { status: 200, body: renderFinding(row) };
      }),
  });
}

function correct({ db }: Context): Route {
  return defineRoute({
    method: 'post',
    path: `${FINDINGS}/{id}/correct`,
    tag,
    summary: 'Correct a finding in the ledger',
    description:
      'Takes the wrong booking back and books what is right beside it, so that the ledger holds what Stripe moved; closed days do not change. Open and accepted findings that a booking repairs; others are refused (422).',
    scope: 'reconciliation:write',
    params: uuidParams,
    body: correction,
    responses: { 200: { description: 'The finding, and what was booked', schema: corrected } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { note, account, dry_run: dryRun } = call.body;
        const { id } = call.params;
        const made = await correctFinding(tx, id, { who: deciderOf(call), note, account, dryRun }).catch(explain);
        if (!made) throw notFound('finding', id);
        return { status: 200, body: renderCorrection(made, dryRun) };
      }),
  });
}

const CONFLICTS: ReadonlySet<string> = new Set(['finding_not_open', 'finding_outdated', 'not_booked_yet']);

function explain(error: unknown): never {
  if (!(error instanceof CorrectionRefusedError)) throw error;
  const { code, message } = error;
  throw new Problem({ status: CONFLICTS.has(code) ? 409 : 422, code, detail: message });
}

const deciderOf = ({ key }: Pick<Call, 'key'>) => `API key ${key.id}`;

function readCursor(cursor: string | undefined): string | undefined {
  const after = decodeCursor(cursor);
  if (after === undefined || uuidParams.safeParse({ id: after }).success) return after;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}
