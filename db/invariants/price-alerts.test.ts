import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { alertOf } from '../../test/support/use-alerts.ts';
import { type Database, openDatabase } from '../database.ts';
import { uuidv7 } from '../ids.ts';
import { priceAlerts } from './price-alerts.ts';
import { askRule } from './rule.ts';

let home: TestDatabase;
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, applicationName: 'price-alert-invariants', max: 4 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

const broken = async () => {
  const values = { graceSeconds: 0, waitSeconds: 0, limit: 10, facts: '{}' };
  const found = await Promise.all(
    priceAlerts.map(async (rule) => [rule.name, (await askRule(db, rule, values)).count] as const),
  );
  return found.filter(([, count]) => count > 0).map(([name]) => name);
};

it('hold of alerts as they are made, and find what is wrong with one', async () => {
  const open = await alertOf(db, 1_000);
  const held = await alertOf(db, 500);
  expect(await broken()).toEqual([]);
  const spoil = async (sql: string, values: unknown[]) => {
    await db.pool.query(sql, values);
    return broken();
  };
  expect(
    await spoil(
      `insert into notifications (id, cause, template, topic, recipient) values ($1, 'price_alert.opened/' || $2::text, 'price-alert', 'price_alert', 'a@b.c')`,
      [uuidv7(), held],
    ),
  ).toEqual(['price_alert_told_that_is_held']);
  await db.pool.query('delete from notifications');
  expect(await spoil('update price_alerts set last_event = 7 where id = $1', [open])).toEqual([
    'price_alert_history_has_gaps',
  ]);
  await db.pool.query('update price_alerts set last_event = 1 where id = $1', [open]);
  expect(await spoil("update price_alerts set escalate_at = now() - interval '1 hour' where id = $1", [open])).toEqual([
    'price_alert_not_escalated',
  ]);
  await db.pool.query('update price_alerts set escalate_at = null where id = $1', [open]);
  expect(await spoil('update price_alerts set observation_id = $2 where id = $1', [open, uuidv7()])).toEqual([
    'price_alert_without_what_was_seen',
  ]);
  expect(await spoil('update alert_rules set enabled = false', [])).toContain('price_alert_of_nothing');
});
