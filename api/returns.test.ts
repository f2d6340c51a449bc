/** Returns over HTTP, against the real database: what is taken and refused, counted and given back, alone and at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { statement } from '../db/database.ts';
import { checkInvariants } from '../db/invariants.ts';
import { findRefund } from '../db/refunds.ts';
import { createOrderTokens } from '../order-token.ts';
import type { CarrierProvider, LabelRequest } from '../providers/carrier.ts';
import { CarrierRefusedError } from '../providers/carrier.ts';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { call } from '../test/support/client.ts';
import { createFakePayments, type FakePayments } from '../test/support/fake-payments.ts';
import { run } from '../test/support/money-shop.ts';
import { deliveredOrder } from '../test/support/returned-orders.ts';
import { createAdvanceReturn } from '../workers/advance-return.ts';
import { createIssueRefund } from '../workers/issue-refund.ts';
import { recordRefund } from '../workers/record-refund.ts';
import { returnSteps } from '../workers/sweep-returns.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
type Json = any;

const levels = statement(
  'test_levels',
  'select s.on_hand from stock_levels s join variants v on v.id = s.variant_id where v.sku = $1',
);
const mails = statement(
  'test_mails',
  'select template, recipient, data from notifications where order_id = $1 order by id',
);
const setTimes = statement(
  'test_return_times',
  `update returns set send_by = now() + make_interval(hours => $2), approved_at = now() - interval '10 days',
     received_at = received_at - interval '1 day' where id = $1`,
);

describe('returns', () => {
  let api: TestApi;
  let variants: Map<string, string>;
  let payments: FakePayments;
  let orderId: string;
  let labels: LabelRequest[];
  let refusesLabels: boolean;

  beforeAll(async () => {
    api = await startApi();
    variants = await seedVariants(api.db, [{ sku: 'MUG', units: 1_000 }]);
  });
  afterAll(() => api?.close());
  beforeEach(async () => {
    payments = createFakePayments();
    labels = [];
    refusesLabels = false;
    orderId = await deliveredOrder(api.db, payments, { variants, quantity: 4 });
  });

  const carrier: CarrierProvider = {
    rates: () => Promise.resolve([]),
    track: () => Promise.resolve([]),
    async buyLabel(request) {
      if (refusesLabels) throw new CarrierRefusedError(422, 'address_not_served', 'Nobody goes there.');
      labels.push(request);
      return {
        ...{ id: `shp_${request.shipmentId}`, carrier: 'Parcelwing', service: 'standard', tracking_number: 'PW1' },
        ...{ tracking_url: 'https://carrier.example/t', label_url: 'https://carrier.example/label.svg' },
        cost: { amount: 490, currency: 'usd' },
      };
    },
  };
  const ask = (body: object, id = orderId, options: object = {}) =>
    call<Json>(api, 'POST', `/v1/orders/${id}/returns`, { body, ...options });
  const change = (id: string, verb: string, body?: object, headers: Record<string, string> = {}) =>
    call<Json>(api, 'POST', `/v1/returns/${id}/${verb}`, { body, headers });
  const read = async (id: string) => (await call<Json>(api, 'GET', `/v1/returns/${id}`)).body;
  const mug = (quantity: number, reason = 'unwanted') => ({ lines: [{ sku: 'MUG', quantity, reason }] });
  const advance = (id: string, settleSeconds = 0) =>
    createAdvanceReturn({ db: api.db, carrier, operationsEmail: 'ops@shop.example', settleSeconds })(
      { order_id: orderId, return_id: id, version: 1 },
      run,
    );
  const onHand = async () => (await api.db.rows<{ on_hand: number }>(levels, ['MUG']))[0]!.on_hand;
  const told = async () => (await api.db.rows<Json>(mails, [orderId])).map(({ template }: Json) => template);
  const order = async () => (await call<Json>(api, 'GET', `/v1/orders/${orderId}`)).body;
  const policy = (body: object) => call<Json>(api, 'POST', '/v1/return-policies', { body });

  async function received(quantity: number, counts: object, body: object = {}): Promise<string> {
    const { body: asked } = await ask({ ...mug(quantity), ...body });
    await change(asked.id, 'approve', { way: 'own' });
    const { status } = await change(asked.id, 'receive', { lines: [{ sku: 'MUG', ...counts }], complete: true });
    expect(status).toBe(200);
    return asked.id;
  }

  it('goes from the request to the money, the shelf and the messages', async () => {
    const before = await onHand();
    const asked = await ask(mug(2));
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      status: 'requested',
      number: expect.stringMatching(/^RET-\d+$/),
      way_back: 'customer',
    });
    const { id } = asked.body;
    await advance(id);
    expect((await change(id, 'approve')).body).toMatchObject({ status: 'approved', lines: [{ approved_quantity: 2 }] });
    await advance(id);
    await advance(id);
    expect(labels).toHaveLength(1);
    expect(labels[0]).toMatchObject({ returnId: id, orderId, from: { city: 'Springfield' } });
    expect(await read(id)).toMatchObject({
      status: 'label_sent',
      parcels: [{ status: 'label_purchased', label_url: 'https://carrier.example/label.svg' }],
    });
    await change(id, 'receive', { lines: [{ sku: 'MUG', good: 1, damaged: 1, note: 'a crack' }] });
    expect(await read(id)).toMatchObject({ status: 'received', parcels: [{ status: 'delivered' }] });
    const value = await call<Json>(api, 'GET', `/v1/returns/${id}/value`);
    expect(value.body).toMatchObject({
      goods: { amount: 4_000 },
      kept: { amount: 2_000 },
      total: { amount: 2_000 },
      is_covered: true,
    });
    await advance(id, 60);
    expect((await read(id)).status).toBe('received');
    await advance(id);
    await advance(id);
    expect(await read(id)).toMatchObject({
      status: 'refunded',
      amounts: { goods: { amount: 4_000 }, kept: { amount: 2_000 }, total: { amount: 2_000 } },
      refund: { status: 'pending', amount: { amount: 2_000 } },
      lines: [{ restocked: 1, written_off: 1 }],
    });
    expect(await onHand()).toBe(before + 1);
    expect((await order()).refunds).toHaveLength(1);
    expect(await told()).toEqual(
      expect.arrayContaining(['return-requested', 'return-approved', 'return-received', 'operations-notice']),
    );
    const history = await call<Json>(api, 'GET', `/v1/returns/${id}/history`);
    expect(history.body.data.map(({ type }: Json) => type)).toEqual([
      'requested',
      'approved',
      'label_sent',
      'received',
      'refunded',
    ]);
  });

  it('is asked for by the customer with the order token, and by nobody else', async () => {
    const token = createOrderTokens('order-token-test-secret').issue(orderId);
    const options = { key: api.publishableKey };
    expect((await ask(mug(1), orderId, options)).status).toBe(403);
    const headers = { 'Order-Token': token };
    const { status, body } = await ask(mug(1), orderId, { ...options, headers });
    expect([status, body.asked_by]).toEqual([201, 'customer']);
    const get = (headers_: object) =>
      call(api, 'GET', `/v1/returns/${body.id}`, { ...options, headers: headers_ as never });
    expect([(await get({})).status, (await get(headers)).status]).toEqual([403, 200]);
    expect((await ask({ ...mug(1), override: true }, orderId, { ...options, headers })).status).toBe(403);
    const approve = await call(api, 'POST', `/v1/returns/${body.id}/approve`, { ...options, headers });
    expect(approve.status).toBe(403);
  });

  it('says clearly why not, and until when it was possible', async () => {
    const late = await deliveredOrder(api.db, payments, { variants, quantity: 1 }, 40);
    const refused = await ask(mug(1), late);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'return_not_possible', errors: [{ code: 'window_over' }] });
    const until = new Date(refused.body.lines[0].until);
    expect(Math.round((Date.now() - until.getTime()) / 86_400_000)).toBe(10);
    expect((await ask({ ...mug(1), override: true }, late)).status).toBe(201);
    expect((await ask(mug(5))).body.errors[0]).toMatchObject({
      code: 'units_exceeded',
      message: expect.stringContaining('4 unit'),
    });
    expect((await ask({ lines: [{ sku: 'CAP', quantity: 1, reason: 'unwanted' }] })).body.errors[0].code).toBe(
      'line_unknown',
    );
    expect((await ask({ ...mug(1), resolution: 'exchange' })).status).toBe(400);
  });

  it('follows the policy of the product, kept as it was when it was asked for', async () => {
    const final = { name: 'Final sale', final_sale: true, products: ['p-mug'], fee_percent: 10, damaged_percent: 50 };
    const made = await policy(final);
    expect(made.status).toBe(201);
    expect((await ask(mug(1))).body.errors[0].code).toBe('final_sale');
    const { body } = await ask(mug(1, 'defective'));
    expect(body).toMatchObject({
      status: 'requested',
      way_back: 'shop',
      lines: [{ terms: { policy: 'Final sale', fee_percent: 10 } }],
    });
    expect((await policy({ ...final, products: [] })).status).toBe(409);
    expect((await policy({ name: 'Other', products: ['nothing'] })).body.errors[0].pointer).toBe('/products/0');
    const path = `/v1/return-policies/${made.body.id}`;
    const open = await call<Json>(api, 'PUT', path, { body: { ...final, final_sale: false, auto_approve: true } });
    expect(open.body).toMatchObject({ version: 2, auto_approve: true });
    expect((await ask(mug(1))).body).toMatchObject({ status: 'approved', lines: [{ terms: { fee_percent: 10 } }] });
    expect((await call(api, 'DELETE', path)).status).toBe(204);
    expect((await read(body.id)).lines[0].terms.policy).toBe('Final sale');
  });

  it('never takes a unit twice, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(mug(1))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    const first = answers.find(({ status }) => status === 201)!.body.id;
    await change(first, 'cancel');
    expect((await change(first, 'cancel')).status).toBe(200);
    expect((await ask(mug(1))).status).toBe(201);
  });

  it('takes some of what was asked for, and frees the rest', async () => {
    const { body } = await ask(mug(3));
    expect((await change(body.id, 'approve', { lines: [{ sku: 'MUG', quantity: 4 }] })).body.code).toBe(
      'more_than_asked',
    );
    await change(body.id, 'approve', { lines: [{ sku: 'MUG', quantity: 1 }], way: 'own' });
    expect((await ask(mug(3))).status).toBe(201);
    const counted = await change(body.id, 'receive', { lines: [{ sku: 'MUG', good: 2 }] });
    expect(counted.body).toMatchObject({ code: 'more_than_approved', approved: 1, counted: 2 });
    expect((await change(body.id, 'refuse', { reason: 'worn' })).body.code).toBe('transition_not_allowed');
  });

  it('is counted parcel by parcel, again without harm, and corrected until it is settled', async () => {
    const { body } = await ask(mug(3));
    await change(body.id, 'approve', { way: 'own' });
    const count = (parcel: number, counts: object, more: object = {}) =>
      change(body.id, 'receive', { parcel, lines: [{ sku: 'MUG', ...counts }], ...more });
    expect((await count(1, { good: 1 })).body).toMatchObject({ status: 'arrived', lines: [{ received: { good: 1 } }] });
    const { version } = await read(body.id);
    expect((await count(1, { good: 1 })).body).toMatchObject({ status: 'arrived', version });
    expect((await count(2, { good: 1 }, { complete: true })).body).toMatchObject({
      status: 'received',
      lines: [{ received: { good: 2, missing: 1 } }],
    });
    expect((await count(2, { damaged: 1 })).body.lines[0].received).toEqual({
      good: 1,
      damaged: 1,
      wrong: 0,
      missing: 1,
    });
    expect((await count(3, { wrong: 1 })).body.lines[0].received).toEqual({
      good: 1,
      damaged: 1,
      wrong: 1,
      missing: 0,
    });
    await change(body.id, 'settle');
    expect((await count(3, { good: 1 })).body.code).toBe('return_not_expected');
    expect(await read(body.id)).toMatchObject({ status: 'refunded', amounts: { total: { amount: 2_000 } } });
    expect((await ask(mug(2))).status).toBe(201);
    expect((await ask(mug(1))).status).toBe(409);
  });

  it('is settled once by two clerks and a job at the same time', async () => {
    const id = await received(2, { good: 2 });
    const ends = await Promise.all([change(id, 'settle'), change(id, 'settle'), advance(id), advance(id)]);
    expect(ends.slice(0, 2).map((end) => ('status' in end ? end.status : 0))).toEqual([200, 200]);
    expect(await order()).toMatchObject({ refunds: [{ amount: { amount: 4_000 } }] });
    expect((await order()).refunds).toHaveLength(1);
  });

  it('gives back what a person decides, up to what the goods are worth', async () => {
    const id = await received(2, { good: 2 });
    expect((await change(id, 'settle', { amount: 4_001 })).body).toMatchObject({
      code: 'more_than_worth',
      most: { amount: 4_000 },
    });
    expect((await change(id, 'settle', { amount: 1_501 })).body).toMatchObject({
      status: 'refunded',
      amounts: { total: { amount: 1_501 } },
    });
    expect((await order()).refunds[0].amount).toMatchObject({ amount: 1_501 });
  });

  it('ends without money when nothing is due, and takes the goods in', async () => {
    const before = await onHand();
    const id = await received(1, { damaged: 1 });
    await advance(id);
    expect(await read(id)).toMatchObject({
      status: 'closed',
      amounts: { total: { amount: 0 } },
      lines: [{ written_off: 1 }],
    });
    expect(await onHand()).toBe(before);
    expect(await told()).toContain('return-closed');
    expect((await ask(mug(4))).body.errors[0].message).toContain('3 unit');
  });

  it('waits for a person when less is left than was computed, and never gives more', async () => {
    const id = await received(4, { good: 4 });
    await call(api, 'POST', `/v1/orders/${orderId}/refunds`, { body: { amount: 5_000 } });
    await advance(id);
    expect((await read(id)).status).toBe('received');
    const listed = await call<Json>(api, 'GET', `/v1/exceptions?code=return_not_settled&order_id=${orderId}`);
    expect(listed.body.data[0]).toMatchObject({
      subject: id,
      detail: { code: 'less_is_left', wanted: 8_000, refundable: 3_000 },
    });
    expect((await change(id, 'settle')).status).toBe(409);
    await change(id, 'settle', { amount: 3_000 });
    expect(await read(id)).toMatchObject({ status: 'refunded', amounts: { total: { amount: 3_000 } } });
    const settled = await call<Json>(api, 'GET', `/v1/exceptions?code=return_not_settled&order_id=${orderId}`);
    expect(settled.body.data).toEqual([]);
  });

  it('waits while the payment is disputed', async () => {
    const id = await received(1, { good: 1 });
    await api.db.pool.query(`update orders set dispute_status = 'open' where id = $1`, [orderId]);
    await advance(id);
    expect((await read(id)).status).toBe('received');
    expect((await change(id, 'settle')).body).toMatchObject({
      code: 'return_not_settled',
      problem: { code: 'order_disputed' },
    });
    await api.db.pool.query(`update orders set dispute_status = 'won' where id = $1`, [orderId]);
    expect((await change(id, 'settle')).body.status).toBe('refunded');
  });

  it('shows a refund that fails later, keeps its units, and follows its retry', async () => {
    const id = await received(4, { good: 4 });
    await advance(id);
    const { refund } = await read(id);
    const issue = (refund_id: string) =>
      createIssueRefund({ db: api.db, payments })({ order_id: orderId, refund_id }, run);
    await issue(refund.id);
    expect((await read(id)).refund.status).toBe('succeeded');
    const sent = [...payments.refunds.values()][0]!;
    const row = (await findRefund(api.db, refund.id))!;
    await recordRefund({ db: api.db }, row, { ...sent, status: 'failed', failureReason: 'expired_or_canceled_card' });
    expect((await read(id)).refund.status).toBe('failed');
    expect((await ask(mug(1))).body.errors[0].code).toBe('units_exceeded');
    const retried = await call<Json>(api, 'POST', `/v1/orders/${orderId}/refunds/${refund.id}/retry`);
    expect((await read(id)).refund).toMatchObject({ id: retried.body.id, status: 'pending' });
    expect((await ask(mug(1))).body.errors[0].code).toBe('units_exceeded');
  });

  it('goes on without a label when the carrier refuses one, and a person is told', async () => {
    refusesLabels = true;
    const { body } = await ask(mug(1));
    await change(body.id, 'approve');
    await advance(body.id);
    expect(await read(body.id)).toMatchObject({ status: 'approved', way: 'own', parcels: [{ status: 'failed' }] });
    expect(await told()).toContain('return-approved');
    const listed = await call<Json>(api, 'GET', `/v1/exceptions?code=return_label_refused&order_id=${orderId}`);
    expect(listed.body.data).toHaveLength(1);
    const parcel = { carrier: 'DHL', tracking_number: '0034' };
    expect((await change(body.id, 'parcels', parcel)).body).toMatchObject({ status: 'in_transit' });
  });

  it('reminds once of what was not sent, lapses, and is counted all the same when it comes', async () => {
    const { body } = await ask(mug(4));
    await change(body.id, 'approve', { way: 'own' });
    const returns = { settleSeconds: 0, reminderHours: 72, lapseDays: 7 };
    const sweep = async () => {
      for (const step of returnSteps({ db: api.db, staleSeconds: 60, returns })) await step();
    };
    await api.db.rows(setTimes, [body.id, 24]);
    await sweep();
    await sweep();
    expect((await told()).filter((template: string) => template === 'return-reminder')).toHaveLength(1);
    await api.db.rows(setTimes, [body.id, -8 * 24]);
    await sweep();
    expect((await read(body.id)).status).toBe('lapsed');
    const { body: other } = await ask(mug(1));
    const late = await change(body.id, 'receive', { lines: [{ sku: 'MUG', good: 4 }] });
    expect(late.body.code).toBe('units_exceeded');
    await change(other.id, 'cancel');
    expect((await change(body.id, 'receive', { lines: [{ sku: 'MUG', good: 4 }] })).body.status).toBe('received');
  });

  it('changes only the version that was read', async () => {
    const { body } = await ask(mug(1));
    const stale = await change(body.id, 'approve', {}, { 'If-Match': '"v999"' });
    expect(stale.status).toBe(412);
    const key = { 'Idempotency-Key': body.id };
    const [one, two] = [await change(body.id, 'approve', {}, key), await change(body.id, 'approve', {}, key)];
    expect([one.status, two.status, two.body.version]).toEqual([200, 200, one.body.version]);
  });

  it('leaves stock, money and states as they must be', async () => {
    const broken = (await checkInvariants(api.db, { graceSeconds: 300 })).flatMap((finding) => finding.examples);
    expect(broken).toEqual([]);
  });
});
