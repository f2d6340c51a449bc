import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver, startSandbox, subscribe, type TestSandbox, until } from './start-for-test.ts';

/** Stripe's own command line as a client: it checks neither that events come nor their signatures, so this does. */

const CLI = join(process.cwd(), 'node_modules', '.bin', 'stripe');
const TRIGGERS = [
  'payment_intent.created',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.processing',
  'charge.succeeded',
  'charge.failed',
  'charge.captured',
  'charge.refunded',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'balance.available',
  'payout.created',
  'payout.updated',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'customer.source.created',
  'customer.source.updated',
  'customer.discount.created',
  'customer.discount.updated',
  'customer.discount.deleted',
  'payment_method.attached',
  'payment_method.updated',
  'payment_method.detached',
  'setup_intent.created',
  'setup_intent.succeeded',
  'setup_intent.canceled',
  'setup_intent.setup_failed',
  'setup_intent.requires_action',
  'reporting.report_run.succeeded',
  'product.created',
  'product.updated',
  'product.deleted',
  'price.created',
  'price.updated',
  'plan.created',
  'plan.updated',
  'plan.deleted',
  'coupon.created',
  'coupon.updated',
  'coupon.deleted',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.trial_will_end',
  'invoice.created',
  'invoice.updated',
  'invoice.deleted',
  'invoice.finalized',
  'invoice.sent',
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.voided',
  'invoice.marked_uncollectible',
  'invoiceitem.created',
  'invoiceitem.deleted',
  'test_helpers.test_clock.created',
  'test_helpers.test_clock.advancing',
  'test_helpers.test_clock.ready',
  'test_helpers.test_clock.deleted',
  'account.updated',
  'account.application.deauthorized',
  'transfer.created',
  'transfer.updated',
  'transfer.reversed',
];
const present = existsSync(CLI);
if (!present) console.warn(`SKIPPED: there is no Stripe CLI at ${CLI}.`);

let test: TestSandbox;
let hook: Receiver;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  test = await startSandbox();
  hook = await startReceiver(test.violations);
  subscribe(test, hook);
  subscribe(test, hook, ['*'], true);
});

afterAll(() => {
  test.close();
  hook.close();
  rmSync(home, { recursive: true });
});

/** A home of its own, and no news to Stripe about the runs. */
const environment = () => ({
  PATH: process.env.PATH,
  HOME: home,
  XDG_CONFIG_HOME: home,
  STRIPE_CLI_TELEMETRY_OPTOUT: '1',
});

const trigger = (event: string) =>
  promisify(execFile)(CLI, ['trigger', event, '--api-base', test.url, '--api-key', 'sk_test_000000000000'], {
    env: environment(),
    timeout: 30_000,
  });

describe('stripe trigger', () => {
  it.each(present ? TRIGGERS : [])('%s ends well and its event arrives, signed', async (event) => {
    const before = hook.received.length;
    await trigger(event);
    await until(() => hook.types().slice(before).includes(event));
    expect(test.violations).toEqual([]);
  });

  it('works with the newest version when payment_method_types is removed from its script', async () => {
    if (!present) return;
    const args = ['trigger', 'payment_intent.created', '--api-base', test.url, '--api-key', 'sk_test_000000000000'];
    const newest = ['--api-version', '2026-10-28.endive', '--remove', 'payment_intent:payment_method_types'];
    const before = hook.received.length;
    await promisify(execFile)(CLI, [...args, ...newest], { env: environment(), timeout: 30_000 });
    await until(() => hook.types().slice(before).includes('payment_intent.created'));
  });
});
