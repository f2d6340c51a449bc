import type { Sandbox } from '../context.ts';
import { noSuch } from '../errors.ts';
import { type ListAnswer, listObjects } from '../lists.ts';
import * as p from '../params.ts';
import { type Call, route } from '../routes.ts';
import type { Metadata } from '../types.ts';
import { refundFee } from './application-fee.ts';
import { withRefunds } from './parts.ts';
import type { ApplicationFee, FeeRefund } from './types.ts';

function getFee(sandbox: Sandbox, id: string): ApplicationFee {
  const fee = sandbox.objects.find<ApplicationFee>(id, 'application_fee');
  if (!fee) throw noSuch('application fee', id);
  return fee;
}

function getRefund(sandbox: Sandbox, [fee, id = '']: string[]): FeeRefund {
  const refund = sandbox.objects.find<FeeRefund>(id, 'fee_refund');
  if (refund?.fee !== fee) throw noSuch('fee refund', id);
  return refund!;
}

const listFields = { charge: p.text(), created: p.timestampRange, ...p.listParams };

function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>): ListAnswer {
  const { charge, ...page } = params;
  const answer = listObjects(sandbox.objects, 'application_fee', '/v1/application_fees', page, { charge });
  return { ...answer, data: (answer.data as ApplicationFee[]).map((fee) => withRefunds(sandbox.objects, fee)) };
}

const createFields = { amount: p.integer(1), metadata: p.metadata, ...p.expand };

function update({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined }>): FeeRefund {
  const refund = getRefund(sandbox, ids);
  refund.metadata = p.mergeMetadata(refund.metadata, params.metadata);
  sandbox.objects.update(refund);
  return refund;
}

const PATH = '/v1/application_fees/:fee/refunds';

export const applicationFeeRoutes = [
  route('GET', '/v1/application_fees', {}, listFields, list),
  route('GET', '/v1/application_fees/:id', {}, p.expand, ({ sandbox, ids }) =>
    withRefunds(sandbox.objects, getFee(sandbox, ids[0]!)),
  ),
  route('POST', PATH, {}, createFields, ({ sandbox, ids, params: { amount, metadata } }) =>
    refundFee(sandbox, getFee(sandbox, ids[0]!), amount, p.mergeMetadata({}, metadata)),
  ),
  route('GET', PATH, {}, p.listParams, ({ sandbox, ids, params }) => {
    const { id: fee } = getFee(sandbox, ids[0]!);
    return listObjects(sandbox.objects, 'fee_refund', `/v1/application_fees/${fee}/refunds`, params, { fee });
  }),
  route('GET', `${PATH}/:id`, {}, p.expand, ({ sandbox, ids }) => getRefund(sandbox, ids)),
  route('POST', `${PATH}/:id`, {}, { metadata: p.metadata, ...p.expand }, update),
];
