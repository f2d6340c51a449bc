/** Money trouble made at Stripe's sandbox, found and named through all processes; and the ledger holds what Stripe holds. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { RECONCILIATION_KINDS } from '../domain/reconciliation.ts';
import { seedVariants } from './support/catalogue.ts';
import { call, type OrderJson, placeOrder } from './support/client.ts';
import { describeEachStore } from './support/each-store.ts';
import { type System, startSystem } from './support/system.ts';
import { waitFor } from './support/wait-for.ts';

interface FindingJson {
  code: string;
  subject: string;
  status: string;
  order_id: string | null;
  explanation: string;
}

const settled = statement(
  'test_settled',
  `select (select count(*) from outbox where status = 'pending' and queue in ('apply-stripe-event', 'read-payout', 'read-payment'))
     + (select count(*) from ledger_due) + (select count(*) from payments where fee_amount is null) as open`,
);
const intentOf = statement('test_intent_of', 'select provider_id, charge_id from payments where order_id = $1');
const books = statement(
  'test_books',
  `select currency, sum(amount)::bigint as amount from ledger_entries where account = 'stripe_balance' group by currency having sum(amount) <> 0`,
);

describeEachStore('reconciliation with the sandbox', (store) => {
  let system: System;
  beforeAll(async () => {
    const schedules = RECONCILIATION_KINDS.map((kind) => [`STOCKROOM_RECONCILE_${kind.toUpperCase()}_SECONDS`, '0']);
    const env = { ...Object.fromEntries(schedules), STOCKROOM_RECONCILE_GRACE_SECONDS: '1' };
    system = await startSystem({ databaseUrl: store.databaseUrl, redisUrl: store.redisUrl, env });
    await seedVariants(system.db, [{ sku: 'TEE', units: 1_000, amount: 1_999 }]);
  }, 60_000);
  afterAll(async () => {
    await system?.stop();
  }, 30_000);

  async function ask<T>(path: string, body?: object): Promise<T> {
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const headers = { 'content-type': 'application/json', authorization: 'Bearer sk_test_sandbox_0000' };
    const answer = await fetch(`${system.sandboxUrl}${path}`, { headers, ...init });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const control = <T = { id: string }>(path: string, body: object) => ask<T>(`/sandbox/stripe/control/${path}`, body);
  async function paid(): Promise<{ order: OrderJson; intent: string; charge: string }> {
    const wish = { sku: 'TEE', card: 'pm_card_bypassPending', quantity: 2 };
    const order = (await placeOrder(system, wish, { prefer: 'wait=10' })).body;
    expect(order.payment_status).toBe('paid');
    const [row] = await system.db.rows<{ provider_id: string; charge_id: string }>(intentOf, [order.id]);
    return { order, intent: row!.provider_id, charge: row!.charge_id };
  }
  async function quiet(): Promise<void> {
    await waitFor(async () => Number((await system.db.rows<{ open: number }>(settled))[0]!.open) === 0, {
      timeoutMs: 20_000,
    });
  }
  async function reconcile(): Promise<void> {
    for (const kind of RECONCILIATION_KINDS) {
      const body = { kind, dry_run: false, since: '2020-01-01T00:00:00Z' };
      const { body: run } = await call<{ id: string }>(system, 'POST', '/v1/reconciliation/runs', { body });
      await waitFor(
        async () => {
          const now = await call<{ status: string; error: string }>(system, 'GET', `/v1/reconciliation/runs/${run.id}`);
          if (now.body.error) throw new Error(now.body.error);
          return now.body.status === 'done';
        },
        { timeoutMs: 20_000, describe: `the run of ${kind}` },
      );
      await quiet();
    }
  }
  const FINDINGS = '/v1/reconciliation/findings';
  const findings = async () => (await call<{ data: FindingJson[] }>(system, 'GET', `${FINDINGS}?limit=100`)).body.data;
  const held = async () => {
    const rows = await system.db.rows<{ currency: string; amount: number }>(books);
    return Object.fromEntries(rows.map((row) => [row.currency, row.amount]));
  };

  it('finds nothing where nothing is wrong', async () => {
    for (let n = 0; n < 3; n++) await paid();
    await quiet();
    await reconcile();
    expect(await findings()).toEqual([]);
  }, 60_000);

  it('finds each trouble by its name and nothing else, and the ledger is Stripe’s balance to the cent', async () => {
    await ask('/sandbox/control/faults', {
      provider: 'stripe',
      kind: 'webhook_lose',
      match: { event_type: 'payment_intent.succeeded' },
      times: 1,
    });
    await paid();
    const fee = await paid();
    const double = await paid();
    const refunded = await paid();
    await quiet();
    await control(`balance_transactions/${fee.intent}/fee`, { fee: 199 });
    const again = await control<{ latest_charge: string }>(`charges/${double.intent}/again`, {});
    const foreign = await control<{ latest_charge: string }>('charges', { amount: 700, currency: 'eur' });
    await control(`charges/${refunded.intent}/refund`, { amount: 500 });
    await control('stripe_fees', { amount: 250 });
    await control('payouts/run', {});
    const exchange = { amount: 1_000, currency: 'usd', bank_currency: 'eur' };
    const exchanged = await control('payouts', exchange);
    const { data: payouts } = await ask<{ data: { id: string; automatic: boolean }[] }>('/v1/payouts');
    const automatic = payouts.find((payout) => payout.automatic)!;
    await control(`payouts/${automatic.id}/fail`, { failure_code: 'account_closed' });
    // Older than the grace of a second.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await quiet();
    await reconcile();
    const found = (await findings()).map(({ code, subject, status }) => `${code} ${subject} ${status}`).sort();
    expect(found).toEqual([
      `charge_doubled ${again.latest_charge} open`,
      `charge_foreign ${foreign.latest_charge} open`,
      expect.stringMatching(/^event_missed evt_\S+ repaired$/),
      `fee_differs ${fee.charge} open`,
      `payout_exchanged ${exchanged.id} repaired`,
      `payout_failed ${automatic.id} open`,
      `payout_manual ${exchanged.id} accepted`,
    ]);
    const balance = await ask<Record<'available' | 'pending', { amount: number; currency: string }[]>>('/v1/balance');
    const theirs = new Map<string, number>();
    for (const { amount, currency } of [...balance.available, ...balance.pending])
      theirs.set(currency, (theirs.get(currency) ?? 0) + amount);
    // The fee that was changed behind our back is the one difference, and it has its finding.
    const usual = Math.round(4_598 * 0.029) + 30;
    expect(await held()).toEqual({ usd: theirs.get('usd')! + 199 - usual, eur: theirs.get('eur') });

    const [wrong] = (
      await call<{ data: (FindingJson & { id: string })[] }>(system, 'GET', `${FINDINGS}?code=fee_differs`)
    ).body.data;
    const body = { note: 'as Stripe says' };
    const corrected = await call(system, 'POST', `${FINDINGS}/${wrong!.id}/correct`, { body });
    expect(corrected).toMatchObject({ status: 200, body: { finding: { status: 'corrected' } } });
    await quiet();
    await reconcile();
    expect((await findings()).filter(({ code }) => code.startsWith('fee_'))).toMatchObject([{ status: 'corrected' }]);
    expect(await held()).toEqual({ usd: theirs.get('usd'), eur: theirs.get('eur') });
  }, 180_000);
});
