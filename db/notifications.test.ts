import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { acceptByHand, claimByHand } from '../test/support/claims.ts';
import { type MailRoom, openMailRoom } from '../test/support/mail-room.ts';
import { findUnsentNotifications, listUncertainNotifications } from './sweep.ts';

let room: MailRoom;

beforeAll(async () => {
  room = await openMailRoom('notifications-test');
});
beforeEach(() => room.clear());
afterAll(() => room.close());

describe('what is open', () => {
  const open = async () => (await findUnsentNotifications(room.db, -1, 100)).map(({ id }) => id);

  it('is found by the sweeper until it is sent, and not afterwards', async () => {
    const [sent, waiting] = [await room.queue(), await room.queue('shipped', 'shipment.shipped/1')];
    expect(await open()).toEqual(expect.arrayContaining([sent, waiting]));
    await claimByHand(room.db, sent, 'run');
    await listUncertainNotifications(room.db, -1);
    const listed = await room.sql(`select 1 from exceptions where subject = $1`, [sent]);
    expect(listed).toHaveLength(1);
    await acceptByHand(room.db, sent, 'msg-1', 'Thank you');
    expect(await open()).toContain(waiting);
    expect(await open()).not.toContain(sent);
  });

  it('leaves all indexes alone when it is claimed, and when what was sent is delivered', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, (_, i) => room.queue('shipped', `shipment.shipped/${i}`)));
    const indexed = await room.sql<{ column: string }>(
      `select a.attname as column from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid
         and (a.attnum = any(i.indkey) or pg_get_expr(i.indpred, i.indrelid) ~ ('\\m' || a.attname || '\\M'))
       where i.indrelid = 'notifications'::regclass`,
    );
    const columns = new Set(indexed.map(({ column }) => column));
    for (const changing of ['status', 'updated_at', 'error', 'subject', 'provider_message_id'])
      expect(columns).not.toContain(changing);
    const openOf = async () =>
      (await room.sql<{ open: boolean }>('select open from notifications where id = any($1)', [ids])).map(
        (row) => row.open,
      );
    await Promise.all(ids.map((id) => claimByHand(room.db, id, 'run')));
    expect(await openOf()).toEqual(ids.map(() => true));
    await Promise.all(ids.map((id) => acceptByHand(room.db, id, null, 'On its way')));
    expect(await openOf()).toEqual(ids.map(() => false));
  });
});
