import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { findUnbalancedLevels, seedLocation, seedOrder, seedVariant } from '../test/support/seed-orders.ts';
import { type BegunCheckout, beginCheckout } from './begin-checkout.ts';
import { type Database, openDatabase, statement } from './database.ts';

const beginSet = statement('test_begin_set', 'select order_id, short from begin_checkout($1)');
const reservationsOf = statement(
  'test_reservations',
  `select r.order_id, v.sku, c.code, r.quantity from reservations r
   join variants v on v.id = r.variant_id join locations c on c.id = r.location_id
   where r.order_id = any($1) order by v.sku, c.code`,
);
const eventsOf = statement(
  'test_events',
  `select e.type, o.last_event from order_events e join orders o on o.id = e.order_id where o.id = $1 order by e.sequence`,
);

describe('beginning checkouts', () => {
  let home: TestDatabase;
  let db: Database;
  let near: string;
  let far: string;
  beforeAll(async () => {
    home = await createTestDatabase();
    db = openDatabase({ url: home.url, applicationName: 'test', max: 20 });
    near = await seedLocation(db, 'NEAR', 1);
    far = await seedLocation(db, 'FAR', 2);
  });
  afterAll(async () => {
    expect(await findUnbalancedLevels(db)).toEqual([]);
    await db.close();
    await home.drop();
  });

  /** As one set, whose orders the function sees together. */
  const begin = async (ids: string[]) =>
    new Map(
      (await db.rows<{ order_id: string; short: object[] }>(beginSet, [ids])).map((row) => [row.order_id, row.short]),
    );
  const reserved = (...ids: string[]) =>
    db.rows<{ order_id: string; sku: string; code: string; quantity: number }>(reservationsOf, [ids]);
  const order = (...lines: [variant: { id: string; sku: string }, quantity: number][]) =>
    seedOrder(
      db,
      lines.map(([variant, quantity]) => ({ variant, quantity })),
    );

  it('gives the last unit to one order of a set, and tells the others what is left', async () => {
    const last = await seedVariant(db, 'LAST', { [near]: 1 });
    const ids = await Promise.all(Array.from({ length: 8 }, () => order([last, 1])));
    const answers = [...(await begin(ids)).values()];
    expect(answers.filter((short) => short.length === 0)).toHaveLength(1);
    expect(answers.filter((short) => short.length > 0)).toEqual(
      Array(7).fill([{ sku: 'LAST', requested: 1, available: 0 }]),
    );
    expect(await reserved(...ids)).toHaveLength(1);
  });

  it('takes nothing for an order of which one line is short, whatever else is in its set', async () => {
    const plenty = await seedVariant(db, 'PLENTY', { [near]: 100 });
    const scarce = await seedVariant(db, 'SCARCE', { [near]: 1 });
    const [alone, first, second] = [
      await order([plenty, 2]),
      await order([plenty, 3], [scarce, 1]),
      await order([plenty, 4], [scarce, 1]),
    ];
    const answers = await begin([alone, first, second]);
    expect([...answers.values()].map((short) => short.length).sort()).toEqual([0, 0, 1]);
    const loser = [first, second].find((id) => answers.get(id)!.length > 0)!;
    expect(await reserved(loser)).toEqual([]);
    expect((await reserved(alone, first, second)).map((row) => row.quantity).sort()).toEqual(
      [2, loser === first ? 4 : 3, 1].sort(),
    );
  });

  it('sends each line from the first place that still holds it whole when its turn comes', async () => {
    const spread = await seedVariant(db, 'SPREAD', { [near]: 5, [far]: 6 });
    const ids = await Promise.all([3, 3, 3].map((quantity) => order([spread, quantity])));
    expect([...(await begin(ids)).values()]).toEqual([[], [], []]);
    const taken = (await reserved(...ids)).map(({ code, quantity }) => ({ code, quantity }));
    expect(taken).toEqual([
      { code: 'FAR', quantity: 3 },
      { code: 'FAR', quantity: 3 },
      { code: 'NEAR', quantity: 3 },
    ]);
  });

  it('reserves once, and tells it once, however often it is asked', async () => {
    const twice = await seedVariant(db, 'TWICE', { [near]: 9 });
    const id = await order([twice, 2]);
    await begin([id]);
    const other = await order([twice, 1]);
    expect(await begin([id, other])).toEqual(
      new Map([
        [id, []],
        [other, []],
      ]),
    );
    expect((await reserved(id)).map((row) => row.quantity)).toEqual([2]);
    const events = await db.rows<{ type: string; last_event: number }>(eventsOf, [id]);
    expect(events).toEqual([
      { type: 'order.accepted', last_event: 2 },
      { type: 'stock.reserved', last_event: 2 },
    ]);
  });

  it('oversells nothing when sets of two processes meet', async () => {
    const hot = await seedVariant(db, 'HOT', { [near]: 9, [far]: 6 });
    const variants = new Map([['HOT', hot.id]]);
    const other = openDatabase({ url: home.url, applicationName: 'test-other' });
    const ids = await Promise.all(Array.from({ length: 40 }, () => insertTestOrder(db, { variants })));
    const begun = await Promise.all(
      ids.flatMap((id, n) => [beginCheckout(n % 2 ? db : other, id), beginCheckout(db, id)]),
    );
    const winners = new Set(begun.filter((each) => each?.short.length === 0).map((each) => each!.payment.order_id));
    expect(winners.size).toBe(15);
    expect(await reserved(...ids)).toHaveLength(15);
    await other.close();
  });

  it('reads the payment as it stands after the reservation', async () => {
    const read = await seedVariant(db, 'READ', { [near]: 1 });
    const id = await insertTestOrder(db, { variants: new Map([['READ', read.id]]), paymentMethod: 'pm_ok' });
    const begun = (await beginCheckout(db, id)) as BegunCheckout;
    expect(begun).toMatchObject({
      short: [],
      payment: { order_id: id, order_status: 'pending', last_event: 2, confirm: true, attempt_payment_method: 'pm_ok' },
    });
  });

  it('leaves an order alone that is not pending', async () => {
    const ended = await seedVariant(db, 'ENDED', { [near]: 1 });
    const id = await seedOrder(db, [{ variant: ended, quantity: 1 }], 'canceled');
    expect(await beginCheckout(db, id)).toBeUndefined();
    expect(await reserved(id)).toEqual([]);
  });
});
