import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { publishEvents } from '../../workers/publish-events.ts';
import { type Database, type Executor, openDatabase, statement } from '../database.ts';
import { uuidv7 } from '../ids.ts';
import { checkInvariants } from '../invariants.ts';
import { appendShopEvent } from '../shop-events.ts';
import {
  disableWebhookEndpoint,
  insertWebhookEndpoint,
  pauseWebhookEndpoint,
  updateWebhookEndpoint,
} from '../webhook-endpoints.ts';
import { keepPublisher, takePublisher } from '../webhook-news.ts';

const old = "now() - interval '1 hour'";

describe('the invariants of webhooks', () => {
  let test: TestDatabase;
  let db: Database;
  let all: string;
  let delivered: string;
  const order = uuidv7();

  const listen = async (...eventTypes: string[]) => {
    const wanted = { url: 'https://shop.example/', description: '', eventTypes, secret: 'whsec_c2VjcmV0' };
    return (await db.transaction((tx) => insertWebhookEndpoint(tx, wanted))).id;
  };
  const happen = (sequence: number, type: string) =>
    db.pool.query('insert into order_events (order_id, sequence, type) values ($1, $2, $3)', [order, sequence, type]);

  beforeAll(async () => {
    test = await createTestDatabase();
    db = openDatabase({ url: test.url, applicationName: 'invariants-test', max: 3 });
    await happen(1, 'order.accepted');
    all = await listen('*');
    const gone = await listen('*');
    const byHand = await listen('order.*');
    const changed = await listen('image.*');
    await happen(2, 'order.shipped');
    await appendShopEvent(db, { type: 'image.ready', object: 'image', objectId: 'i1' });
    await appendShopEvent(db, { type: 'image.rejected', object: 'image', objectId: 'i1' });
    await publishEvents(db);
    await db.transaction(async (tx) => {
      await disableWebhookEndpoint(tx, gone, 'by hand');
      await pauseWebhookEndpoint(tx, byHand, 'by hand');
      await updateWebhookEndpoint(tx, changed, { event_types: ['*'] });
    });
    await happen(3, 'order.delivered');
    await publishEvents(db);
    const { rows } = await db.pool.query(
      `update webhook_deliveries set status = 'delivered', attempts = 1, response_status = 204, next_attempt_at = null
       where endpoint_id = $1 and event_id = $2 returning id`,
      [all, `evt_${order}_2`],
    );
    delivered = rows[0].id;
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  /** What the rules see after some SQL, which is undone. */
  async function rulesAfter(work: (tx: Executor) => Promise<unknown>, waitSeconds = 60): Promise<string[]> {
    const rolledBack = new Error('rolled back');
    let rules: string[] = [];
    const breaking = async (tx: Executor) => {
      await work(tx);
      const findings = await checkInvariants(tx, { graceSeconds: 0, waitSeconds, examples: 100 });
      rules = findings.flatMap(({ examples }) => examples.map((example) => (example as { rule: string }).rule));
      throw rolledBack;
    };
    await db.transaction(breaking).catch((error) => {
      if (error !== rolledBack) throw error;
    });
    return [...new Set(rules)];
  }
  const sql = (text: string) => (tx: Executor) => tx.rows(statement(`break_${randomUUID()}`, text));

  it('hold in a sound database, also for who began late, was stopped, or changed its filter', async () => {
    expect(await rulesAfter(async () => {})).toEqual([]);
  });

  it.each<[string, () => string]>([
    ['event_that_an_endpoint_was_not_told', () => `delete from webhook_deliveries where id = '${delivered}'`],
    ['event_that_an_endpoint_was_not_told', () => `delete from webhook_deliveries where order_id is null`],
    ['event_that_an_endpoint_was_not_told', () => `delete from webhook_deliveries`],
    [
      'webhook_waits_to_be_sent',
      () =>
        `update webhook_deliveries set next_attempt_at = ${old} where status = 'waiting' and endpoint_id = '${all}'`,
    ],
    ['webhook_waits_without_a_time', () => `update webhook_deliveries set next_attempt_at = null`],
    [
      'webhook_given_up_in_silence',
      () =>
        `update webhook_deliveries set status = 'failed', attempts = 10, next_attempt_at = null where id = '${delivered}'`,
    ],
    [
      'webhook_delivered_without_a_good_answer',
      () => `update webhook_deliveries set response_status = 302 where id = '${delivered}'`,
    ],
    [
      'endpoint_stopped_in_silence',
      () => `update webhook_endpoints set status = 'paused', status_reason = 'failing' where id = '${all}'`,
    ],
    [
      'webhook_tells_another_number',
      () => `update webhook_deliveries set data = data || '{"sequence": 9}' where id = '${delivered}'`,
    ],
    [
      'webhook_of_what_never_happened',
      () => `update webhook_deliveries set type = 'order.sold' where id = '${delivered}'`,
    ],
    ['shop_history_has_gaps', () => `update shop_event_subjects set last_event = last_event + 1`],
  ])('see %s', async (rule, text) => {
    expect(await rulesAfter(sql(text()))).toContain(rule);
  });

  it('see an event that nobody publishes, and none that is waiting for its look', async () => {
    await happen(4, 'order.held');
    await db.pool.query(`update order_events set created_at = ${old} where sequence = 4`);
    await db.pool.query(`update webhook_endpoints set collects_from = ${old} - interval '1 minute' where id = $1`, [
      all,
    ]);
    expect(await rulesAfter(async () => {})).toContain('event_that_nobody_publishes');
    expect(await rulesAfter(async () => {}, 7_200)).not.toContain('event_that_nobody_publishes');
  });

  it('see what a publisher skips', async () => {
    await db.transaction(async (tx) => {
      await takePublisher(tx);
      const { rows } = await db.pool.query('select pg_current_snapshot()::text as snapshot, now()::text as at');
      await keepPublisher(tx, rows[0]);
    });
    expect(await rulesAfter(async () => {})).toContain('event_that_an_endpoint_was_not_told');
  });
});
