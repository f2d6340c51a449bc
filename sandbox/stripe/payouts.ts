import { availableBalance } from './book-transaction.ts';
import type { Sandbox } from './context.ts';
import { formatAmount, readCurrency } from './currencies.ts';
import { badParam, noSuch, refuse } from './errors.ts';
import { type ListAnswer, listObjects } from './lists.ts';
import * as p from './params.ts';
import { insertPayout, returnPayout } from './pay-out.ts';
import { type Call, route } from './routes.ts';
import type { Metadata, Payout } from './types.ts';

const createFields = {
  required: { amount: p.integer(1), currency: p.filled(3) },
  optional: {
    description: p.text(),
    destination: p.filled(),
    metadata: p.metadata,
    method: p.oneOf('instant', 'standard'),
    payout_method: p.text(),
    source_type: p.oneOf('bank_account', 'card', 'fpx'),
    statement_descriptor: p.text(22),
    ...p.expand,
  },
};
type Create = p.Params<typeof createFields.required, typeof createFields.optional>;

/** A payout by hand, of money that is available. */
function create({ sandbox, params }: Call<Create>): Payout {
  const currency = readCurrency(params.currency);
  // What a test card made available at once may be paid out by the next call.
  sandbox.catchUp();
  if (availableBalance(sandbox, currency) < params.amount) {
    throw refuse(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
      { code: 'balance_insufficient' },
    );
  }
  const { amount, description, metadata, method, statement_descriptor: descriptor } = params;
  return insertPayout(sandbox, {
    amount,
    currency,
    automatic: false,
    rest: {
      description: description ?? null,
      metadata: p.mergeMetadata({}, metadata),
      method: method ?? 'standard',
      statement_descriptor: descriptor ?? null,
    },
  });
}

export function getPayout(sandbox: Sandbox, id: string): Payout {
  const payout = sandbox.objects.find<Payout>(id, 'payout');
  if (!payout) throw noSuch('payout', id);
  return payout;
}

function update({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined }>): Payout {
  const payout = getPayout(sandbox, ids[0]!);
  const previous = { metadata: payout.metadata };
  payout.metadata = p.mergeMetadata(payout.metadata, params.metadata);
  sandbox.objects.update(payout);
  sandbox.emit('payout.updated', payout, previous);
  return payout;
}

function cancel({ sandbox, ids }: Call<object>): Payout {
  const payout = getPayout(sandbox, ids[0]!);
  if (payout.status !== 'pending' || payout.automatic)
    throw refuse(`Payouts can only be canceled while they are pending; this one's status is ${payout.status}.`);
  return returnPayout(sandbox, payout, null);
}

/** Takes back a payout that arrived: a payout in the other direction. */
function reverse({ sandbox, ids, params }: Call<{ metadata?: Metadata | null | undefined }>): Payout {
  const payout = getPayout(sandbox, ids[0]!);
  if (payout.status !== 'paid' || payout.reversed_by)
    throw refuse(`Only a payout that is paid can be reversed, once: ${formatAmount(payout.amount, payout.currency)}.`);
  const back = insertPayout(sandbox, {
    amount: -payout.amount,
    currency: payout.currency,
    automatic: false,
    rest: { original_payout: payout.id, metadata: p.mergeMetadata({}, params.metadata) },
  });
  payout.reversed_by = back.id;
  sandbox.objects.update(payout);
  sandbox.emit('payout.updated', payout, { reversed_by: null });
  return back;
}

const STATUSES = ['canceled', 'failed', 'in_transit', 'paid', 'pending'];
const listFields = {
  arrival_date: p.timestampRange,
  created: p.timestampRange,
  destination: p.text(),
  status: p.text(),
  ...p.listParams,
};

function list({ sandbox, params }: Call<p.Params<Record<never, never>, typeof listFields>>): ListAnswer {
  const { status, destination, arrival_date: arrival, ...page } = params;
  if (status && !STATUSES.includes(status))
    throw badParam(`Invalid status: must be one of ${STATUSES.join(', ')}`, 'status');
  const and = Object.entries(arrival ?? {})
    .map(([bound, at]) => `AND json_extract(body, '$.arrival_date') ${OPERATOR[bound]} ${at}`)
    .join(' ');
  return listObjects(sandbox.objects, 'payout', '/v1/payouts', page, { status, destination }, and);
}

const OPERATOR: Record<string, string> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

export const payoutRoutes = [
  route('POST', '/v1/payouts', createFields.required, createFields.optional, create),
  route('GET', '/v1/payouts', {}, listFields, list),
  route('GET', '/v1/payouts/:id', {}, p.expand, ({ sandbox, ids }) => getPayout(sandbox, ids[0]!)),
  route('POST', '/v1/payouts/:id', {}, { metadata: p.metadata, ...p.expand }, update),
  route('POST', '/v1/payouts/:id/cancel', {}, p.expand, cancel),
  route('POST', '/v1/payouts/:id/reverse', {}, { metadata: p.metadata, ...p.expand }, reverse),
];
