/** Plans are made when a shop is young and stay in the session: what they read must not grow with the tables. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptByHand, claimByHand } from '../test/support/claims.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertPaidOrders, makePaidOrders } from '../test/support/paid-orders.ts';
import { listAlikeImages } from './alike-images.ts';
import { type Database, openDatabase } from './database.ts';
import { closeDigest, findDueDigests } from './digests.ts';
import { takeTurn } from './hold-notification.ts';
import { uuidv7 } from './ids.ts';
import { matchMovements, matchOpenFindings } from './match-movements.ts';
import { closeJob, insertJobs } from './outbox.ts';
import { claimPicture, holdPicture, leavePicture, recordRendering } from './pictures.ts';
import { startOrder } from './place-order.ts';
import { findImagesOfProducts, type ProductImage } from './product-images.ts';
import { applyProviderEvents, keepProviderEvents } from './provider-events.ts';
import { findUnseenCharges } from './reconciliation-balance.ts';
import { readPayoutSums } from './reconciliation-payouts.ts';
import { removeImages } from './remove-images.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** How many entries of an index are read by `work`, done once on empty tables and again when they are full. */
async function entriesRead(
  index: string,
  work: (db: Database) => Promise<unknown>,
  fill: string,
  before: (db: Database) => Promise<unknown> = async () => {},
): Promise<number> {
  const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  await work(db);
  await before(db);
  await db.pool.query(fill);
  await work(db);
  // A session tells what it has read when it ends.
  await db.close();
  const look = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  try {
    const read = 'select idx_tup_read::integer as entries from pg_stat_user_indexes where indexrelname = $1';
    return (await look.pool.query<{ entries: number }>(read, [index])).rows[0]!.entries;
  } finally {
    await look.close();
  }
}

it('an order is priced without a walk through all products', async () => {
  const fill = `with p as (
      insert into products (id, slug, name, status) select gen_random_uuid(), 'p' || i, 'P', 'active' from generate_series(1, 1000) i
      returning id, slug
    ) insert into variants (id, product_id, sku) select gen_random_uuid(), id, slug from p`;
  const price = (db: Database) => startOrder(db, { skus: ['p7'], currency: 'usd' });
  expect(await entriesRead('products_status_idx', price, fill)).toBe(0);
});

it('a job is closed without a walk through all open exceptions', async () => {
  const fill = `insert into exceptions (id, code, subject)
    select gen_random_uuid(), 'job_failed', 'q/' || i from generate_series(1, 1000) i`;
  const job = { queue: 'q', jobId: 'j', payload: {}, orderId: undefined, availableAt: undefined };
  const close = async (db: Database) => {
    await insertJobs(db, [job]);
    await closeJob(db, job);
  };
  expect(await entriesRead('exceptions_open_idx', close, fill)).toBe(0);
});

describe('reconciling movements', () => {
  const movements = `insert into stripe_balance_transactions (id, type, status, amount, fee, fee_detailed, net, currency, payout_id,
      source_id, created_at, available_at, read_at)
    select 'txn_' || i, 'adjustment', 'available', 1, 0, 0, 1, 'usd', 'po_' || i / 10, 're_' || i, now() - interval '1 day' + i * interval '1 s',
      now(), now() from generate_series(1, 1000) i`;
  const since = new Date(0);
  const wish = { limit: 10, graceSeconds: 0, rates: {} };

  it('reads of all movements only those of its slice', async () => {
    // Behind the first 500, so that neither what is before nor what comes after may be walked.
    const after = { at: new Date(Date.now() - 86_400_000 + 500_000), id: '' };
    const read = await entriesRead(
      'stripe_balance_transactions_created_idx',
      (db) => matchMovements(db, after, wish),
      movements,
    );
    expect(read).toBeLessThan(50);
  });

  it('looks refunds and open findings up by key', async () => {
    const fill = `truncate stripe_balance_transactions; ${movements};
      insert into refunds (id, order_id, payment_id, provider_id, cause, amount, currency)
        select gen_random_uuid(), p.order_id, p.id, 're_' || i, 'c' || i, 1, 'usd' from payments p cross join generate_series(1, 1000) i;
      insert into stripe_objects (id, type, status, rank, amount, currency, created_at, intent_id, read_at)
        select 're_' || i, 'refund', 'succeeded', 1, 1, 'usd', now(), 'pi_000000', now() from generate_series(1, 1000) i;
      insert into reconciliation_runs (id, kind, dry_run, since) values (gen_random_uuid(), 'balance', false, now());
      insert into findings (id, code, subject, kind, owner, stripe, explanation, repair, occurred_at, run_id)
        select gen_random_uuid(), 'movement_unexplained', 'txn_' || i, case when i < 10 then 'balance' else 'payouts' end, 'finance',
          jsonb_build_object('transaction', 'txn_' || i), 'x', 'x', now(), r.id
        from reconciliation_runs r cross join generate_series(1, 1000) i`;
    const pay = (db: Database) => insertPaidOrders(db, makePaidOrders(1), since);
    const work = async (db: Database) => {
      await matchOpenFindings(db, { since: new Date(), graceSeconds: 0, rates: {} });
      await readPayoutSums(db, ['po_1']);
    };
    expect(await entriesRead('refunds_provider_key', work, fill, pay)).toBeLessThan(50);
    expect(await entriesRead('findings_open_idx', work, 'select 1')).toBeLessThan(100);
  });

  it('looks the charge of each payment up, and compares no payment with all charges', async () => {
    const fill = `insert into stripe_objects (id, type, status, rank, amount, currency, created_at, intent_id, read_at)
        select 'ch_of_' || id, 'charge', 'succeeded', 1, 1, 'usd', now(), provider_id, now() from payments;
      insert into stripe_balance_transactions (id, type, status, amount, fee, fee_detailed, net, currency, source_id, created_at,
          available_at, read_at)
        select 'txn_of_' || id, 'charge', 'available', 1, 0, 0, 1, 'usd', 'ch_of_' || id, '1970-01-01', now(), now() from payments`;
    const pay = (db: Database) => insertPaidOrders(db, makePaidOrders(300, 1_000), since);
    const page = { after: '00000000-0000-0000-0000-000000000000', limit: 500 };
    const work = (db: Database) => findUnseenCharges(db, since, 0, page);
    expect(await entriesRead('stripe_objects_type_idx', work, fill, pay)).toBeLessThan(700);
  });
});

const fillImages = `with p as (
    insert into products (id, slug, name) select gen_random_uuid(), 'i' || i, 'P' from generate_series(1, 500) i returning id, slug
  ), pictures as (
    insert into pictures (sha256, bytes, format, unused_since)
    select md5(slug) || md5('x' || slug), 1, 'png', now() from p returning sha256
  )
  insert into product_images (id, product_id, source, source_url, status, position)
  select gen_random_uuid(), id, 'url', 'https://x.example/' || n, 'queued', n from p, generate_series(1, 4) n`;

it('a picture is settled and shown without a walk through all of them', async () => {
  const sha256 = 'f'.repeat(64);
  const rendering = { recipe: 'aaaaaaaa', width: 1, height: 1, hasAlpha: false, timings: {}, variants: [] };
  const none = { thumbhash: undefined, dominantColor: undefined, perceptualHash: undefined };
  const settle = async (db: Database) => {
    await claimPicture(db, { sha256, bytes: 1, format: 'png' });
    await db.transaction(async (tx) => {
      await holdPicture(tx, sha256);
      await recordRendering(tx, sha256, { ...rendering, ...none });
      await removeImages(tx, [uuidv7()]);
      await leavePicture(tx, sha256);
    });
    await findImagesOfProducts(db, [uuidv7()]);
  };
  for (const index of ['product_images_status_idx', 'pictures_unused_idx', 'pictures_recipe_idx'])
    expect([index, await entriesRead(index, settle, fillImages.replaceAll("'i'", `'${index}'`))]).toEqual([index, 0]);
  expect(await rowsScanned('product_images', settle)).toBe(0);
  expect(await rowsScanned('pictures', settle)).toBe(0);
});

it('pictures that look alike are found without a walk through all of them', async () => {
  const picture = { perceptual_hash: '0123456789abcdef' } as ProductImage['picture'];
  const look = (db: Database) => listAlikeImages(db, { id: uuidv7(), picture }, 20);
  const fill = `insert into pictures (sha256, bytes, format, perceptual_hash)
    select md5('l' || i) || md5('x' || i), 1, 'png', left(md5('h' || i), 16) from generate_series(1, 5000) i`;
  const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  await db.pool.query(fill);
  await db.close();
  expect(await rowsScanned('pictures', look)).toBe(0);
  // 35 in 5,000 have one of seven parts by chance, and 4 that of ten bits.
  expect(await entriesRead('pictures_alike_idx', look, 'select 1')).toBeLessThan(400);
});

describe('a message', () => {
  const fill = (
    mark: string,
  ) => `insert into notifications (id, order_id, cause, template, topic, recipient, status, due_at)
      select gen_random_uuid(), null, '${mark}/' || i, 'operations-notice', 'stock', 'x' || i % 50 || '@x.example',
        case when i % 2 = 0 then 'held' else 'queued' end, now() from generate_series(1, 2000) i;
    insert into suppressions (id, channel, address, reason)
      select gen_random_uuid(), 'email', '${mark}' || i || '@x.example', 'bounce' from generate_series(1, 2000) i;
    insert into recipients (id, audience, email) select gen_random_uuid(), 'operations', '${mark}' || i || '@y.example' from generate_series(1, 500) i;
    insert into inbox_events (provider, event_id, type, object_id, payload)
      select 'sendgrid', '${mark}' || i, 'delivered', gen_random_uuid(), '{}' from generate_series(1, 2000) i`;

  async function send(db: Database): Promise<void> {
    const id = uuidv7();
    const insert = `insert into notifications (id, order_id, cause, template, topic, recipient, recipient_id)
      values ($1, null, $2, 'operations-notice', 'stock', 'me@x.example', $3)`;
    await db.pool.query(insert, [id, `mine/${id}`, uuidv7()]);
    await claimByHand(db, id, 'run');
    await takeTurn(db, { channel: 'email', recipient: 'me@x.example' });
    await claimByHand(db, id, 'run', { judged: true });
    await acceptByHand(db, id, 'msg-1');
    const events = ['bounce', 'open'].map((type) => ({
      ...{ id: uuidv7(), type, notificationId: id, messageId: 'msg-1', code: 'bounce', reason: null },
    }));
    await keepProviderEvents(db, 'sendgrid', uuidv7(), events);
    await applyProviderEvents(
      db,
      'sendgrid',
      events.map((event) => event.id),
    );
  }

  it('is judged, claimed, sent and settled without a walk through the others', async () => {
    for (const index of [
      'notifications_open_idx',
      'notifications_held_idx',
      'notifications_due_idx',
      'inbox_events_open_idx',
    ])
      expect([index, await entriesRead(index, send, fill(index))]).toEqual([index, 0]);
    for (const index of [
      'notifications_pkey',
      'suppressions_key',
      'recipients_pkey',
      'message_turns_pkey',
      'inbox_events_pkey',
    ])
      expect([index, (await entriesRead(index, send, fill(index))) < 200]).toEqual([index, true]);
    for (const table of ['notifications', 'suppressions', 'recipients', 'message_preferences', 'inbox_events'])
      expect([table, await rowsScanned(table, send)]).toEqual([table, 0]);
  });

  it('that is held is found by when it is due', async () => {
    const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
    await db.pool.query(`update notifications set status = 'accepted' where held and recipient <> 'x4@x.example'`);
    await db.pool.query('analyze notifications');
    await db.close();
    const look = async (other: Database) => {
      for (const due of await findDueDigests(other, 5)) expect(await closeDigest(other, due)).toBeGreaterThan(10);
    };
    expect(await rowsScanned('notifications', look)).toBe(0);
  });
});

/** How many rows `work` reads of a table from its beginning to its end. */
async function rowsScanned(table: string, work: (db: Database) => Promise<unknown>): Promise<number> {
  const scanned = async () => {
    const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
    const read = 'select seq_tup_read::integer as rows from pg_stat_user_tables where relname = $1';
    const { rows } = await db.pool.query<{ rows: number }>(read, [table]);
    await db.close();
    return rows[0]!.rows;
  };
  const before = await scanned();
  const db = openDatabase({ url: database.url, applicationName: 'test', max: 1 });
  await work(db);
  await db.close();
  return (await scanned()) - before;
}
