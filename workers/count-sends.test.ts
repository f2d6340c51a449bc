import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../db/database.ts';
import { readMessageFigures, readSendOutcomes } from '../db/message-figures.ts';
import type { EmailChannel, SendResult } from '../providers/message-channel.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/database.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { waitFor } from '../test/support/wait-for.ts';
import { countSends } from './count-sends.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const MESSAGE = {} as Parameters<EmailChannel['send']>[0];

it('counts each send by channel, provider and outcome, and gives back what the channel said', async () => {
  const answers: SendResult[] = [
    { kind: 'accepted', messageId: 'm1' },
    { kind: 'accepted', messageId: 'm2' },
    { kind: 'throttled', retryAfterMs: 1 },
  ];
  const [email] = countSends(
    {
      email: [{ channel: 'email', provider: 'played', send: async () => answers.shift()!, close() {} }],
      sms: [],
      web_push: [],
      chat: [],
    },
    db,
  ).email;
  const results = [await email!.send(MESSAGE), await email!.send(MESSAGE), await email!.send(MESSAGE)];
  expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'throttled']);
  const counted = async () => (await readSendOutcomes(db)).map(({ outcome, count }) => [outcome, count]);
  await waitFor(async () => (await counted()).length === 2);
  expect(await counted()).toEqual([
    ['accepted', 2],
    ['throttled', 1],
  ]);
});

it('counts nothing and stops nothing when the database is away', async () => {
  const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'test' });
  const { email } = countSends(
    {
      email: [
        { channel: 'email', provider: 'played', send: async () => ({ kind: 'accepted', messageId: 'm' }), close() {} },
      ],
      sms: [],
      web_push: [],
      chat: [],
    },
    gone,
  );
  expect(await email[0]!.send(MESSAGE)).toMatchObject({ kind: 'accepted' });
  await gone.close();
});

it('tells what waits and for how long, and what did not arrive lately', async () => {
  const now = Date.now();
  const hourAgo = new Date(now - 3_600_000);
  await insertTestMessage(db, { status: 'queued', created_at: hourAgo });
  await insertTestMessage(db, { status: 'queued' });
  await insertTestMessage(db, { status: 'uncertain', created_at: hourAgo });
  await insertTestMessage(db, { status: 'held', channel: 'sms', created_at: hourAgo, due_at: new Date(now + 60_000) });
  await insertTestMessage(db, { status: 'held', channel: 'chat', created_at: hourAgo, due_at: new Date(now - 60_000) });
  for (const status of ['bounced', 'failed', 'suppressed', 'delivered']) await insertTestMessage(db, { status });
  const { waiting, undelivered } = await readMessageFigures(db, 100, now - 1_000);
  const of = (status: string) => waiting.find((each) => each.status === status);
  expect(of('queued')).toMatchObject({ channel: 'email', messages: 2 });
  expect(of('queued')!.oldestSeconds).toBeGreaterThan(3_590);
  expect(of('uncertain')!.oldestSeconds).toBeLessThan(60);
  const held = (channel: string) => waiting.find((each) => each.channel === channel);
  expect(held('sms')).toMatchObject({ status: 'held', messages: 1, oldestSeconds: 0 });
  expect(held('chat')!.oldestSeconds).toBeGreaterThanOrEqual(60);
  expect(undelivered.map(({ status }) => status).sort()).toEqual(['bounced', 'failed', 'suppressed']);
  expect((await readMessageFigures(db, 100, now + 60_000)).undelivered).toEqual([]);
});
