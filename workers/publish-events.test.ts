import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { appendShopEvent } from '../db/shop-events.ts';
import { disableWebhookEndpoint, insertWebhookEndpoint, resumeWebhookEndpoint } from '../db/webhook-endpoints.ts';
import { upTo } from '../db/webhook-news.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { openDeliveryJobs, publishEvents } from './publish-events.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
beforeEach(async () => {
  await publishAll();
});
afterEach(async () => {
  await db.pool.query(
    `delete from webhook_deliveries; update webhook_endpoints set status = 'deleted'; delete from outbox`,
  );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const listen = (...eventTypes: string[]) =>
  db.transaction((tx) =>
    insertWebhookEndpoint(tx, { url: 'https://shop.example/', description: '', eventTypes, secret: 'whsec_c2VjcmV0' }),
  );
const happen = (client: pg.Client | pg.Pool, type: string, order = uuidv7(), sequence = 1) =>
  client.query('insert into order_events (order_id, sequence, type) values ($1, $2, $3)', [order, sequence, type]);

async function publishAll(page?: number): Promise<number> {
  let written = 0;
  for (;;) {
    const look = await publishEvents(db, page);
    written += look.written;
    if (!look.more) return written;
  }
}

async function told(): Promise<string[]> {
  const { rows } = await db.pool.query<{ type: string }>('select type from webhook_deliveries order by id');
  return rows.map(({ type }) => type);
}

describe('publishing', () => {
  it('writes one delivery for each event and each endpoint that wants it', async () => {
    const { id } = await listen('order.*');
    const other = await listen('order.paid', 'payment.*');
    const order = uuidv7();
    await happen(db.pool, 'order.paid', order, 1);
    await happen(db.pool, 'payment.failed', order, 2);
    await happen(db.pool, 'stock.reserved', order, 3);
    expect(await publishAll()).toBe(3);
    expect(await publishAll()).toBe(0);
    const { rows } = await db.pool.query(
      'select endpoint_id, event_id, data from webhook_deliveries order by type, endpoint_id = $1 desc',
      [id],
    );
    expect(rows).toEqual([
      {
        endpoint_id: id,
        event_id: `evt_${order}_1`,
        data: { object: 'order', id: order, order_id: order, sequence: 1 },
      },
      expect.objectContaining({ endpoint_id: other.id, event_id: `evt_${order}_1` }),
      expect.objectContaining({ endpoint_id: other.id, event_id: `evt_${order}_2` }),
    ]);
  });

  it('tells of nothing that was committed before the endpoint was there, nor while it was disabled', async () => {
    await listen('*');
    await happen(db.pool, 'order.accepted');
    const { id } = await listen('order.canceled', 'order.expired', 'order.held');
    await happen(db.pool, 'order.canceled');
    await db.transaction((tx) => disableWebhookEndpoint(tx, id, 'gone'));
    await publishAll();
    await happen(db.pool, 'order.expired');
    await db.transaction((tx) => resumeWebhookEndpoint(tx, id));
    await happen(db.pool, 'order.held');
    await publishAll();
    const { rows } = await db.pool.query('select type from webhook_deliveries where endpoint_id = $1', [id]);
    expect(rows).toEqual([{ type: 'order.held' }]);
  });

  it('skips no event, however late its transaction commits', async () => {
    const late = new pg.Client({ connectionString: database.url });
    await late.connect();
    await listen('*');
    await late.query('begin');
    await happen(late, 'order.held');
    await happen(db.pool, 'order.accepted');
    await publishAll();
    expect(await told()).toEqual(['order.accepted']);
    for (let more = 0; more < 5; more++) await happen(db.pool, 'order.canceled');
    await publishAll();
    await late.query('commit');
    await late.end();
    await publishAll();
    expect(await told()).toContain('order.held');
    expect(await told()).toHaveLength(7);
  });

  it('skips none between two looks of a backlog, in pages', async () => {
    const open = new pg.Client({ connectionString: database.url });
    await open.connect();
    await listen('*');
    await open.query('begin');
    await happen(open, 'order.held');
    for (let each = 0; each < 25; each++) await happen(db.pool, 'order.accepted');
    await db.pool.query(
      `insert into order_events (order_id, sequence, type) select gen_random_uuid(), 1, 'order.canceled' from generate_series(1, 20)`,
    );
    for (let each = 0; each < 5; each++) await happen(db.pool, 'order.expired');
    expect(await publishAll(7)).toBe(50);
    await open.query('commit');
    await open.end();
    expect(await publishAll(7)).toBe(1);
    expect(await publishAll(7)).toBe(0);
  });

  it('tells many endpoints of many events, in statements of a bounded size', async () => {
    for (let each = 0; each < 60; each++) await listen('*');
    await db.pool.query(
      `insert into order_events (order_id, sequence, type) select gen_random_uuid(), 1, 'order.held' from generate_series(1, 200)`,
    );
    expect(await publishAll()).toBe(60 * 200);
  });

  it('has every event once when several publishers look at once, while orders go on', async () => {
    await listen('*');
    await listen('order.*');
    const write = async () => {
      for (let each = 0; each < 60; each++) await happen(db.pool, 'order.accepted');
    };
    const publish = async () => {
      for (let each = 0; each < 30; each++) await publishEvents(db, 11);
    };
    await Promise.all([write(), write(), publish(), publish(), publish()]);
    await publishAll();
    expect(await told()).toHaveLength(240);
  });

  it('keeps an endpoint that is made during a look from missing what is committed meanwhile', async () => {
    await listen('*');
    const maker = new pg.Client({ connectionString: database.url });
    await maker.connect();
    await maker.query('begin');
    await maker.query('select from webhook_publisher for update');
    await happen(db.pool, 'order.accepted');
    expect(await publishEvents(db)).toEqual({ written: 0, more: false });
    await maker.query('commit');
    await maker.end();
    expect(await publishAll()).toBe(1);
  });

  it('goes on by the clock on another server, whose transactions have other numbers', async () => {
    await db.pool.query('truncate order_events');
    await listen('*');
    await happen(db.pool, 'order.accepted');
    await publishAll();
    await db.pool.query(`update webhook_publisher set seen = '9000000000:9000000000:', seen_at = now()`);
    await db.pool.query(`update webhook_endpoints set since = '9000000000:9000000000:' where status = 'active'`);
    await happen(db.pool, 'order.held');
    await publishAll();
    expect((await told()).sort()).toEqual(['order.accepted', 'order.held']);
    await happen(db.pool, 'order.expired');
    expect(await publishAll()).toBe(1);
  });

  it('tells of what belongs to no order, numbered by its subject', async () => {
    await listen('image.*');
    const image = { type: 'image.ready', object: 'image', objectId: 'i1' };
    expect(await appendShopEvent(db, image)).toBe(1);
    await db.transaction(async (tx) => {
      expect(await appendShopEvent(tx, { ...image, type: 'image.rejected' })).toBe(2);
      expect(await appendShopEvent(tx, { ...image, objectId: 'i2' })).toBe(1);
    });
    await publishAll();
    const { rows } = await db.pool.query(
      `select type, data from webhook_deliveries order by data ->> 'id', data ->> 'sequence'`,
    );
    expect(rows).toEqual([
      { type: 'image.ready', data: { object: 'image', id: 'i1', order_id: null, sequence: 1 } },
      { type: 'image.rejected', data: { object: 'image', id: 'i1', order_id: null, sequence: 2 } },
      { type: 'image.ready', data: { object: 'image', id: 'i2', order_id: null, sequence: 1 } },
    ]);
  });

  it('tells of images that are settled, whichever statement settles them', async () => {
    await listen('image.*');
    const [product, image] = [uuidv7(), uuidv7()];
    await db.pool.query(`insert into products (id, slug, name, status) values ($1, 'p', 'P', 'active')`, [product]);
    await db.pool.query(
      `insert into product_images (id, product_id, position, source, source_url, status) values ($1, $2, 1, 'url', 'https://img.example/1.jpg', 'queued')`,
      [image, product],
    );
    const settle = (status: string) =>
      db.pool.query('update product_images set status = $2, problem = $3 where id = $1', [
        image,
        status,
        status === 'queued' ? null : '{"code":"c","message":"m"}',
      ]);
    await settle('failed');
    await settle('failed');
    await settle('queued');
    await settle('rejected');
    await publishAll();
    const { rows } = await db.pool.query(`select type, data from webhook_deliveries order by data ->> 'sequence'`);
    expect(rows).toEqual([
      { type: 'image.failed', data: { object: 'image', id: image, order_id: null, sequence: 1 } },
      { type: 'image.rejected', data: { object: 'image', id: image, order_id: null, sequence: 2 } },
    ]);
  });

  it('opens one job per endpoint with something due, and none for one that rests or is paused', async () => {
    const { id } = await listen('*');
    const paused = await listen('*');
    const resting = await listen('*');
    await db.pool.query(`update webhook_endpoints set status = 'paused' where id = $1`, [paused.id]);
    await db.pool.query(`update webhook_endpoints set rests_until = now() + interval '1 minute' where id = $1`, [
      resting.id,
    ]);
    await happen(db.pool, 'order.accepted');
    await happen(db.pool, 'order.held');
    await publishAll();
    expect(await told()).toHaveLength(6);
    expect(await openDeliveryJobs(db)).toBe(1);
    expect(await openDeliveryJobs(db)).toBe(0);
    const { rows } = await db.pool.query('select queue, job_id from outbox');
    expect(rows).toEqual([{ queue: 'deliver-webhook', job_id: `endpoint-${id}` }]);
  });
});

it('a snapshot up to a transaction knows of nothing later', () => {
  expect(upTo('10:20:10,15,18', 15)).toBe('10:16:10,15');
  expect(upTo('10:20:10,15,18', 12)).toBe('10:13:10');
  expect(upTo('20:20:', 12)).toBe('13:13:');
  expect(upTo('10:20:10', 40)).toBe('10:20:10');
});
