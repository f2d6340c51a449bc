import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '../db/ids.ts';
import { listNotifications } from '../db/notifications.ts';
import { MESSAGE_TEMPLATES } from '../domain/messages/order-view.ts';
import { claimByHand } from '../test/support/claims.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('send-notification-test');
});
beforeEach(() => room.clear());
afterAll(() => room.close());

describe('sending a message', () => {
  it('sends the order as it stands and records the provider and its id', async () => {
    const id = await room.queue();
    expect(await room.run(id)).toEqual({ kind: 'done' });
    expect(room.sent).toHaveLength(1);
    expect(room.sent[0]).toMatchObject({
      to: 'ada@example.com',
      from: { email: 'shop@shop.example', name: 'Shop' },
      notificationId: id,
      orderId: room.orderId,
      category: 'order-confirmation',
    });
    expect(room.sent[0]!.text).toContain('Stone mug');
    expect(room.sent[0]!.text).toContain('$45.98');
    const [row] = await listNotifications(room.db, room.orderId);
    expect(row).toMatchObject({
      status: 'accepted',
      provider_message_id: 'msg-1',
      subject: room.sent[0]!.subject,
      error: null,
    });
  });

  it('renders every template from the database', async () => {
    for (const template of MESSAGE_TEMPLATES)
      expect(await room.run(await room.queue(template, `${template}/${room.orderId}`))).toEqual({ kind: 'done' });
    expect(room.sent.map((message) => message.category)).toEqual([...MESSAGE_TEMPLATES]);
    for (const { text } of room.sent) expect(text).not.toMatch(/undefined|null|NaN/);
  });

  it('names the parcel of its cause', async () => {
    const location = uuidv7();
    const other = uuidv7();
    const shipment = uuidv7();
    await room.sql(`insert into locations (id, code, name, country) values ($1, $3, 'A', 'GB'), ($2, $4, 'B', 'GB')`, [
      location,
      other,
      location,
      other,
    ]);
    await room.sql(
      `insert into shipments (id, order_id, location_id, tracking_number, tracking_url) values
         ($1, $3, $4, 'TRACK-OTHER', null), ($2, $3, $5, 'TRACK-MINE', 'https://carrier.example/mine')`,
      [uuidv7(), shipment, room.orderId, other, location],
    );
    await room.run(await room.queue('shipped', `shipment.shipped/${shipment}`));
    expect(room.sent[0]!.text).toContain('TRACK-MINE');
    expect(room.sent[0]!.text).not.toContain('TRACK-OTHER');
  });

  it('says what a refund is for', async () => {
    const [payment, refund] = [uuidv7(), uuidv7()];
    const paid = `insert into payments (id, order_id, currency, amount, captured_amount) values ($1, $2, 'usd', 4598, 4598)`;
    await room.sql(paid, [payment, room.orderId]);
    await room.sql(
      `insert into refunds (id, order_id, payment_id, cause, amount, shipping_amount, currency) values
         ($1, $3, $4, 'a', 2599, 600, 'usd'), ($2, $3, $4, 'b', 100, 0, 'usd')`,
      [refund, uuidv7(), room.orderId, payment],
    );
    await room.sql(
      'insert into refund_lines (refund_id, line_id, quantity, amount) select $1, id, 1, 1999 from order_lines where order_id = $2',
      [refund, room.orderId],
    );
    await room.run(await room.queue('refunded', `refund.succeeded/${refund}`));
    for (const fact of ['Refunded: $25.99', 'Stone mug (MUG-1 × 1): $19.99', 'Shipping: $6.00'])
      expect(room.sent[0]!.text).toContain(fact);
  });

  it('does nothing on a second and on a late run', async () => {
    const id = await room.queue();
    await room.run(id);
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already accepted' });
    await room.hear('delivered', id);
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already delivered' });
    expect(room.sent).toHaveLength(1);
  });

  it('sends once when twenty runs start together', async () => {
    const id = await room.queue();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => room.run(id)));
    expect(room.sent).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'done').length).toBeGreaterThanOrEqual(1);
    expect(await room.statusOf(id)).toBe('accepted');
  });

  it('sends many at once, each to its own order with its own lines, and records each for itself', async () => {
    const orders: { id: string; orderId: string }[] = [];
    for (const recipient of ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.com`)) {
      await room.clear();
      const id = await room.queue();
      await room.sql('update notifications set recipient = $2 where id = $1', [id, recipient]);
      await room.sql('update order_lines set name = $2 where order_id = $1', [room.orderId, `Mug of ${recipient}`]);
      orders.push({ id, orderId: room.orderId });
    }
    room.answer = ({ notificationId }) => ({ kind: 'accepted', messageId: `msg-${notificationId}` });
    const outcomes = await Promise.all([...orders, ...orders].map(({ id }) => room.run(id)));
    expect(outcomes.filter((outcome) => outcome.kind === 'done').length).toBeGreaterThanOrEqual(orders.length);
    expect(room.sent).toHaveLength(orders.length);
    for (const { id, orderId } of orders) {
      const message = room.sent.find((each) => each.notificationId === id)!;
      expect(message).toMatchObject({ orderId, text: expect.stringContaining(`Mug of ${message.to}`) });
      const [row] = await listNotifications(room.db, orderId);
      expect(row).toMatchObject({ status: 'accepted', provider_message_id: `msg-${id}`, subject: message.subject });
    }
  });

  it('never sends again what was in hand when its sender died, and lets the event settle it', async () => {
    const id = await room.queue();
    await claimByHand(room.db, id, 'a sender that dies now');
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'uncertain: sender_lost' });
    expect(await room.run(id)).toEqual({ kind: 'done', note: 'already uncertain' });
    expect(room.sent).toEqual([]);
    expect(await room.statusOf(id)).toBe('uncertain');
    expect(await room.eventTypes()).toEqual(['notification.uncertain']);
    await room.hear('processed', id, 'msg-9');
    expect((await listNotifications(room.db, room.orderId))[0]).toMatchObject({
      status: 'accepted',
      provider_message_id: 'msg-9',
    });
  });

  it('lets a slow sender record what it alone knows after another run gave it up for lost', async () => {
    const id = await room.queue();
    room.answer = async () => {
      await room.run(id);
      return { kind: 'accepted', messageId: 'msg-slow' };
    };
    await room.run(id);
    expect(room.sent).toHaveLength(1);
    expect(await room.statusOf(id)).toBe('accepted');
  });

  it('keeps the outcome of an event that was faster than the record', async () => {
    const id = await room.queue();
    room.answer = async () => {
      await room.hear('delivered', id);
      return { kind: 'accepted', messageId: 'msg-1' };
    };
    await room.run(id);
    const [row] = await listNotifications(room.db, room.orderId);
    expect(row).toMatchObject({ status: 'delivered', provider_message_id: 'msg-1' });
    expect(row!.subject).toContain('confirmed');
  });
});
