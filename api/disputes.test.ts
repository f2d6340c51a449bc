/** Disputes over HTTP: found, read as a file, answered once; and held orders that are let go. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { statement } from '../db/database.ts';
import { findDisputeByProviderId } from '../db/disputes.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments } from '../test/support/fake-payments.ts';
import { insertTestMessage } from '../test/support/messages.ts';
import { insertTestOrder } from '../test/support/orders.ts';
import { createCheckOutOrder } from '../workers/check-out-order.ts';
import { recordDispute } from '../workers/record-dispute.ts';

interface DisputeJson {
  id: string;
  status: string;
  evidence_status: string | null;
  amount: { amount: number; currency: string };
  code?: string;
}

const run = { log: pino({ level: 'silent' }) };
const jobsOf = statement('test_jobs', 'select queue from outbox where order_id = $1 order by queue');
const rename = statement(
  'test_rename',
  `update orders set customer_name = '<b>Ada</b>', customer_ip = '203.0.113.7' where id = $1`,
);

describe('disputes', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  let orderId: string;
  let disputeId: string;
  let made = 0;

  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [{ sku: 'TEE', units: 1_000 }]);
  });
  afterAll(() => api?.close());
  beforeEach(async () => {
    const payments = createFakePayments();
    orderId = await insertTestOrder(api.db, { variants, paymentMethod: 'pm_card_visa' });
    await createCheckOutOrder({ db: api.db, payments, returnUrl: () => 'https://shop.example' })(
      { order_id: orderId },
      run,
    );
    await api.db.rows(rename, [orderId]);
    disputeId = await dispute('needs_response');
  });

  async function dispute(status: 'needs_response' | 'lost' | 'won', id = `du_${++made}`): Promise<string> {
    await recordDispute({ db: api.db }, orderId, {
      id,
      status,
      reason: 'product_not_received',
      amount: 2_000,
      currency: 'usd',
      chargeId: 'ch_1',
      paymentIntent: 'pi_1',
      isChargeRefundable: false,
      evidenceDueBy: new Date('2030-01-01T00:00:00Z'),
      submissionCount: 0,
      openedAt: new Date(),
      movements: [],
    });
    return (await findDisputeByProviderId(api.db, id))!.id;
  }
  const jobs = async () => (await api.db.rows<{ queue: string }>(jobsOf, [orderId])).map((row) => row.queue);

  it('are listed and found by state, order and date', async () => {
    const ids = async (query: string) =>
      (await call<{ data: DisputeJson[] }>(api, 'GET', `/v1/disputes?${query}`)).body.data.map((each) => each.id);
    expect(await ids(`order_id=${orderId}`)).toEqual([disputeId]);
    expect(await ids(`order_id=${orderId}&open=true&status=needs_response&due_before=2031-01-01T00:00:00Z`)).toEqual([
      disputeId,
    ]);
    expect(await ids(`order_id=${orderId}&open=false`)).toEqual([]);
    expect(await ids(`order_id=${orderId}&due_before=2029-01-01T00:00:00Z`)).toEqual([]);
    const firstPage = await call<{ next_cursor: string; has_more: boolean }>(api, 'GET', '/v1/disputes?limit=1');
    if (firstPage.body.has_more)
      expect(await ids(`limit=1&cursor=${firstPage.body.next_cursor}`)).not.toContain(disputeId);
    const one = await call<DisputeJson>(api, 'GET', `/v1/disputes/${disputeId}`);
    expect(one.body).toMatchObject({ status: 'needs_response', amount: { amount: 2_000, currency: 'usd' } });
  });

  it('show on the order and in its history, and no refund is taken meanwhile', async () => {
    expect((await call(api, 'GET', `/v1/orders/${orderId}`)).body).toMatchObject({
      dispute_status: 'open',
      hold_reason: 'dispute',
      payment: { disputed: { amount: 2_000 }, refundable: { amount: 0 } },
    });
    const history = await call<{ data: { kind: string; what: string }[] }>(api, 'GET', `/v1/orders/${orderId}/history`);
    expect(history.body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'dispute', what: 'needs_response' }),
        expect.objectContaining({ kind: 'event', what: 'dispute.created' }),
      ]),
    );
    const refund = await call<{ code: string }>(api, 'POST', `/v1/orders/${orderId}/refunds`, { body: { amount: 1 } });
    expect(refund).toMatchObject({ status: 409, body: { code: 'order_disputed' } });
  });

  it('that are open are counted by state, with what they are about', async () => {
    const figures = async () => {
      const text = await (await fetch(`${api.apiUrl}/metrics`)).text();
      const of = (name: string) =>
        Number(new RegExp(`${name}\\{status="needs_response",currency="usd"\\} (\\d+)`).exec(text)?.[1] ?? 0);
      return { disputes: of('stockroom_disputes_open'), amount: of('stockroom_disputes_open_amount') };
    };
    const before = await figures();
    expect(before).toEqual({ disputes: before.amount / 2_000, amount: expect.any(Number) });
    expect(before.disputes).toBeGreaterThan(0);
    await dispute('lost', `du_${made}`);
    expect(await figures()).toEqual({ disputes: before.disputes - 1, amount: before.amount - 2_000 });
  });

  it('come with their evidence as JSON and as a page on which nothing runs', async () => {
    const pack = await call<Record<string, unknown>>(api, 'GET', `/v1/disputes/${disputeId}/evidence`);
    expect(pack.headers.get('content-disposition')).toMatch(/attachment; filename="evidence-ORD-.+\.json"/);
    expect(pack.body).toMatchObject({
      dispute: { id: disputeId },
      order: { id: orderId },
      customer: { ip: '203.0.113.7' },
      lines: [{ sku: 'TEE' }],
      texts: { customer_purchase_ip: '203.0.113.7', product_description: '1 × TEE (TEE)' },
    });
    const page = await fetch(`${api.apiUrl}/v1/disputes/${disputeId}/evidence?format=html`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(html).toContain('203.0.113.7');
    expect(html).toContain('&lt;b&gt;Ada');
    expect(html).not.toContain('<b>Ada');
  });

  it('quote the messages that the customer was sent, and give away no link of theirs', async () => {
    const { rows } = await api.db.pool.query<{ email: string }>(
      'select customer_email as email from orders where id = $1',
      [orderId],
    );
    const token = 'ot_0fGx3vB1nM5kQ7wZ9yT2sR4pL6jH8dF';
    await insertTestMessage(api.db, {
      order_id: orderId,
      recipient: rows[0]!.email.toUpperCase(),
      status: 'delivered',
      provider: 'sendgrid',
      content: { subject: 'On its way', text: `Your <parcel> left.\nhttps://shop.example/?token=${token}\n` },
    });
    await insertTestMessage(api.db, {
      order_id: orderId,
      recipient: 'ops@example.com',
      content: { subject: 'Notice', text: 'For us.' },
    });
    const { body } = await call<{ messages: { subject: string | null }[]; texts: Record<string, string> }>(
      api,
      'GET',
      `/v1/disputes/${disputeId}/evidence`,
    );
    const told = body.messages.filter(({ subject }) => subject !== null);
    expect(told).toMatchObject([
      {
        subject: 'On its way',
        status: 'delivered',
        provider: 'sendgrid',
        text: 'Your <parcel> left.\nhttps://shop.example/?token=…\n',
      },
    ]);
    expect(body.texts.uncategorized_text).toContain('Text of the message “On its way”:\nYour <parcel> left.');
    const page = await fetch(`${api.apiUrl}/v1/disputes/${disputeId}/evidence?format=html`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    const html = await page.text();
    expect(html).toContain('Your &lt;parcel&gt; left.');
    expect(`${html}${JSON.stringify(body)}`).not.toMatch(/ot_0fG|For us/);
  });

  it('take evidence once, with texts of one’s own over those of the pack', async () => {
    const submit = (body: object) => call<DisputeJson>(api, 'POST', `/v1/disputes/${disputeId}/evidence`, { body });
    for (const body of [
      { texts: { shipping_carrier: 'x'.repeat(20_001) } },
      { texts: { service_dat: 'x' } },
      { text: {} },
    ])
      expect(await submit(body)).toMatchObject({ status: 400 });
    expect(await submit({ texts: { uncategorized_text: 'They signed for it.' } })).toMatchObject({
      status: 202,
      body: { evidence_status: 'queued' },
    });
    expect(await submit({})).toMatchObject({ status: 409, body: { code: 'evidence_submitted' } });
    expect((await findDisputeByProviderId(api.db, `du_${made}`))!.evidence).toMatchObject({
      uncategorized_text: 'They signed for it.',
      customer_purchase_ip: '203.0.113.7',
    });
    expect(await jobs()).toContain('submit-evidence');
  });

  it('take none when they are over', async () => {
    await dispute('lost', `du_${made}`);
    const answer = await call<DisputeJson>(api, 'POST', `/v1/disputes/${disputeId}/evidence`, { body: {} });
    expect(answer).toMatchObject({ status: 409, body: { code: 'dispute_takes_no_evidence' } });
  });

  it('let a held order go by hand', async () => {
    const release = () =>
      call(api, 'POST', `/v1/orders/${orderId}/release-hold`, { body: { reason: 'known customer' } });
    expect(await release()).toMatchObject({ status: 200, body: { hold_reason: null } });
    expect(await jobs()).toContain('fulfill-order');
    expect(await release()).toMatchObject({ status: 409, body: { code: 'order_not_held' } });
  });

  it('ask for their scopes', async () => {
    const key = await api.makeKey(['disputes:read', 'orders:write']);
    expect((await call(api, 'GET', '/v1/disputes', { key })).status).toBe(200);
    expect((await call(api, 'POST', `/v1/disputes/${disputeId}/evidence`, { key, body: {} })).status).toBe(403);
  });
});
