import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAlertTokens } from '../price-alert-token.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { type CallOptions, call } from '../test/support/client.ts';
import { observe } from '../test/support/observed.ts';
import { alertOf } from '../test/support/use-alerts.ts';
import { createJudgePrice } from '../workers/judge-price.ts';

const SECRET = 'the secret of the links';
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ orderTokenSecret: SECRET });
});
afterAll(() => api?.close());

interface Thing {
  id: string;
  code?: string;
  status: string;
  listing_id: string;
  rule_id: string;
  errors?: { pointer: string }[];
  events: object[];
  data: { id: string }[];
}

const send = (method: string, path: string, body?: unknown, options: CallOptions = {}) =>
  call<Thing>(api, method, `/v1/${path}`, { ...(body === undefined ? {} : { body }), ...options });
const one = async <T>(sql: string, values: unknown[]) => (await api.db.pool.query(sql, values)).rows[0] as T;
const ours = (alertId: string) =>
  one<{ amount: number }>(
    `select p.amount from prices p join price_alerts a on a.variant_id = p.variant_id where a.id = $1`,
    [alertId],
  );
const judge = async (alertId: string) => {
  const { listing_id } = await one<{ listing_id: string }>('select listing_id from price_alerts where id = $1', [
    alertId,
  ]);
  const deps = {
    db: api.db,
    merchandiserEmail: 'merch@shop.example',
    recheckSeconds: 600,
    taxPercent: 0,
    withShipping: false,
  };
  await createJudgePrice(deps)({ listing_id }, { log: undefined as never });
};

describe('alert rules', () => {
  it('are added, read, changed, listed and removed', async () => {
    const added = await send('POST', 'alert-rules', { name: 'Cheaper', kind: 'undercut', percent: 5, amount: 100 });
    expect(added).toMatchObject({
      status: 201,
      body: { scope: { type: 'all', value: null }, cap: 10, enabled: true, percent: 5 },
    });
    const path = `alert-rules/${added.body.id}`;
    const stale = { 'if-match': '"v9"' };
    expect((await send('PATCH', path, { cap: 3 }, { headers: stale })).status).toBe(412);
    const changed = await send('PATCH', path, { cap: 3, amount: null });
    expect(changed.body).toMatchObject({ cap: 3, amount: null, percent: 5, version: 2 });
    expect((await send('GET', 'alert-rules?kind=undercut')).body.data).toHaveLength(1);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });

  it.each([
    [{ kind: 'position' }, '/rank'],
    [{ kind: 'undercut', rank: 2 }, '/rank'],
    [{ kind: 'out_of_stock', percent: 5 }, '/percent'],
    [{ scope: { type: 'variant', value: 'SKU-1' } }, '/scope/value'],
    [{ scope: { type: 'all', value: 'x' } }, '/scope/value'],
    [{ scope: { type: 'tag' } }, '/scope/value'],
  ])('%j is refused', async (wrong, pointer) => {
    const { status, body } = await send('POST', 'alert-rules', { name: 'R', kind: 'undercut', ...wrong });
    expect([status, body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });

  it('end their alerts when they are switched off or removed', async () => {
    for (const end of [
      (path: string) => send('PATCH', path, { enabled: false }),
      (path: string) => send('DELETE', path),
    ]) {
      const id = await alertOf(api.db, 1_000);
      const { rule_id } = (await send('GET', `price-alerts/${id}`)).body;
      await end(`alert-rules/${rule_id}`);
      expect((await send('GET', `price-alerts/${id}`)).body).toMatchObject({
        status: 'resolved',
        resolution: 'rule_off',
        rule: { name: 'Cheaper' },
      });
    }
  });
});

describe('an alert', () => {
  it('explains itself', async () => {
    const id = await alertOf(api.db, 1_000);
    const { status, body } = await send('GET', `price-alerts/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'open',
      kind: 'undercut',
      facts: {
        theirs: { amount: 1_000 },
        ours: { amount: 1_150 },
        previous: { amount: 1_200 },
        margin_after_percent: 50,
      },
      events: [{ type: 'opened' }],
      links: { messages: [`price_alert.opened/${id}`] },
    });
    const { data } = (await send('GET', `price-alerts?listing_id=${body.listing_id}&status=open`)).body;
    expect(data.map((each: { id: string }) => each.id)).toEqual([id]);
  });

  it('is dismissed or accepted once, by somebody, for a reason', async () => {
    for (const [verb, why] of [
      ['dismiss', 'dismissed'],
      ['accept', 'accepted'],
    ]) {
      const id = await alertOf(api.db, 1_000);
      const decided = await send('POST', `price-alerts/${id}/${verb}`, { note: 'A sale of theirs.' });
      expect(decided.body).toMatchObject({ status: 'dismissed', resolution: why });
      expect(decided.body.events.at(-1)).toMatchObject({
        type: 'dismissed',
        data: { note: 'A sale of theirs.' },
        actor: expect.any(String),
      });
      expect((await send('POST', `price-alerts/${id}/${verb}`, {})).body.code).toBe('price_alert_settled');
    }
  });

  it('that is held is told when a person believes it', async () => {
    const id = await alertOf(api.db, 500);
    expect((await send('GET', `price-alerts/${id}`)).body).toMatchObject({
      status: 'held',
      held_reasons: ['large_change'],
    });
    expect((await send('POST', `price-alerts/${id}/accept`, {})).status).toBe(409);
    expect((await send('POST', `price-alerts/${id}/unhold`, {})).status).toBe(200);
    await judge(id);
    await judge(id);
    const { body } = await send('GET', `price-alerts/${id}`);
    expect(body).toMatchObject({
      status: 'open',
      events: [{ type: 'held' }, { type: 'unheld' }, { type: 'opened', actor: expect.any(String) }],
    });
    expect(
      await one('select count(*)::integer as mails from notifications where cause = $1', [`price_alert.opened/${id}`]),
    ).toEqual({ mails: 1 });
  });

  it('that is held and dismissed is not told when the page says the same again', async () => {
    const id = await alertOf(api.db, 500);
    const { listing_id } = (await send('POST', `price-alerts/${id}/dismiss`, {})).body;
    const { competitor_id, variant_id } = await one<Record<string, string>>('select * from listings where id = $1', [
      listing_id,
    ]);
    const listing = { listingId: listing_id, competitorId: competitor_id!, variantId: variant_id! };
    await observe(api.db, listing, new Date(), 500);
    await judge(id);
    expect((await send('GET', `price-alerts?listing_id=${listing_id}`)).body.data).toMatchObject([
      { id, status: 'dismissed' },
    ]);
  });

  it('of the wrong product unties its page for good', async () => {
    const id = await alertOf(api.db, 1_000);
    const { body } = await send('POST', `price-alerts/${id}/wrong-match`, {});
    expect(body).toMatchObject({ status: 'resolved', resolution: 'wrong_match' });
    expect(await one('select variant_id, linked_by from listings where id = $1', [body.listing_id])).toEqual({
      variant_id: null,
      linked_by: null,
    });
    expect(await one('select status from match_suggestions where listing_id = $1', [body.listing_id])).toEqual({
      status: 'rejected',
    });
  });
});

describe('mutes', () => {
  it('end by themselves, after ninety days at most', async () => {
    const value = (await one<{ id: string }>('select id from competitors limit 1', [])).id;
    const scope = { type: 'competitor', value };
    const made = await send('POST', 'price-mutes', { scope, hours: 2_160 });
    expect(made).toMatchObject({ status: 201, body: { scope, rule_id: null } });
    expect((await send('POST', 'price-mutes', { scope, hours: 2_161 })).status).toBe(400);
    expect((await send('POST', 'price-mutes', { scope: { type: 'listing', value: 'x' } })).status).toBe(422);
    expect((await send('GET', 'price-mutes')).body.data).toHaveLength(1);
    expect((await send('DELETE', `price-mutes/${made.body.id}`)).status).toBe(204);
    expect((await send('DELETE', `price-mutes/${made.body.id}`)).status).toBe(404);
  });
});

describe('the links of a mail', () => {
  const tokens = createAlertTokens(SECRET);
  type Action = Parameters<typeof tokens.issue>[0]['action'];
  const addressOf = (alertId: string, action: Action, now?: Date) =>
    `${api.apiUrl}/price-alerts/act?token=${tokens.issue({ alertId, action, recipient: 'merch@shop.example' }, now)}`;
  const open = async (address: string, method = 'GET', language = 'en') => {
    const answer = await fetch(address, { method, headers: { 'accept-language': language } });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  /** Presses the button of the page. */
  const press = async (address: string, page: string) => {
    const action = /action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    return open(new URL(action!, address).toString(), 'POST');
  };

  it('reprice: the page shows the change, the button makes it, once', async () => {
    const id = await alertOf(api.db, 1_000);
    const address = addressOf(id, 'reprice');
    for (let look = 0; look < 3; look++) expect((await open(address)).text).toContain('from €11.50 to €10.00, as ');
    expect(await ours(id)).toEqual({ amount: 1_150 });
    expect(await one('select count(*)::integer as n from reprices where alert_id = $1', [id])).toEqual({ n: 0 });
    const { text } = await open(address);
    expect(text).toContain('Our margin will be 50%.');
    expect((await press(address, text)).text).toContain('now costs €10.00, before €11.50');
    expect(await ours(id)).toEqual({ amount: 1_000 });
    expect((await press(address, text)).text).toContain('somebody has decided already');
    const { body } = await send('GET', `price-alerts/${id}`);
    expect(body).toMatchObject({ status: 'resolved', resolution: 'repriced' });
    expect(body.events.at(-1)).toMatchObject({ actor: 'merch@shop.example', data: { from: 1_150, to: 1_000 } });
  });

  it('reprice: of a price that has changed since the page was shown nothing is made', async () => {
    const id = await alertOf(api.db, 1_000);
    const address = addressOf(id, 'reprice');
    const { text } = await open(address);
    await api.db.pool.query(
      'update prices set amount = 1300 where variant_id = (select variant_id from price_alerts where id = $1)',
      [id],
    );
    expect((await press(address, text)).text).toContain('was not applied');
    expect(await ours(id)).toEqual({ amount: 1_300 });
  });

  it('mute and wrong match: asked by GET, done by POST', async () => {
    const muted = await alertOf(api.db, 1_000);
    const address = addressOf(muted, 'mute');
    expect((await open(address, 'GET', 'de')).text).toContain('Eine Woche stumm schalten?');
    expect((await send('GET', `price-alerts/${muted}`)).body.status).toBe('open');
    for (let press = 0; press < 2; press++) expect((await open(address, 'POST')).text).toContain('Muted for a week');
    expect((await send('GET', `price-alerts/${muted}`)).body).toMatchObject({
      status: 'dismissed',
      resolution: 'muted',
    });
    expect(await one(`select count(*)::integer as n from price_mutes where scope = 'listing'`, [])).toEqual({ n: 1 });
    const wrong = await alertOf(api.db, 1_000);
    for (let press = 0; press < 2; press++)
      expect((await open(addressOf(wrong, 'wrong_match'), 'POST')).text).toContain('untied');
    expect((await send('GET', `price-alerts/${wrong}`)).body).toMatchObject({ resolution: 'wrong_match' });
  });

  it('that are not ours, have expired, or are of another alert do nothing, and say so on a page', async () => {
    const id = await alertOf(api.db, 1_000);
    const old = new Date(Date.now() - 15 * 86_400_000);
    const gone = addressOf('0190b1d2-0000-7000-8000-000000000001', 'mute');
    for (const [address, status] of [
      [`${api.apiUrl}/price-alerts/act?token=pa_forged.x`, 400],
      [`${api.apiUrl}/price-alerts/act`, 400],
      [addressOf(id, 'mute', old), 410],
      [gone, 404],
    ] as const)
      for (const method of ['GET', 'POST'])
        expect(await open(address, method)).toMatchObject({ status, type: expect.stringContaining('text/html') });
    expect((await send('GET', `price-alerts/${id}`)).body.status).toBe('open');
    expect((await open(addressOf(id, 'mute'), 'DELETE')).status).toBe(405);
  });
});
