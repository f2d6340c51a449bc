import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { type SoundOrders, seedSoundOrders } from '../test/support/sound-orders.ts';
import { type Database, type Executor, openDatabase, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { checkInvariants, type Finding, type InvariantOptions } from './invariants.ts';

let test: TestDatabase;
let db: Database;
let orders: SoundOrders;
beforeAll(async () => {
  test = await createTestDatabase();
  db = openDatabase({ url: test.url, applicationName: 'invariants-test', max: 2 });
  orders = await seedSoundOrders(db);
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

/** Everything is due at once, but for the order that was just accepted, whose job is open. */
const strict: InvariantOptions = { graceSeconds: 0, waitSeconds: 60 };
const old = "now() - interval '1 hour'";

interface Break {
  rule: string;
  sql: () => string[];
  options?: () => InvariantOptions;
}

/** What each rule must see: a way to break it, by SQL or by what the outside says. */
const breaks: Record<number, Break[]> = {
  1: [
    { rule: 'order_without_first_event', sql: () => [`delete from order_events where order_id = '${orders.fresh}'`] },
    {
      rule: 'lines_do_not_add_up',
      sql: () => [
        'alter table order_lines drop constraint order_lines_total_adds_up',
        `update order_lines set quantity = quantity + 1 where order_id = '${orders.waiting}'`,
      ],
    },
    { rule: 'lines_do_not_add_up', sql: () => [`delete from order_lines where order_id = '${orders.rejected}'`] },
    {
      rule: 'payment_missing_or_of_another_amount',
      sql: () => [`update payments set amount = amount + 1 where order_id = '${orders.waiting}'`],
    },
    { rule: 'nobody_works_on_it', sql: () => [`delete from outbox where order_id = '${orders.fresh}'`] },
    {
      rule: 'nobody_works_on_it',
      sql: () => [`update outbox set status = 'failed' where order_id = '${orders.fresh}'`],
    },
    {
      rule: 'two_orders_for_one_key',
      sql: () => [
        'alter table idempotency_records drop constraint idempotency_records_pkey',
        `update idempotency_records set key = 'same'`,
      ],
    },
    {
      rule: 'answered_order_missing',
      sql: () => [`update idempotency_records set location = '/v1/orders/${uuidv7()}' where key = '${orders.fresh}'`],
    },
    {
      rule: 'accepted_order_missing',
      sql: () => [],
      options: () => ({ accepted: [{ key: null, order_id: uuidv7() }] }),
    },
    {
      rule: 'one_key_answered_with_two_orders',
      sql: () => [],
      options: () => ({
        accepted: [
          { key: 'k', order_id: orders.fresh },
          { key: 'k', order_id: orders.waiting },
        ],
      }),
    },
  ],
  2: [
    {
      rule: 'captured_out_of_bounds',
      sql: () => [`update payments set captured_amount = amount + 1 where order_id = '${orders.delivered}'`],
    },
    {
      rule: 'two_payments_of_one_order',
      sql: () => [
        'alter table payments drop constraint payments_order_key',
        `insert into payments (id, order_id, currency, amount) select '${uuidv7()}', order_id, currency, amount from payments where order_id = '${orders.delivered}'`,
      ],
    },
    {
      rule: 'one_intent_for_two_orders',
      sql: () => [
        'alter table payments drop constraint payments_provider_key',
        `update payments set provider_id = 'pi_1' where provider_id is not null`,
      ],
    },
    {
      rule: 'refunds_do_not_add_up',
      sql: () => [`update payments set refunded_amount = refunded_amount - 1 where order_id = '${orders.refunded}'`],
    },
    {
      rule: 'refunds_do_not_add_up',
      sql: () => [
        `insert into refunds (id, order_id, payment_id, cause, amount, currency)
         select '${uuidv7()}', order_id, id, 'again', captured_amount, currency from payments where order_id = '${orders.refunded}'`,
      ],
    },
    {
      rule: 'refunds_do_not_add_up',
      sql: () => [`update payments set refunding_amount = 1 where order_id = '${orders.delivered}'`],
    },
    {
      rule: 'disputes_do_not_add_up',
      sql: () => [`update payments set disputed_amount = 1 where order_id = '${orders.delivered}'`],
    },
    { rule: 'more_returned_than_captured', sql: () => [disputeOf(orders.refunded)] },
    {
      rule: 'line_refunded_more_often_than_sold',
      sql: () => [`update order_lines set refunded_quantity = 1 where order_id = '${orders.delivered}'`],
    },
    {
      rule: 'two_refunds_for_one_cause',
      sql: () => [
        'alter table refunds drop constraint refunds_cause_key',
        `insert into refunds (id, order_id, payment_id, cause, amount, currency, status)
         select '${uuidv7()}', order_id, payment_id, cause, amount, currency, 'failed' from refunds`,
      ],
    },
    {
      rule: 'order_and_payment_disagree',
      sql: () => [`update payments set captured_amount = 0 where order_id = '${orders.delivered}'`],
    },
    {
      rule: 'two_succeeded_intents_of_one_order',
      sql: () => [],
      options: () => ({
        stripe: { intents: [intentOf(orders.delivered), intentOf(orders.delivered, { id: 'pi_2' })] },
      }),
    },
    {
      rule: 'two_charges_of_one_intent',
      sql: () => [],
      options: () => ({
        stripe: {
          ...stripe(),
          charges: ['ch_1', 'ch_2'].map((id) => ({
            id,
            status: 'succeeded',
            captured: true,
            amount_captured: 4_600,
            payment_intent: `pi_${orders.delivered}`,
          })),
        },
      }),
    },
    {
      rule: 'refunded_twice_at_stripe',
      sql: () => [],
      options: () => ({
        stripe: { ...stripe(), refunds: ['re_1', 're_2'].map((id) => refundOf(orders.refunded, { id })) },
      }),
    },
  ],
  3: [
    {
      rule: 'level_out_of_bounds',
      sql: () => [
        'alter table stock_levels drop constraint stock_levels_conserved',
        'update stock_levels set reserved = on_hand + 1 where on_hand > 0',
      ],
    },
    { rule: 'level_is_not_the_sum_of_its_movements', sql: () => ['update stock_levels set on_hand = on_hand + 1'] },
    {
      rule: 'watch_differs_from_its_stock',
      sql: () => [
        'update variants set low_stock_threshold = 1',
        'update stock_watches set is_low = not is_low where variant_id = (select variant_id from stock_watches limit 1)',
      ],
    },
    {
      rule: 'watch_differs_from_its_stock',
      sql: () => [
        `insert into stock_watches (variant_id, threshold, is_low) select id, 0, false from variants limit 1`,
      ],
    },
    {
      rule: 'reserved_is_not_what_orders_hold',
      sql: () => ['update stock_levels set reserved = reserved - 1 where reserved > 0'],
    },
    {
      rule: 'oversold_on_the_way',
      sql: () => [
        `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change)
         select variant_id, location_id, kind, change, 0 from stock_levels, (values ('sold', -20), ('returned', 20)) as m (kind, change)`,
      ],
    },
    {
      rule: 'reservation_is_not_the_orders_lines',
      sql: () => [`update reservations set quantity = quantity + 1 where order_id = '${orders.delivered}'`],
    },
    {
      rule: 'movements_are_not_the_orders_reservations',
      sql: () => [`delete from stock_movements where order_id = '${orders.delivered}' and kind = 'sold'`],
    },
    {
      rule: 'order_and_stock_disagree',
      sql: () => [`update reservations set status = 'released' where order_id = '${orders.waiting}'`],
    },
    {
      rule: 'more_came_back_than_was_sent',
      sql: () => [
        `insert into stock_movements (variant_id, location_id, kind, on_hand_change, reserved_change, order_id)
         select variant_id, location_id, 'returned', quantity + 1, 0, order_id from reservations where status = 'sold'`,
      ],
    },
    { rule: 'shipped_is_not_what_was_sold', sql: () => ['update shipment_lines set quantity = quantity + 1'] },
  ],
  4: [
    { rule: 'refund_in_another_currency', sql: () => [`update refunds set currency = 'eur'`] },
    {
      rule: 'differs_from_stripe',
      sql: () => [],
      options: () => ({ stripe: { ...stripe(), refunds: [] } }),
    },
    {
      rule: 'differs_from_stripe',
      sql: () => [],
      options: () => ({
        stripe: {
          ...stripe(),
          intents: [intentOf(orders.delivered, { amount_received: 4_599 }), intentOf(orders.refunded)],
        },
      }),
    },
    {
      rule: 'differs_from_stripe',
      sql: () => [],
      options: () => ({
        stripe: { ...stripe(), intents: [...stripe().intents, intentOf(uuidv7(), { id: 'pi_lost' })] },
      }),
    },
    {
      rule: 'differs_from_stripes_balance',
      sql: () => [],
      options: () => ({ stripe: { ...books(), movements: [movement('ch_1', 4_600), movement('re_1', -2_600)] } }),
    },
    {
      rule: 'differs_from_stripes_balance',
      sql: () => [disputeOf(orders.delivered)],
      options: () => ({ stripe: books() }),
    },
    {
      rule: 'ledger_differs_from_disputes',
      sql: () => [
        disputeOf(orders.delivered),
        `insert into dispute_movements (provider_id, dispute_id, kind, amount, fee_amount, net_amount, currency, occurred_at)
         select 'txn_1', id, 'withdrawal', -4600, 1500, -6100, 'usd', now() from disputes`,
      ],
    },
    {
      rule: 'dispute_differs_from_stripe',
      sql: () => [disputeOf(orders.delivered)],
      options: () => ({ stripe: { ...stripe(), disputes: [] } }),
    },
    {
      rule: 'dispute_differs_from_stripe',
      sql: () => [],
      options: () => ({
        stripe: {
          ...stripe(),
          disputes: [{ id: 'du_2', status: 'lost', amount: 1, payment_intent: `pi_${orders.delivered}` }],
        },
      }),
    },
    {
      rule: 'another_intent_than_recorded',
      sql: () => [`update payments set provider_id = 'pi_other' where order_id = '${orders.delivered}'`],
      options: () => ({ stripe: stripe() }),
    },
  ],
  5: [
    { rule: 'history_has_gaps', sql: () => [`update order_events set sequence = 99 where type = 'order.delivered'`] },
    {
      rule: 'history_has_gaps',
      sql: () => [`update orders set last_event = last_event + 1 where id = '${orders.fresh}'`],
    },
    {
      rule: 'history_runs_backwards_in_time',
      sql: () => [`update order_events set created_at = ${old} where type = 'order.delivered'`],
    },
    {
      rule: 'history_illegal_move',
      sql: () => [`update order_events set type = 'order.canceled' where type = 'order.shipped'`],
    },
    {
      rule: 'history_illegal_move',
      sql: () => [`update order_events set type = 'payment.succeeded' where type = 'order.shipped'`],
    },
    {
      rule: 'history_ends_elsewhere',
      sql: () => [`update orders set status = 'paid' where id = '${orders.delivered}'`],
    },
    {
      rule: 'history_ends_elsewhere',
      sql: () => [`update orders set payment_status = 'paid' where id = '${orders.refunded}'`],
    },
    {
      rule: 'history_does_not_begin_accepted',
      sql: () => [`update order_events set type = 'stock.reserved' where order_id = '${orders.fresh}'`],
    },
  ],
  6: [
    {
      rule: 'two_messages_for_one_cause',
      sql: () => [
        'alter table notifications drop constraint notifications_cause_key',
        `insert into notifications (id, order_id, cause, template, recipient) select gen_random_uuid(), order_id, cause, template, recipient from notifications`,
      ],
    },
    {
      rule: 'said_twice_to_one_order',
      sql: () => [
        `insert into notifications (id, order_id, cause, template, recipient)
         select gen_random_uuid(), order_id, cause || '/again', template, recipient from notifications where template = 'delivered'`,
      ],
    },
    { rule: 'paid_and_not_told', sql: () => [`delete from notifications where template = 'order-confirmation'`] },
    { rule: 'shipped_and_not_told', sql: () => [`delete from notifications where template = 'shipped'`] },
    { rule: 'sent_twice', sql: () => [], options: () => ({ mails: [mails[0]!, ...mails] }) },
    {
      rule: 'sent_twice',
      sql: () => ['update notifications set resent_at = now()'],
      options: () => ({ mails: [mails[0]!, mails[0]!, ...mails] }),
    },
    {
      rule: 'tried_again_though_it_may_have_left',
      sql: () => [`update notifications set attempts = '[{"outcome": "unknown"}, {"outcome": "accepted"}]'`],
    },
    {
      rule: 'sent_again_without_leave',
      sql: () => [`update notifications set resent_at = now() where template = 'delivered'`],
    },
    {
      rule: 'sent_again_without_leave',
      sql: () => [
        `update notifications set resent_at = now() where template = 'order-confirmation'`,
        `insert into inbox_events (provider, event_id, type, object_id, received_at, status)
         select 'sendgrid', id::text, 'processed', id, ${old}, 'applied' from notifications where template = 'order-confirmation'`,
      ],
    },
    {
      rule: 'sent_to_a_suppressed_address',
      sql: () => [
        `insert into suppressions (id, channel, address, reason, created_at)
         select distinct on (recipient) gen_random_uuid(), 'email', lower(recipient), 'bounce', ${old} from notifications`,
        `update notifications set attempts = jsonb_build_array(jsonb_build_object('started_at', now()))`,
      ],
    },
    {
      rule: 'told_in_a_digest_that_is_not_there',
      sql: () => [`update notifications set status = 'digested', digest_id = gen_random_uuid()`],
    },
    {
      rule: 'sent_to_somebody_else',
      sql: () => [],
      options: () => ({ mails: mails.map((mail) => ({ ...mail, recipient: 'eve@example.com' })) }),
    },
    { rule: 'recorded_as_sent_but_never_was', sql: () => [], options: () => ({ mails: mails.slice(1) }) },
    {
      rule: 'recorded_as_failed_but_was_sent',
      sql: () => [`update notifications set status = 'failed'`],
      options: () => ({ mails }),
    },
  ],
  7: [
    {
      rule: 'order_waits_for_checkout',
      sql: () => [
        `update orders set updated_at = ${old} where id = '${orders.fresh}'`,
        `delete from outbox where order_id = '${orders.fresh}'`,
      ],
    },
    {
      rule: 'order_waits_for_its_expiry',
      sql: () => [`update orders set expires_at = ${old} where id = '${orders.waiting}'`],
    },
    {
      rule: 'order_waits_for_fulfillment',
      sql: () => [
        `update orders set status = 'paid', fulfillment_status = 'unfulfilled', updated_at = ${old} where id = '${orders.delivered}'`,
      ],
    },
    {
      rule: 'shipment_waits_for_news',
      sql: () => [`update shipments set status = 'in_transit', updated_at = ${old}`],
    },
    { rule: 'shipment_waits_for_news', sql: () => [`update shipments set status = 'exception', updated_at = ${old}`] },
    {
      rule: 'attempt_waits_for_an_answer',
      sql: () => [
        `insert into payment_attempts (id, payment_id, number, created_at) select '${uuidv7()}', id, 2, ${old} from payments where order_id = '${orders.waiting}'`,
      ],
    },
    {
      rule: 'ended_order_with_an_open_intent',
      sql: () => [`update orders set status = 'canceled', updated_at = ${old} where id = '${orders.waiting}'`],
    },
    {
      rule: 'ended_order_whose_money_we_keep',
      sql: () => [
        'delete from refunds',
        'update payments set refunded_amount = 0',
        `update orders set updated_at = ${old} where id = '${orders.refunded}'`,
      ],
    },
    { rule: 'refund_waits_to_be_sent', sql: () => [`update refunds set status = 'pending', updated_at = ${old}`] },
    {
      rule: 'message_waits_to_be_sent',
      sql: () => [`update notifications set status = 'queued', updated_at = ${old}`],
    },
    {
      rule: 'message_waits_to_be_sent',
      sql: () => [`update notifications set status = 'uncertain', updated_at = ${old}`],
    },
    {
      rule: 'held_message_that_nobody_tells',
      sql: () => [`update notifications set status = 'held', due_at = ${old}`],
    },
    {
      rule: 'low_stock_that_nobody_tells',
      sql: () => [
        `insert into low_stock_news (variant_id, available, threshold, created_at) select id, 1, 2, ${old} from variants limit 1`,
      ],
    },
    {
      rule: 'event_waits_to_be_applied',
      sql: () => [
        `insert into inbox_events (provider, event_id, type, received_at) values ('stripe', 'evt_1', 'charge.updated', ${old})`,
      ],
    },
    {
      rule: 'refund_waits_for_news',
      sql: () => [
        `update refunds set status = 'requested', created_at = now() - interval '90 minutes', updated_at = ${old}`,
      ],
    },
    {
      rule: 'dispute_waits_in_silence',
      sql: () => [disputeOf(orders.delivered), `update disputes set updated_at = ${old}`],
    },
    {
      rule: 'order_held_in_silence',
      sql: () => [`update orders set status = 'paid', hold_reason = 'dispute' where id = '${orders.delivered}'`],
    },
    {
      rule: 'job_that_nobody_hands_over',
      sql: () => [`update outbox set available_at = ${old}, created_at = ${old} where order_id = '${orders.fresh}'`],
    },
    {
      rule: 'job_given_up_in_silence',
      sql: () => [
        `insert into outbox (queue, job_id, payload, order_id, status, finished_at)
         values ('track-shipment', 'shipment-1', '{}', '${orders.delivered}', 'failed', ${old})`,
      ],
    },
  ],
};

it('finds nothing to complain of in a sound database', async () => {
  const findings = await checkInvariants(db, {
    ...strict,
    stripe: stripe(),
    mails: await readMails(db),
    accepted: Object.values(orders).map((order_id) => ({ key: order_id, order_id })),
  });
  expect(findings.map(({ invariant }) => invariant)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(findings.flatMap(({ examples }) => examples)).toEqual([]);
  expect(findings.every(({ held, violations }) => held && violations === 0)).toBe(true);
});

let mails: { notification_id: string; recipient: string }[] = [];
for (const [invariant, cases] of Object.entries(breaks)) {
  describe(`invariant ${invariant}`, () => {
    beforeAll(async () => {
      mails = await readMails(db);
    });
    it.each(cases)('sees $rule', async ({ rule, sql, options }) => {
      const finding = await findAfter(sql(), Number(invariant), { ...strict, ...options?.() });
      expect(finding.held).toBe(false);
      expect(finding.violations).toBeGreaterThan(0);
      expect(finding.examples).toContainEqual(expect.objectContaining({ rule }));
    });
  });
}

describe('what is no violation', () => {
  it('leaves alone what was accepted within the grace, with or without a job', async () => {
    const sql = [`delete from outbox where order_id = '${orders.fresh}'`];
    expect(await findAfter(sql, 1, {})).toMatchObject({ held: true, violations: 0 });
  });

  it('counts a person who was told as an owner', async () => {
    const sql = [
      `update orders set updated_at = ${old} where id = '${orders.fresh}'`,
      `delete from outbox where order_id = '${orders.fresh}'`,
      `insert into exceptions (id, order_id, code, subject) values ('${uuidv7()}', '${orders.fresh}', 'looked_at', 'it')`,
    ];
    expect(await findAfter(sql, 7, strict)).toMatchObject({ held: true });
    expect(await findAfter(sql, 1, strict)).toMatchObject({ held: true });
  });

  it('compares with Stripe only the orders that its lists cover', async () => {
    const stripe = { intents: [intentOf(orders.delivered)] };
    const since = new Date(Date.now() + 60_000);
    expect(await findAfter([], 4, { ...strict, since, stripe })).toMatchObject({ held: true });
  });

  it('takes what moved at Stripe for captured, less refunded, less disputed', async () => {
    expect(await findAfter([], 4, { ...strict, stripe: books() })).toMatchObject({ held: true });
    const payment_intent = `pi_${orders.delivered}`;
    const lost = {
      ...books(),
      disputes: [{ id: 'du_1', status: 'needs_response', amount: 4_600, payment_intent }],
      movements: [...books().movements, movement('du_1', -4_600)],
    };
    const found = await findAfter([disputeOf(orders.delivered)], 4, { ...strict, stripe: lost });
    expect(found.examples).not.toContainEqual(expect.objectContaining({ rule: 'differs_from_stripes_balance' }));
    const exchanged = [movement('ch_1', 4_000, { currency: 'usd', exchange_rate: 0.9 })];
    expect(await findAfter([], 4, { ...strict, stripe: { ...books(), movements: exchanged } })).toMatchObject({
      held: true,
    });
  });

  it('misses no message in a mailbox that was read before it left', async () => {
    const mailsReadAt = new Date(Date.now() - 86_400_000);
    expect(await findAfter([], 6, { ...strict, mails: [], mailsReadAt })).toMatchObject({ held: true });
  });

  it('holds an uncertain message and says how many there are', async () => {
    const finding = await findAfter([`update notifications set status = 'uncertain'`], 6, strict);
    expect(finding).toMatchObject({ held: true, notes: ['4 uncertain message(s) are held, not guessed'] });
  });

  it('says when Stripe was not asked', async () => {
    expect((await findAfter([], 4, strict)).notes).toContain('Stripe was not asked: our own rows only');
  });
});

it('counts all violations and shows as many as were asked for', async () => {
  const sql = ['update orders set last_event = last_event + 1'];
  const finding = await findAfter(sql, 5, { ...strict, examples: 2 });
  expect(finding.violations).toBe(5);
  expect(finding.examples).toHaveLength(2);
});

/** Breaks the database, looks, and takes all of it back: constraints that were dropped return too. */
async function findAfter(sql: string[], invariant: number, options: InvariantOptions): Promise<Finding> {
  let findings: Finding[] = [];
  const rollback = new Error('rollback');
  const work = async (tx: Executor) => {
    for (const each of sql) await tx.rows(statement(`break_${++broken}`, each));
    findings = await checkInvariants(tx, options);
    throw rollback;
  };
  await expect(db.transaction(work)).rejects.toBe(rollback);
  return findings[invariant - 1]!;
}
let broken = 0;

/** A dispute of an order's whole payment that nobody was told of. */
const disputeOf = (orderId: string) =>
  `with d as (
     insert into disputes (id, order_id, payment_id, provider_id, status, reason, amount, currency, is_charge_refundable, opened_at)
     select '${uuidv7()}', order_id, id, 'du_1', 'needs_response', 'fraudulent', captured_amount, currency, false, now()
     from payments where order_id = '${orderId}' returning amount
   ) update payments set disputed_amount = amount where order_id = '${orderId}'`;

/** Two usd orders were paid: one of 2 × 2,000, one of 1 × 2,000, each with 600 for shipping. */
const stripe = () => ({
  intents: [intentOf(orders.delivered), intentOf(orders.refunded)],
  refunds: [refundOf(orders.refunded)],
});

/** The same with its charges and what moved Stripe's balance for them. */
const books = () => ({
  ...stripe(),
  charges: [chargeOf('ch_1', orders.delivered), chargeOf('ch_2', orders.refunded)],
  movements: [movement('ch_1', 4_600), movement('ch_2', 2_600), movement('re_1', -2_600)],
});
const chargeOf = (id: string, order_id: string) => ({ id, status: 'succeeded', payment_intent: `pi_${order_id}` });
const movement = (source: string, amount: number, other: object = {}) => ({
  source,
  amount,
  currency: 'usd',
  exchange_rate: null,
  ...other,
});

function intentOf(order_id: string, other: object = {}) {
  const amount_received = order_id === orders.refunded ? 2_600 : 4_600;
  return {
    id: `pi_${order_id}`,
    status: 'succeeded',
    currency: 'usd',
    amount_received,
    metadata: { order_id },
    ...other,
  };
}

function refundOf(order_id: string, other: object = {}) {
  const metadata = { order_id, refund_id: 'a' };
  const payment_intent = `pi_${order_id}`;
  return { id: 're_1', status: 'succeeded', amount: 2_600, currency: 'usd', payment_intent, metadata, ...other };
}

function readMails(from: Executor): Promise<{ notification_id: string; recipient: string }[]> {
  return from.rows(statement('read_mails', 'select id as notification_id, recipient from notifications'));
}
