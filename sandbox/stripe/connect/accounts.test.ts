import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import {
  type Receiver,
  refusal,
  startReceiver,
  startSandbox,
  subscribe,
  type TestSandbox,
  until,
} from '../start-for-test.ts';
import { makeAccount } from './connect-for-test.ts';

let test: TestSandbox;
let connected: Receiver;
let platform: Receiver;

beforeAll(async () => {
  test = await startSandbox();
  platform = await startReceiver(test.violations);
  connected = await startReceiver(test.violations);
  subscribe(test, platform);
  subscribe(test, connected, ['*'], true);
});
beforeEach(() => {
  connected.received.length = 0;
  platform.received.length = 0;
});
afterAll(() => {
  test.close();
  platform.close();
  connected.close();
  expect(test.violations).toEqual([]);
});

const told = (type: string) => until(() => connected.received.find(({ event }) => event.type === type)?.event);

describe('an account', () => {
  it('begins closed, asks for what is due, and opens when all of it is given', async () => {
    const account = await makeAccount(test, { open: false });
    expect(account).toMatchObject({
      type: 'none',
      default_currency: 'usd',
      payouts_enabled: false,
      details_submitted: false,
      capabilities: { transfers: 'inactive' },
      requirements: { disabled_reason: 'requirements.past_due' },
    });
    const due = account.requirements?.currently_due ?? [];
    expect(due).toEqual(expect.arrayContaining(['business_type', 'external_account', 'tos_acceptance.date']));
    const given = await test.stripe.accounts.update(account.id, { business_profile: { url: 'https://greta.example' } });
    expect(given.requirements?.currently_due).toEqual(due.filter((name) => name !== 'business_profile.url'));
    await test.control(`accounts/${account.id}/onboard`, {});
    const open = await test.stripe.accounts.retrieve(account.id);
    expect(open).toMatchObject({
      payouts_enabled: true,
      charges_enabled: false,
      details_submitted: true,
      capabilities: { transfers: 'active' },
      requirements: { currently_due: [], disabled_reason: null },
    });
    const event = await until(() =>
      connected.received
        .map(({ event: each }) => each)
        .find((each) => each.type === 'account.updated' && (each.data.object as Stripe.Account).payouts_enabled),
    );
    expect(event.account).toBe(account.id);
    expect(event.data.previous_attributes).toMatchObject({ payouts_enabled: false });
    const isOpen = ({ type, data }: Stripe.Event) =>
      type === 'capability.updated' && (data.object as Stripe.Capability).status === 'active';
    await until(() => connected.received.find(({ event: each }) => isOpen(each)));
    // The platform's own endpoint hears nothing of it.
    expect(platform.received).toEqual([]);
  });

  it('whose details the platform collects opens by its parameters alone, as a person or as a company', async () => {
    const address = { city: 'Springfield', country: 'US', line1: '1 Main St', postal_code: '12345', state: 'NY' };
    const person = {
      ...{ first_name: 'Jenny', last_name: 'Rosen', email: 'j@example.com', phone: '+12025550100' },
      dob: { day: 1, month: 1, year: 1901 },
    };
    const common: Stripe.AccountCreateParams = {
      type: 'custom',
      capabilities: { transfers: { requested: true }, card_payments: { requested: true } },
      business_profile: { mcc: '5734', url: 'https://greta.example' },
      external_account: { object: 'bank_account', country: 'US', currency: 'usd', account_number: '000123456789' },
      tos_acceptance: { date: 1_700_000_000, ip: '127.0.0.1' },
    };
    const one = await test.stripe.accounts.create({
      ...common,
      business_type: 'individual',
      individual: { ...person, address, id_number: '000000000' },
    });
    expect(one).toMatchObject({
      charges_enabled: true,
      payouts_enabled: true,
      individual: { id_number_provided: true },
    });
    const company = { name: 'Greta Ltd', phone: '+12025550100', tax_id: '000000000', address };
    const many = await test.stripe.accounts.create({ ...common, business_type: 'company', company });
    expect(many.requirements?.currently_due).toContain('representative.first_name');
    expect(many.company).toMatchObject({ tax_id_provided: true });
    await test.stripe.accounts.createPerson(many.id, { ...person, relationship: { representative: true } });
    expect(await test.stripe.accounts.retrieve(many.id)).toMatchObject({ payouts_enabled: true });
    const { data } = await test.stripe.accounts.listPersons(many.id, { relationship: { representative: true } });
    expect(data.map(({ first_name }) => first_name)).toEqual(['Jenny']);
    await test.stripe.accounts.deletePerson(many.id, data[0]!.id);
    expect(await test.stripe.accounts.retrieve(many.id)).toMatchObject({ payouts_enabled: false });
  });

  it('is closed again by what is asked for later and not given in time', async () => {
    const account = await makeAccount(test);
    await test.control(`accounts/${account.id}/require`, { fields: ['individual.verification.document'], days: 3 });
    const asked = await test.stripe.accounts.retrieve(account.id);
    expect(asked).toMatchObject({ payouts_enabled: true });
    expect(asked.requirements).toMatchObject({ currently_due: ['individual.verification.document'], past_due: [] });
    await test.control('advance', { seconds: 3 * 86_400 + 1 });
    expect(await test.stripe.accounts.retrieve(account.id)).toMatchObject({
      payouts_enabled: false,
      requirements: { past_due: ['individual.verification.document'], disabled_reason: 'requirements.past_due' },
    });
    await test.control(`accounts/${account.id}/onboard`, {});
    expect(await test.stripe.accounts.retrieve(account.id)).toMatchObject({ payouts_enabled: true });
  });

  it('can be rejected and taken back, listed, and deleted while it holds no money', async () => {
    const account = await makeAccount(test);
    const rejected = await test.stripe.accounts.reject(account.id, { reason: 'fraud_other' });
    expect(rejected).toMatchObject({
      payouts_enabled: false,
      requirements: { disabled_reason: 'rejected.platform_fraud' },
    });
    expect((await test.stripe.accounts.list({ limit: 1 })).data[0]?.id).toBe(account.id);
    expect(await test.stripe.accounts.del(account.id)).toMatchObject({ deleted: true });
    expect((await told('account.application.deauthorized')).account).toBe(account.id);
    expect((await test.stripe.accounts.list({ limit: 1 })).data[0]?.id).not.toBe(account.id);
    expect(await refusal(test.stripe.accounts.retrieve(account.id))).toMatchObject({ code: 'resource_missing' });
    const gone = await refusal(test.stripe.balance.retrieve({}, { stripeAccount: account.id }));
    expect(gone).toMatchObject({ statusCode: 403, code: 'account_invalid' });
  });

  it('is refused where type and controller contradict, or where the platform accepts terms for a vendor', async () => {
    const both = { type: 'express', controller: { losses: { payments: 'application' } } } as const;
    expect(await refusal(test.stripe.accounts.create(both))).toMatchObject({ statusCode: 400, param: 'type' });
    const terms = { type: 'express', tos_acceptance: { date: 1_700_000_000, ip: '127.0.0.1' } } as const;
    expect(await refusal(test.stripe.accounts.create(terms))).toMatchObject({ statusCode: 400 });
  });

  it('has banks of which one is paid to; the events tell of each', async () => {
    const account = await makeAccount(test);
    const second = await test.stripe.accounts.createExternalAccount(account.id, {
      external_account: 'btok_us_verified',
      default_for_currency: true,
    });
    expect((await told('account.external_account.created')).account).toBe(account.id);
    const { data } = await test.stripe.accounts.listExternalAccounts(account.id);
    const defaults = (data as Stripe.BankAccount[]).filter((bank) => bank.default_for_currency).map(({ id }) => id);
    expect(defaults).toEqual([second.id]);
    const held = await refusal(test.stripe.accounts.deleteExternalAccount(account.id, second.id));
    expect(held.statusCode).toBe(400);
    await test.stripe.accounts.updateExternalAccount(account.id, second.id, { metadata: { a: 'b' } });
    await told('account.external_account.updated');
    const other = data.find(({ id }) => id !== second.id)!;
    await test.stripe.accounts.deleteExternalAccount(account.id, other.id);
    await told('account.external_account.deleted');
  });

  it('shows its capabilities as objects that can be asked for', async () => {
    const { id } = await makeAccount(test, { open: false });
    expect(await test.stripe.accounts.retrieveCapability(id, 'transfers')).toMatchObject({
      requested: true,
      status: 'inactive',
    });
    await test.stripe.accounts.updateCapability(id, 'card_payments', { requested: true });
    const { data } = await test.stripe.accounts.listCapabilities(id);
    expect(data.map((each) => each.id).sort()).toEqual(['card_payments', 'transfers']);
    expect((await test.stripe.accounts.retrieve(id)).requirements?.currently_due).toContain('business_profile.mcc');
  });
});

describe('the pages for vendors', () => {
  const link = (account: string) =>
    test.stripe.accountLinks.create({
      ...{ account, type: 'account_onboarding' as const },
      ...{ refresh_url: 'http://shop.test/again', return_url: 'http://shop.test/back' },
    });
  const look = (url: string) => fetch(url, { redirect: 'manual' });
  const send = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it('take what is due at the press of a button and lead back; a link opens once, and for five minutes', async () => {
    const { id } = await makeAccount(test, { open: false });
    const { url } = await link(id);
    const page = await (await look(url)).text();
    expect(page).toContain('external_account');
    const session = /name="session" value="(\w+)"/.exec(page)![1]!;
    expect((await look(url)).headers.get('location')).toBe('http://shop.test/again');
    expect((await send(url, { session: 'another', outcome: 'complete' })).status).toBe(404);
    expect((await send(url, { session, outcome: 'later' })).headers.get('location')).toBe('http://shop.test/back');
    expect(await test.stripe.accounts.retrieve(id)).toMatchObject({ payouts_enabled: false });
    expect((await send(url, { session, outcome: 'complete' })).headers.get('location')).toBe('http://shop.test/back');
    expect(await test.stripe.accounts.retrieve(id)).toMatchObject({ payouts_enabled: true });
    const late = await link(id);
    await test.control('advance', { seconds: 301 });
    expect((await look(late.url)).headers.get('location')).toBe('http://shop.test/again');
  });

  it('show a vendor its money once it is known', async () => {
    const { id } = await makeAccount(test, { open: false });
    expect((await refusal(test.stripe.accounts.createLoginLink(id))).statusCode).toBe(400);
    await test.control(`accounts/${id}/onboard`, {});
    const { url } = await test.stripe.accounts.createLoginLink(id);
    expect(await (await look(url)).text()).toContain('Available: $0.00');
  });
});
