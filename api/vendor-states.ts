/** What moves a vendor: it hands in what the shop verifies, and the shop verifies, refuses, suspends and closes. */

import { revokeVendorKeys } from '../db/api-keys.ts';
import type { Database, Executor } from '../db/database.ts';
import { insertJobs } from '../db/outbox.ts';
import { moveVendor, type VendorMove, type VendorRow } from '../db/vendors.ts';
import { statesBefore } from '../domain/order-status.ts';
import { type VendorStatus, vendorTransitions } from '../domain/vendors/vendor.ts';
import { missingForVerification } from '../domain/vendors/verification.ts';
import type { ConnectProvider } from '../providers/connect.ts';
import { PaymentRefusedError } from '../providers/payments.ts';
import { makeJob } from '../queues/define-queue.ts';
import { openVendorAccount } from '../queues/open-vendor-account.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { getOwnVendor, lockOwnVendor, type VendorCall } from './own-vendor.ts';
import { conflict, invalid, Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import * as schemas from './vendor-schemas.ts';

interface Context {
  db: Database;
  connect: ConnectProvider;
}

export function vendorStateRoutes(context: Context): Route[] {
  return [
    submit(context),
    verify(context),
    refuse(context),
    suspend(context),
    resume(context),
    close(context),
    onboardingLink(context),
  ];
}

const tag = 'Vendors';
const at = (verb: string) => `/v1/vendors/{id}/${verb}`;
const moved = { 200: { description: 'The vendor as it is now', schema: schemas.vendorView } };
const before = (to: VendorStatus) => statesBefore(vendorTransitions, to);

type MoveCall = VendorCall & Pick<Call, 'headers' | 'req'>;

/** One move: 404 for another's vendor, 409 from a state that does not lead there. */
function moveOnce(
  { db }: Pick<Context, 'db'>,
  call: MoveCall,
  wanted: Omit<VendorMove, 'actor'> | ((vendor: VendorRow) => Omit<VendorMove, 'actor'>),
  then: (tx: Executor, vendor: VendorRow) => Promise<void> = async () => {},
): Promise<Answer> {
  return once(db, idempotentRequest(call), async (tx) => {
    const vendor = await lockOwnVendor(tx, call);
    const move = typeof wanted === 'function' ? wanted(vendor) : wanted;
    const row = await moveVendor(tx, vendor.id, { ...move, actor: call.key.id });
    if (!row)
      throw conflict(
        'vendor_state_conflict',
        `The vendor is ${vendor.status}; that is possible from ${move.from.join(', ')}.`,
        {
          status: vendor.status,
        },
      );
    await then(tx, row);
    return { status: 200, body: schemas.renderVendor(row) };
  });
}

const submit = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('submit'),
    tag,
    summary: 'Hand in what the shop verifies a vendor by',
    description:
      'The profile needs its description and the settings a return address. After a refusal it is handed in again, whole.',
    scope: 'vendors:write',
    vendor: true,
    params: uuidParams,
    body: schemas.verification,
    responses: moved,
    handle: (call) =>
      moveOnce({ db }, call, (vendor) => {
        const missing = missingForVerification(vendor);
        if (missing.length > 0) throw invalid(missing.map(asMissing), 422);
        const verification = { ...call.body, submitted_at: new Date().toISOString() };
        return { from: ['registered'], to: 'verifying', event: 'vendor.submitted', verification };
      }),
  });

const asMissing = (pointer: string) => ({
  pointer,
  code: 'required',
  message: `${pointer.slice(1).replaceAll('/', '.')}: is needed to verify the vendor; PUT it first`,
});

const verify = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('verify'),
    tag,
    summary: 'Verify a vendor: its account at Stripe is opened',
    scope: 'vendors:write',
    params: uuidParams,
    responses: moved,
    handle: (call) =>
      moveOnce({ db }, call, { from: ['verifying'], to: 'onboarding', event: 'vendor.verified' }, (tx, { id }) =>
        insertJobs(tx, [makeJob(openVendorAccount, { vendor_id: id })]),
      ),
  });

const refuse = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('refuse'),
    tag,
    summary: 'Refuse what a vendor has handed in, with reasons',
    description: 'It is `registered` again, reads the reasons in `refusal`, and may hand in anew.',
    scope: 'vendors:write',
    params: uuidParams,
    body: schemas.refusal,
    responses: moved,
    handle: (call) => {
      const { reasons } = call.body;
      const refusal = { reasons, refused_at: new Date().toISOString() };
      const move = {
        from: ['verifying'],
        to: 'registered',
        event: 'vendor.refused',
        refusal,
        data: { reasons },
      } as const;
      return moveOnce({ db }, call, move);
    },
  });

const suspend = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('suspend'),
    tag,
    summary: 'Suspend a vendor',
    description: 'Its products cannot be ordered from then on. What was ordered goes on.',
    scope: 'vendors:write',
    params: uuidParams,
    body: schemas.reasonBody,
    responses: moved,
    handle: (call) => {
      const { reason } = call.body;
      return moveOnce({ db }, call, { from: before('suspended'), to: 'suspended', event: 'vendor.suspended', reason });
    },
  });

const resume = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('resume'),
    tag,
    summary: 'End the suspension of a vendor',
    description: 'It goes back to where it was, or to where its account at Stripe has led it meanwhile.',
    scope: 'vendors:write',
    params: uuidParams,
    responses: moved,
    handle: (call) =>
      moveOnce({ db }, call, ({ status_before }) => ({
        from: ['suspended'],
        to: status_before ?? 'onboarding',
        event: 'vendor.resumed',
      })),
  });

const close = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: at('close'),
    tag,
    summary: 'Close a vendor for good',
    description:
      'Its keys end at once, its products cannot be ordered any more. What was ordered and what it is owed goes on.',
    scope: 'vendors:write',
    params: uuidParams,
    body: schemas.reasonBody,
    responses: moved,
    handle: (call) => {
      const { reason } = call.body;
      const move = { from: before('closed'), to: 'closed', event: 'vendor.closed', reason } as const;
      return moveOnce({ db }, call, move, (tx, { id }) => revokeVendorKeys(tx, id));
    },
  });

const onboardingLink = ({ db, connect }: Context) =>
  defineRoute({
    method: 'post',
    path: at('onboarding-link'),
    tag,
    summary: "Open Stripe's page on which a vendor gives what Stripe asks for",
    description:
      'The link can be used once and for some minutes; ask for another one then. 409 while there is no account yet.',
    scope: 'vendors:write',
    vendor: true,
    params: uuidParams,
    body: schemas.onboardingLink,
    responses: { 201: { description: 'The link', schema: schemas.onboardingLinkView } },
    handle: (call) =>
      // A link that was used is worth nothing: it is made under the key that the answer is kept by.
      once(db, idempotentRequest(call), async (tx) => {
        const vendor = await getOwnVendor(tx, call);
        if (vendor.account_id === null || vendor.status === 'closed')
          throw conflict('account_missing', `The vendor is ${vendor.status} and has no account at Stripe to complete.`);
        const { return_url: returnUrl, refresh_url: refreshUrl } = call.body;
        const link = await ask(() => connect.accountLink({ accountId: vendor.account_id!, returnUrl, refreshUrl }));
        return { status: 201, body: { url: link.url, expires_at: link.expiresAt.toISOString() } };
      }),
  });

const RETRY_SECONDS = 5;

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof PaymentRefusedError)
      throw conflict('payment_provider_refused', `Stripe refuses that: ${error.code}.`);
    throw new Problem({
      status: 503,
      code: 'payment_provider_unavailable',
      detail: 'Stripe does not answer.',
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
}
