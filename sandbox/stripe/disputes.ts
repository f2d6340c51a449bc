import { EVIDENCE_FIELDS } from './build-dispute.ts';
import type { Sandbox } from './context.ts';
import { closeDispute, isInquiry, isOpen, submitEvidence, wantsEvidence } from './dispute-life.ts';
import { badParam, noSuch, refuse } from './errors.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import type { Dispute } from './types.ts';

/** All the text of a dispute's evidence together. */
const MAX_EVIDENCE = 150_000;

const evidenceFields = {
  ...Object.fromEntries(EVIDENCE_FIELDS.map((name) => [name, p.text(20_000)])),
  appeal: p.emptyOr(p.anyHash),
  enhanced_evidence: p.emptyOr(p.anyHash),
};
const updateFields = {
  evidence: p.hash({}, evidenceFields),
  intended_submission_method: p.oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
  metadata: p.metadata,
  submit: p.boolean,
  ...p.expand,
};
type Update = p.Params<Record<never, never>, typeof updateFields>;

export function getDispute(sandbox: Sandbox, id: string): Dispute {
  const dispute = sandbox.objects.find<Dispute>(id, 'dispute');
  if (!dispute) throw noSuch('dispute', id);
  return dispute;
}

/** Keeps evidence, and unless `submit` is false hands it in, which can be done once. */
function update({ sandbox, ids, params }: Call<Update>): Dispute {
  const dispute = getDispute(sandbox, ids[0]!);
  const previous = { evidence: dispute.evidence, status: dispute.status, evidence_details: dispute.evidence_details };
  if (params.evidence) {
    if (!wantsEvidence(dispute))
      throw refuse(`You cannot change the evidence of this dispute because it has a status of ${dispute.status}.`);
    addEvidence(sandbox, dispute, params.evidence);
  }
  if (params.intended_submission_method) dispute.intended_submission_method = params.intended_submission_method;
  dispute.metadata = p.mergeMetadata(dispute.metadata, params.metadata);
  const submit = params.submit ?? params.evidence !== undefined;
  if (submit && wantsEvidence(dispute)) submitEvidence(sandbox, dispute);
  sandbox.objects.update(dispute);
  sandbox.emit('charge.dispute.updated', dispute, previous);
  return dispute;
}

const FILES = new Set([
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
]);

function addEvidence(sandbox: Sandbox, dispute: Dispute, given: NonNullable<Update['evidence']>): void {
  const { appeal: _appeal, enhanced_evidence: _enhanced, ...plain } = given as Record<string, string>;
  for (const [name, value] of Object.entries(plain)) {
    if (FILES.has(name) && value && !sandbox.objects.find(value, 'file'))
      throw noSuch('file upload', value, `evidence[${name}]`);
  }
  const changed = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, value || null]));
  const evidence = { ...dispute.evidence, ...changed };
  const size = Object.values(evidence).reduce(
    (sum: number, text) => sum + (typeof text === 'string' ? text.length : 0),
    0,
  );
  if (size > MAX_EVIDENCE)
    throw badParam(`The evidence may have up to ${MAX_EVIDENCE} characters in all; this has ${size}.`, 'evidence');
  dispute.evidence = evidence;
  dispute.evidence_details = { ...dispute.evidence_details, has_evidence: Object.keys(plain).length > 0 };
}

/** Gives up: there will be no evidence. */
function close({ sandbox, ids }: Call<object>): Dispute {
  const dispute = getDispute(sandbox, ids[0]!);
  if (!isOpen(dispute)) throw refuse('This dispute is already closed');
  return closeDispute(sandbox, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
}

const listFields = { charge: p.text(), created: p.timestampRange, payment_intent: p.text(), ...p.listParams };

export const disputeRoutes = [
  route('GET', '/v1/disputes', {}, listFields, ({ sandbox, params: { charge, payment_intent, ...page } }) => {
    // The CLI's triggers look for the dispute with the first call after the charge.
    sandbox.catchUp();
    return listObjects(sandbox.objects, 'dispute', '/v1/disputes', page, { charge, payment_intent });
  }),
  route('GET', '/v1/disputes/:id', {}, p.expand, ({ sandbox, ids }) => getDispute(sandbox, ids[0]!)),
  route('POST', '/v1/disputes/:id', {}, updateFields, update),
  route('POST', '/v1/disputes/:id/close', {}, p.expand, close),
];
