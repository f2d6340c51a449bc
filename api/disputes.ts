/** /v1/disputes: what banks want back, the evidence against it as a file, and handing that in; and letting a held order go on. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { queueEvidence, readEvidencePack } from '../db/dispute-evidence.ts';
import { type DisputeRow, findDispute, listDisputes } from '../db/disputes.ts';
import { reopenJobs } from '../db/outbox.ts';
import { lockOrderMoney } from '../db/refunds.ts';
import { disputeTransitions, takesEvidence } from '../domain/disputes.ts';
import { EVIDENCE_TEXTS, evidenceTexts, MAX_TEXT, MAX_TEXTS, renderEvidencePage } from '../domain/evidence.ts';
import { makeJob } from '../queues/define-queue.ts';
import { submitEvidence } from '../queues/submit-evidence.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { decodeCursor, listOf, money, page, text, toPage, uuidParams } from './schemas.ts';

interface DisputeRouteDeps {
  db: Database;
}

const tag = 'Disputes';
const disputeStatus = z.enum(Object.keys(disputeTransitions) as [string, ...string[]]);

const dispute = z
  .object({
    id: z.uuid(),
    order_id: z.uuid(),
    order_number: z.string(),
    provider_id: z.string(),
    charge_id: z.string().nullable(),
    status: disputeStatus.meta({
      description: "Stripe's word; `warning_…` is an inquiry, for which nothing is withdrawn",
    }),
    reason: z.string(),
    amount: money,
    is_charge_refundable: z.boolean(),
    evidence_due_by: z.string().nullable(),
    evidence_status: z.enum(['queued', 'submitted', 'failed']).nullable(),
    evidence_error: z.object({ code: z.string(), message: z.string() }).nullable(),
    submitted_at: z.string().nullable(),
    movements: z
      .array(
        z.object({
          provider_id: z.string(),
          kind: z.enum(['withdrawal', 'reinstatement']),
          amount: z.int(),
          fee_amount: z.int(),
          net_amount: z.int(),
          currency: z.string(),
          occurred_at: z.string(),
        }),
      )
      .meta({ description: 'What Stripe took and gave back, in the currency it settles in' }),
    opened_at: z.string(),
    closed_at: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Dispute' });

const disputeQuery = z.object({
  ...page,
  status: disputeStatus.optional(),
  order_id: z.uuid().optional(),
  open: z.stringbool().optional().meta({ type: 'boolean', description: 'Whether the bank has still to decide' }),
  due_before: z.iso.datetime({ offset: true }).optional().meta({ description: 'Evidence is due before' }),
});

const texts = z
  .strictObject(Object.fromEntries(EVIDENCE_TEXTS.map((name) => [name, text(MAX_TEXT).optional()])))
  .meta({ id: 'EvidenceTexts', description: "Stripe's text fields; what is not given comes from the evidence pack" });

export function disputeRoutes(deps: DisputeRouteDeps): Route[] {
  return [listRoute(deps), readRoute(deps), packRoute(deps), submitRoute(deps)];
}

function listRoute({ db }: DisputeRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/disputes',
    tag,
    summary: 'List disputes, newest first',
    scope: 'disputes:read',
    query: disputeQuery,
    responses: { 200: { description: 'A page of disputes', schema: listOf('DisputeList', dispute) } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listDisputes(db, filter, { after: readCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, render) };
    },
  });
}

function readCursor(cursor: string | undefined): string | undefined {
  const after = decodeCursor(cursor);
  if (after === undefined || z.uuid().safeParse(after).success) return after;
  throw new Problem({ status: 400, code: 'cursor_malformed', detail: 'The cursor is not one that this API gave.' });
}

function readRoute({ db }: DisputeRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/disputes/{id}',
    tag,
    summary: 'Read a dispute',
    scope: 'disputes:read',
    params: uuidParams,
    responses: { 200: { description: 'The dispute', schema: dispute } },
    async handle({ params }) {
      return { status: 200, body: await find(db, params.id) };
    },
  });
}

async function find(db: Parameters<typeof findDispute>[0], id: string) {
  const row = await findDispute(db, id);
  if (!row) throw notFound('dispute', id);
  return render(row);
}

function packRoute({ db }: DisputeRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/disputes/{id}/evidence',
    tag,
    summary: 'The evidence pack as a file',
    description:
      'All that speaks for the shop: order, customer with the IP address of the purchase, parcels with scans, messages, refunds; and `texts`, as they would be handed in. With `format=html` a page to read or print.',
    scope: 'disputes:read',
    params: uuidParams,
    query: z.object({ format: z.enum(['json', 'html']).default('json') }),
    responses: {
      200: {
        description: 'The pack',
        schema: z.looseObject({ texts: z.record(z.string(), z.string()) }).meta({ id: 'EvidencePack' }),
      },
    },
    async handle({ params, query, res }) {
      const pack = await readEvidencePack(db, params.id);
      if (!pack) throw notFound('dispute', params.id);
      const name = `evidence-${pack.order.number}-${pack.dispute.provider_id}.${query.format}`;
      const headers = { 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' };
      if (query.format === 'json') return { status: 200, body: { ...pack, texts: evidenceTexts(pack) }, headers };
      res.set(headers).type('html').send(renderEvidencePage(pack));
      return undefined;
    },
  });
}

function submitRoute({ db }: DisputeRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/disputes/{id}/evidence',
    tag,
    summary: 'Hand the evidence in to the bank, once',
    description:
      'The texts of the evidence pack, with those of the body in their place. A job submits them; Stripe takes evidence once.',
    scope: 'disputes:write',
    params: uuidParams,
    // Strict: evidence is taken once, and a misspelled text would be missing from it.
    body: z.strictObject({ texts: texts.optional() }).meta({ id: 'SubmitEvidence' }).optional(),
    responses: { 202: { description: 'Kept; a job hands it in', schema: dispute } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id } = call.params;
        const found = await find(tx, id);
        await lockOrderMoney(tx, found.order_id);
        const given = Object.entries(call.body?.texts ?? {}).filter((entry) => entry[1] !== undefined);
        const all = { ...evidenceTexts((await readEvidencePack(tx, id))!), ...Object.fromEntries(given) };
        assertSize(all);
        if (!(await queueEvidence(tx, id, all))) throw tooLate(found);
        await reopenJobs(tx, [makeJob(submitEvidence, { order_id: found.order_id, dispute_id: id })]);
        return { status: 202, body: await find(tx, id) };
      }),
  });
}

function assertSize(all: object): void {
  const size = Object.values(all).reduce((sum, each: string) => sum + each.length, 0);
  if (size > MAX_TEXTS)
    throw invalid([{ pointer: '/texts', code: 'too_long', message: `Stripe takes ${MAX_TEXTS} characters in all.` }]);
}

function tooLate({ status, evidence_status }: Pick<DisputeRow, 'status' | 'evidence_status'>): Problem {
  if (takesEvidence(status)) return conflict('evidence_submitted', `The evidence is ${evidence_status} already.`);
  return conflict('dispute_takes_no_evidence', `A dispute that is ${status} takes no evidence.`);
}

function render({ amount, currency, evidence: _, evidence_tries: __, ...row }: DisputeRow) {
  return { ...row, amount: { amount, currency } };
}
