/** Stripe Connect by the `stripe` package. A connected account is named in the options of a call, never in its parameters. */
import Stripe from 'stripe';
import type {
  AccountBalance,
  AccountMovement,
  AccountPayout,
  ConnectedAccount,
  ConnectProvider,
  NewConnectedAccount,
} from './connect.ts';
import { createStripeTransfers } from './connect-transfers.ts';
import { hostOf, type StripeOptions } from './payments.ts';
import { toMovement } from './payments-objects.ts';
import { call } from './stripe-call.ts';
import { walk } from './stripe-pages.ts';

export function createStripeConnect(options: StripeOptions): ConnectProvider {
  const stripe = new Stripe(options.secretKey, {
    timeout: options.timeoutMs,
    maxNetworkRetries: 1,
    telemetry: false,
    ...hostOf(options.apiBase),
  });
  return { ...createAccounts(stripe), ...createStripeTransfers(stripe), ...createAccountLists(stripe) };
}

type Accounts = Pick<
  ConnectProvider,
  'createAccount' | 'updateAccount' | 'retrieveAccount' | 'findAccount' | 'accountLink' | 'loginLink'
>;

function createAccounts(stripe: Stripe): Accounts {
  return {
    async createAccount(account, idempotencyKey) {
      return toAccount(await call(() => stripe.accounts.create(accountParams(account), { idempotencyKey })));
    },
    async updateAccount(id, { email, businessName, url }, idempotencyKey) {
      const profile = { ...(businessName ? { name: businessName } : {}), ...(url ? { url } : {}) };
      const params: Stripe.AccountUpdateParams = {
        ...(email ? { email } : {}),
        ...(Object.keys(profile).length > 0 ? { business_profile: profile } : {}),
      };
      return toAccount(await call(() => stripe.accounts.update(id, params, { idempotencyKey })));
    },
    retrieveAccount: async (id) => toAccount(await call(() => stripe.accounts.retrieve(id))),
    async findAccount(vendorId, createdSince) {
      const created = { gte: Math.floor(createdSince.getTime() / 1_000) };
      for await (const page of walk((cut) => stripe.accounts.list({ created, ...cut }))) {
        const found = page.find(({ metadata }) => metadata?.vendor_id === vendorId);
        if (found) return toAccount(found);
      }
      return undefined;
    },
    async accountLink({ accountId, returnUrl, refreshUrl }) {
      const params = { account: accountId, return_url: returnUrl, refresh_url: refreshUrl };
      const link = await call(() =>
        stripe.accountLinks.create({
          ...params,
          type: 'account_onboarding',
          collection_options: { fields: 'eventually_due' },
        }),
      );
      return { url: link.url, expiresAt: new Date(link.expires_at * 1_000) };
    },
    loginLink: async (accountId) => ({ url: (await call(() => stripe.accounts.createLoginLink(accountId))).url }),
  };
}

/** We pay Stripe's fees and bear what a vendor owes; Stripe asks for the vendor's details and shows it an Express dashboard. */
const accountParams = ({
  vendorId,
  email,
  country,
  businessName,
  url,
}: NewConnectedAccount): Stripe.AccountCreateParams => ({
  country,
  email,
  controller: {
    fees: { payer: 'application' },
    losses: { payments: 'application' },
    requirement_collection: 'stripe',
    stripe_dashboard: { type: 'express' },
  },
  capabilities: { transfers: { requested: true } },
  business_profile: { name: businessName, ...(url ? { url } : {}) },
  metadata: { vendor_id: vendorId },
});

type Lists = Pick<ConnectProvider, 'balance' | 'listPayouts' | 'retrievePayout' | 'listBalanceTransactions'>;

function createAccountLists(stripe: Stripe): Lists {
  return {
    async balance(accountId): Promise<AccountBalance> {
      const { available, pending } = await call(() => stripe.balance.retrieve({}, { stripeAccount: accountId }));
      const plain = ({ amount, currency }: { amount: number; currency: string }) => ({ amount, currency });
      return { available: available.map(plain), pending: pending.map(plain) };
    },
    async *listPayouts(accountId, since) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      const pages = walk((cut) => call(() => stripe.payouts.list({ created, ...cut }, { stripeAccount: accountId })));
      for await (const page of pages) yield page.map((payout) => toPayout(accountId, payout));
    },
    async retrievePayout(accountId, id) {
      return toPayout(accountId, await call(() => stripe.payouts.retrieve(id, {}, { stripeAccount: accountId })));
    },
    async *listBalanceTransactions(accountId, range) {
      const which =
        'payoutId' in range
          ? { payout: range.payoutId }
          : { created: { gte: Math.floor(range.since.getTime() / 1_000) } };
      const params = { ...which, expand: ['data.source'] };
      const pages = walk((cut) =>
        call(() => stripe.balanceTransactions.list({ ...params, ...cut }, { stripeAccount: accountId })),
      );
      for await (const page of pages) yield page.map(toAccountMovement);
    },
  };
}

function toAccount(account: Stripe.Account): ConnectedAccount {
  const { requirements: asked } = account;
  return {
    id: account.id,
    vendorId: account.metadata?.vendor_id ?? null,
    email: account.email,
    country: account.country ?? '',
    defaultCurrency: account.default_currency ?? '',
    detailsSubmitted: account.details_submitted,
    transfersEnabled: account.capabilities?.transfers === 'active',
    chargesEnabled: account.charges_enabled,
    payoutsEnabled: account.payouts_enabled,
    requirements: {
      currentlyDue: asked?.currently_due ?? [],
      eventuallyDue: asked?.eventually_due ?? [],
      pastDue: asked?.past_due ?? [],
      pendingVerification: asked?.pending_verification ?? [],
      disabledReason: asked?.disabled_reason ?? null,
      deadline: asked?.current_deadline ? new Date(asked.current_deadline * 1_000) : null,
    },
  };
}

const toPayout = (accountId: string, payout: Stripe.Payout): AccountPayout => ({
  id: payout.id,
  accountId,
  amount: payout.amount,
  currency: payout.currency,
  status: payout.status,
  automatic: payout.automatic,
  reconciliationStatus: payout.reconciliation_status,
  failureCode: payout.failure_code,
  arrivalAt: new Date(payout.arrival_date * 1_000),
  createdAt: new Date(payout.created * 1_000),
});

function toAccountMovement(entry: Stripe.BalanceTransaction): AccountMovement {
  const source = typeof entry.source === 'object' ? entry.source : null;
  return {
    ...toMovement(entry),
    transferId: source?.object === 'charge' ? idOf(source.source_transfer) : null,
    reversalId: source?.object === 'refund' ? idOf(source.source_transfer_reversal) : null,
  };
}

const idOf = (given: string | { id: string } | null): string | null =>
  typeof given === 'string' ? given : (given?.id ?? null);
