/** The list of events is what happens: buyers take every way, and what is told by a webhook is compared with the list. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WEBHOOK_EVENT_TYPES } from '../domain/webhook-events.ts';
import { startCrowd } from '../faults/crowd.ts';
import { openStage, type Stage } from '../faults/stage.ts';
import { WAYS } from '../faults/ways.ts';
import { checkTold, type Listener, listen, readBox } from '../faults/webhooks.ts';
import { seedVariants } from './support/catalogue.ts';
import { call } from './support/client.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { alertOf } from './support/use-alerts.ts';
import { waitFor } from './support/wait-for.ts';

const dispute = ['workers/record-dispute.ts', '`dispute.$'] as const;
const refund = ['workers/record-refund.ts', '`refund.$'] as const;
const ended = ['db/cancel-order.ts', '`order.$'] as const;
/** The provider's word on a message that nobody was sure of, or that went wrong. */
const notification = ['db/provider-events.ts', `'notification.' ||`] as const;
const sent = ['workers/record-try.ts', '`notification.$'] as const;
/** Vendors have tests of their own (api/vendors.test.ts, workers/follow-vendor-orders.test.ts). */
const moved = ['api/vendor-states.ts'] as const;
const account = ['db/vendor-accounts.ts'] as const;
const part = ['db/vendor-order-parts.ts', '`vendor_order.$'] as const;
const said = ['api/vendor-orders.ts'] as const;
/** What these buyers do not bring about, or not in time: where it is written, and by which words if not by its name. */
const shortage = ['workers/return-values.ts', '`subscription.line_'] as const;
const WRITTEN_BY: Record<string, readonly [file: string, words?: string]> = {
  'return.requested': ['api/request-return.ts', "type: 'requested'"],
  'return.approved': ['api/change-return.ts', "type: 'approved'"],
  'return.refused': ['api/change-return.ts', "type: 'refused'"],
  'return.canceled': ['api/change-return.ts', "type: 'canceled'"],
  'return.label_requested': ['api/change-return.ts', "type: 'label_requested'"],
  'return.label_sent': ['workers/advance-return.ts', "type: 'label_sent'"],
  'return.label_refused': ['workers/advance-return.ts', "type: 'label_refused'"],
  'return.in_transit': ['db/return-tracking.ts', "type: 'in_transit'"],
  'return.arrived': ['db/return-tracking.ts', "'arrived'"],
  'return.counted': ['api/change-return.ts', "'counted'"],
  'return.received': ['api/change-return.ts', "'received' : 'counted'"],
  'return.corrected': ['api/change-return.ts', "'corrected'"],
  'return.refunded': ['db/settle-return.ts', "status: 'refunded'"],
  'return.exchanged': ['db/settle-return.ts', "'exchanged'"],
  'return.closed': ['api/change-return.ts', "type: 'closed'"],
  'return.lapsed': ['workers/sweep-returns.ts', "type: 'lapsed'"],
  'claim.requested': ['api/change-claim.ts', "type: 'requested'"],
  'claim.refused': ['api/change-claim.ts', "type: 'refused'"],
  'claim.canceled': ['api/change-claim.ts', "type: 'canceled'"],
  'claim.carrier_noted': ['api/change-claim.ts', "type: 'carrier_noted'"],
  'claim.reshipped': ['db/settle-claim.ts', "type: 'reshipped'"],
  'claim.refunded': ['db/settle-claim.ts', "type: 'refunded'"],
  'subscription.renewal_upcoming': ['workers/billing-events.ts'],
  'subscription.renewed': ['db/recurring-orders.ts'],
  'subscription.order_made': ['db/recurring-orders.ts'],
  'subscription.payment_failed': ['workers/record-invoice.ts', "'payment_failed'"],
  'subscription.action_required': ['workers/record-invoice.ts', "'action_required'"],
  'subscription.invoice_voided': ['domain/subscriptions/invoice-news.ts', "'invoice_voided'"],
  'subscription.invoice_uncollectible': ['domain/subscriptions/invoice-news.ts', "'invoice_uncollectible'"],
  'subscription.line_skipped': shortage,
  'subscription.line_substituted': shortage,
  'subscription.line_refunded': shortage,
  'line.skipped': ['db/stock-waits.ts', '`line.'],
  'line.substituted': ['db/stock-waits.ts', '`line.'],
  'line.refunded': ['db/stock-waits.ts', '`line.'],
  'order.rejected': ended,
  'subscription.created': ['db/place-subscription.ts'],
  'subscription.changed': ['workers/send-subscription-change.ts'],
  'subscription.change_refused': ['workers/send-subscription-change.ts'],
  'subscription.rejected': ['db/record-subscription.ts'],
  ...Object.fromEntries(
    [
      ...['started', 'status_changed', 'past_due', 'unpaid', 'paused', 'resumed', 'canceled', 'ending', 'reactivated'],
      ...['delivery_skipped', 'delivery_unskipped', 'payment_method_changed'],
    ].map((word) => [`subscription.${word}`, ['db/record-subscription.ts', `'${word}'`] as const]),
  ),
  'order.expired': ended,
  'order.edited': ['db/apply-order-edit.ts'],
  'order.edit_requested': ['db/order-edit-balance.ts'],
  'order.edit_refused': ['db/apply-order-edit.ts', '`order.edit_'],
  'order.edit_canceled': ['db/apply-order-edit.ts', '`order.edit_'],
  'order.settled': ['db/deliver-without-goods.ts'],
  'credit.granted': ['db/order-credits.ts'],
  'credit.received': ['db/order-credits.ts'],
  'credit.returned': ['db/order-credits.ts'],
  'order.held': ['db/order-holds.ts'],
  'order.released': ['db/order-holds.ts'],
  'payment.succeeded_late': ['domain/judge-intent.ts'],
  'payment.processing': ['domain/judge-intent.ts'],
  'payment.refused': ['workers/confirm-attempt.ts'],
  'payment.mismatch': ['db/record-intent.ts'],
  'payment.open_late': ['domain/judge-intent.ts'],
  'payment.capture_failed': ['workers/send-capture.ts'],
  'payment.authorization_expiring': ['workers/watch-authorizations.ts'],
  'payment.authorization_expired': ['domain/judge-intent.ts'],
  'refund.requested': refund,
  'refund.requires_action': refund,
  'refund.canceled': refund,
  'shipment.exception': ['domain/shipping.ts'],
  'dispute.needs_response': dispute,
  'dispute.prevented': dispute,
  'dispute.appeal_needs_response': dispute,
  'dispute.appeal_under_review': dispute,
  'dispute.evidence_due': ['workers/sweep-money.ts'],
  'dispute.evidence_refused': ['db/dispute-evidence.ts'],
  'fraud.warned': ['workers/record-fraud-warning.ts'],
  'notification.accepted': notification,
  'notification.delivered': notification,
  'notification.bounced': notification,
  'notification.dropped': notification,
  'notification.failed': sent,
  'notification.uncertain': sent,
  'stock.low': ['workers/tell-low-stock.ts'],
  'image.failed': ['migrations/0022_create_webhooks.sql', `'image.' || new.status`],
  'vendor.registered': ['db/vendors.ts'],
  'vendor.changed': ['db/vendors.ts'],
  'vendor.submitted': moved,
  'vendor.refused': moved,
  'vendor.verified': moved,
  'vendor.account_opened': account,
  'vendor.activated': account,
  'vendor.restricted': account,
  'vendor.suspended': moved,
  'vendor.resumed': moved,
  'vendor.closed': moved,
  'vendor.transfer.paid': ['db/settle-vendor-transfer.ts'],
  'vendor.transfer.reversed': ['db/settle-vendor-transfer.ts'],
  'vendor.transfer.failed': ['db/settle-vendor-transfer.ts'],
  'vendor_order.created': part,
  'vendor_order.changed': part,
  'vendor_order.held': part,
  'vendor_order.released': part,
  'vendor_order.packed': said,
  'vendor_order.problem': said,
  'vendor_order.problem_settled': said,
  'vendor_order.partially_shipped': part,
  'vendor_order.shipped': part,
  'vendor_order.delivered': part,
  'vendor_order.canceled': part,
  'webhook.test': ['domain/webhook-events.ts', `TEST_EVENT = 'webhook.test'`],
};

let database: TestDatabase;
let stage: Stage;
let everything: Listener;
beforeAll(async () => {
  database = await createTestDatabase();
  const env = { STOCKROOM_ORDER_EXPIRY_SECONDS: '12' };
  stage = await openStage({ databaseUrl: database.url, seed: 1, env });
  everything = await listen(stage, 'everything');
}, 120_000);
afterAll(async () => {
  await stage?.system.stop();
  await database?.drop();
}, 30_000);

async function beBusyInTheShop(): Promise<void> {
  const { system } = stage;
  await seedVariants(system.db, [{ sku: 'PICTURED', units: 5 }]);
  const [location] = (await call<{ data: { code: string }[] }>(system, 'GET', '/v1/locations')).body.data;
  const body = { sku: 'PICTURED', location: location!.code, change: 3, reason: 'received' };
  expect((await call(system, 'POST', '/v1/stock/adjustments', { body })).status).toBe(201);
  const { rows } = await system.db.pool.query<{ product_id: string }>(
    `select product_id from variants where sku = 'PICTURED'`,
  );
  const urls = ['1.jpg', 'trouble/missing', 'trouble/wrong-type'].map(
    (path) => `${system.sandboxUrl}/pictures/${path}`,
  );
  const images = { images: urls.map((url) => ({ url })) };
  const given = await call(system, 'POST', `/v1/products/${rows[0]!.product_id}/images`, { body: images });
  expect(given.status).toBe(202);
  await beUndercut();
}

/** One alert that nobody looks after in time, and one that somebody dismisses. */
async function beUndercut(): Promise<void> {
  const { system } = stage;
  const [forgotten, dismissed] = [await alertOf(system.db, 1_000), await alertOf(system.db, 1_000)];
  await system.db.pool.query('update price_alerts set escalate_at = now() where id = $1', [forgotten]);
  const answer = await call(system, 'POST', `/v1/price-alerts/${dismissed}/dismiss`, { body: {} });
  expect(answer.status).toBe(200);
}

/** A scan that comes after the parcel was handed over: it is told, and nothing else changes by it. */
async function scanLate(): Promise<void> {
  const parcels = `${stage.system.sandboxUrl}/carrier/control/shipments`;
  const delivered = await waitFor(
    async () => {
      const { data } = (await (await fetch(parcels)).json()) as { data: { id: string; status: string }[] };
      return (await told()).has('order.delivered') && data.find(({ status }) => status === 'delivered');
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  const body = JSON.stringify({ status: 'in_transit' });
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${parcels}/${delivered.id}/advance`, { method: 'POST', headers, body })).status).toBe(200);
}

const told = async () => new Set((await readBox(stage, everything.name)).data.map(({ type }) => type));

it('all that is listed can happen, and all that happens is listed', async () => {
  await beBusyInTheShop();
  const crowd = startCrowd(stage.system, { orders: WAYS.length, buyers: WAYS.length, sku: stage.sku, name: 'all' });
  await crowd.done;
  expect(crowd.complaints).toEqual([]);
  await scanLate();
  const expected = Object.keys(WEBHOOK_EVENT_TYPES).filter((type) => !(type in WRITTEN_BY));
  const missing = async () => expected.filter((type) => !seen.has(type));
  let seen = await told();
  await waitFor(
    async () => {
      seen = await told();
      return (await missing()).length === 0;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  ).catch(() => {});
  expect(await missing()).toEqual([]);
  const { checks } = await checkTold(stage, everything);
  expect(checks.filter(({ held }) => !held)).toEqual([]);
  expect([...seen].filter((type) => !(type in WEBHOOK_EVENT_TYPES))).toEqual([]);
}, 240_000);

it.each(Object.entries(WRITTEN_BY))('%s is written where it says', (type, [file, words = `'${type}'`]) => {
  expect(readFileSync(resolve(import.meta.dirname, '..', file), 'utf8')).toContain(words);
});
