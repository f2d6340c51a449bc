import type { Sandbox } from './context.ts';
import { badParam, noSuch } from './errors.ts';
import { insertFile } from './files.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { availableUntil, gatherFacts, REPORT_TYPES, type ReportType } from './report-types.ts';
import { type Call, route } from './routes.ts';
import type { StripeObject } from './types.ts';

/** Reports: asked for, made a moment later, and fetched as a CSV file. */

interface Run extends StripeObject {
  parameters: {
    interval_start?: number;
    interval_end?: number;
    columns?: string[];
    currency?: string;
    payout?: string;
  };
  report_type: string;
}

const KIND = 'reporting.report_run';

const createFields = {
  required: { report_type: p.filled() },
  optional: {
    parameters: p.hash(
      {},
      {
        columns: p.list(p.filled()),
        connected_account: p.text(),
        currency: p.text(3),
        interval_end: p.integer(0),
        interval_start: p.integer(0),
        payout: p.text(),
        reporting_category: p.text(),
        timezone: p.text(),
      },
    ),
    ...p.expand,
  },
};

function create({ sandbox, params }: Call<p.Params<typeof createFields.required, typeof createFields.optional>>): Run {
  const type = findType(params.report_type, 'report_type');
  const { columns, interval_start: start, interval_end: end } = params.parameters ?? {};
  const stranger = columns?.find((name) => !type.columns.includes(name));
  if (stranger) throw badParam(`${stranger} is no column of ${params.report_type}.`, 'parameters[columns]');
  if (start !== undefined && end !== undefined && start >= end)
    throw badParam('interval_start must be before interval_end.', 'parameters[interval_start]');
  const run: Run = {
    id: newId('frr'),
    object: KIND,
    created: sandbox.now(),
    error: null,
    livemode: false,
    parameters: { ...(params.parameters as Run['parameters']) },
    report_type: params.report_type,
    result: null,
    status: 'pending',
    succeeded_at: null,
  };
  sandbox.objects.insert(run);
  sandbox.schedule('run_report', run.id, sandbox.settings.settleDelayMs);
  return run;
}

function findType(id: string, param: string): ReportType {
  const type = Object.hasOwn(REPORT_TYPES, id) ? REPORT_TYPES[id] : undefined;
  if (!type) throw noSuch('report type', id, param);
  return type;
}

/** Makes the file of a run. */
export function runReport(sandbox: Sandbox, id: string): void {
  const run = sandbox.objects.find<Run>(id, KIND);
  if (run?.status !== 'pending') return;
  const type = findType(run.report_type, 'report_type');
  const { interval_start: start = 0, interval_end: end = sandbox.now() + 1, columns = type.columns } = run.parameters;
  const { currency, payout } = run.parameters;
  const rows = type
    .rows(gatherFacts(sandbox, start, end))
    .filter((row) => !currency || row.currency === currency)
    .filter((row) => !payout || (row.automatic_payout_id ?? row.payout_id) === payout);
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))];
  const content = lines.map((line) => line.map(quote).join(',')).join('\n');
  run.result = insertFile(sandbox, {
    purpose: 'finance_report_run',
    filename: `${run.id}.csv`,
    content: `${Buffer.from(content).toString('latin1')}\n`,
  });
  run.status = 'succeeded';
  run.succeeded_at = sandbox.now();
  sandbox.objects.update(run);
  sandbox.emit(`${KIND}.succeeded`, run);
}

const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function showType(sandbox: Sandbox, id: string) {
  const { name, columns } = findType(id, 'id');
  return {
    id,
    object: 'reporting.report_type',
    data_available_end: availableUntil(sandbox.now()),
    data_available_start: 0,
    default_columns: columns,
    livemode: false,
    name,
    updated: sandbox.now(),
    version: Number(id.split('.').at(-1)),
  };
}

const RUNS = '/v1/reporting/report_runs';
const TYPES = '/v1/reporting/report_types';

export const reportRoutes = [
  route('POST', RUNS, createFields.required, createFields.optional, create),
  route('GET', RUNS, {}, { created: p.timestampRange, ...p.listParams }, ({ sandbox, params }) =>
    listObjects(sandbox.objects, KIND, RUNS, params),
  ),
  route('GET', `${RUNS}/:id`, {}, p.expand, ({ sandbox, ids }) => {
    const run = sandbox.objects.find<Run>(ids[0]!, KIND);
    if (!run) throw noSuch('report run', ids[0]!);
    return run;
  }),
  route('GET', TYPES, {}, p.expand, ({ sandbox }) => ({
    object: 'list',
    url: TYPES,
    has_more: false,
    data: Object.keys(REPORT_TYPES).map((id) => showType(sandbox, id)),
  })),
  route('GET', `${TYPES}/:id`, {}, p.expand, ({ sandbox, ids }) => showType(sandbox, ids[0]!)),
];
