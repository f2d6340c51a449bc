/**
 * Stripe Connect, as far as vendors need it: their connected accounts, the transfers of our balance to them, and what becomes
 * of the money there. Every call that changes something carries the caller's idempotency key; errors are those of payments.ts.
 * A refusal is kept under its key by Stripe for a day: whoever tries again what was refused (`balance_insufficient`) needs
 * another key, and looks for what it asked for first.
 */
import type { BalanceMovement } from '../domain/stripe-objects.ts';

export interface NewConnectedAccount {
  /** Our vendor's id, in the account's metadata. */
  vendorId: string;
  email: string;
  /** Two letters, as in ISO 3166; cannot be changed later. */
  country: string;
  businessName: string;
  /** The vendor's own site, when it has one. */
  url?: string | undefined;
}

/** What a vendor may change of itself without Stripe's own pages. */
export interface AccountChanges {
  email?: string | undefined;
  businessName?: string | undefined;
  url?: string | undefined;
}

export interface ConnectedAccount {
  id: string;
  /** From the metadata. */
  vendorId: string | null;
  email: string | null;
  country: string;
  defaultCurrency: string;
  /** Whether the vendor has given everything that Stripe asked for on its pages. */
  detailsSubmitted: boolean;
  /** Whether the account can receive transfers. */
  transfersEnabled: boolean;
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
  requirements: {
    currentlyDue: string[];
    eventuallyDue: string[];
    pastDue: string[];
    pendingVerification: string[];
    /** Stripe's word for why the account is closed for payments or payouts, e.g. `requirements.past_due`, `rejected.fraud`. */
    disabledReason: string | null;
    /** Until when what is due must be there. */
    deadline: Date | null;
  };
}

export interface NewAccountLink {
  accountId: string;
  /** Where the vendor comes back to when it is done; whether it is complete is read from the account. */
  returnUrl: string;
  /** Where it is sent when the link was used before or has expired: makes a new one. */
  refreshUrl: string;
}

export interface NewProviderTransfer {
  /** The row of ours that it is made for: in its metadata, to find it by. */
  id: string;
  vendorId: string;
  vendorOrderId: string;
  orderId: string;
  orderNumber: string;
  accountId: string;
  amount: number;
  currency: string;
  /** The charge whose money it is: the transfer then waits until that is available, and cannot be more. */
  sourceCharge?: string | undefined;
}

export interface ProviderTransfer {
  id: string;
  amount: number;
  amountReversed: number;
  currency: string;
  accountId: string;
  /** The movement of our balance. */
  balanceTransactionId: string | null;
  /** The payment (`py_…`) that the transfer is in the connected account. */
  destinationPaymentId: string | null;
  sourceCharge: string | null;
  orderId: string | null;
  /** Our row's id, from the metadata. */
  rowId: string | null;
  createdAt: Date;
}

export interface NewProviderReversal {
  /** The row of ours that it is made for. */
  id: string;
  /** Stripe's id of the transfer that it takes back from. */
  transferId: string;
  orderId: string;
  amount: number;
}

export interface ProviderReversal {
  id: string;
  transferId: string;
  amount: number;
  currency: string;
  balanceTransactionId: string | null;
  /** Our row's id, from the metadata. */
  rowId: string | null;
  createdAt: Date;
}

/** A payout of a connected account to its bank. */
export interface AccountPayout {
  id: string;
  accountId: string;
  amount: number;
  currency: string;
  status: string;
  automatic: boolean;
  /** Its lines can be listed when this is `completed`. */
  reconciliationStatus: string;
  failureCode: string | null;
  arrivalAt: Date;
  createdAt: Date;
}

/** A movement of a connected account's balance, with the transfer or reversal of ours that it is the other side of. */
export interface AccountMovement extends BalanceMovement {
  transferId: string | null;
  reversalId: string | null;
}

export interface AccountBalance {
  available: { amount: number; currency: string }[];
  pending: { amount: number; currency: string }[];
}

/** Pages of lists are newest first. */
export interface ConnectProvider {
  createAccount(account: NewConnectedAccount, key: string): Promise<ConnectedAccount>;
  updateAccount(id: string, changes: AccountChanges, key: string): Promise<ConnectedAccount>;
  /** Refused (`resource_missing`, `account_invalid`) when it is not, or no more, connected with us. */
  retrieveAccount(id: string): Promise<ConnectedAccount>;
  /** An account of ours that exists although its answer was lost, by the vendor's id in its metadata. */
  findAccount(vendorId: string, createdSince: Date): Promise<ConnectedAccount | undefined>;
  /** A page of Stripe's on which the vendor gives what is due. It can be used once and for some minutes. */
  accountLink(link: NewAccountLink): Promise<{ url: string; expiresAt: Date }>;
  /** The way into the vendor's own dashboard at Stripe. Refused until its details were submitted. */
  loginLink(accountId: string): Promise<{ url: string }>;
  createTransfer(transfer: NewProviderTransfer, key: string): Promise<ProviderTransfer>;
  retrieveTransfer(id: string): Promise<ProviderTransfer>;
  /** A transfer of ours that exists although its answer was lost, by our row's id in its metadata. */
  findTransfer(orderId: string, rowId: string): Promise<ProviderTransfer | undefined>;
  /** Takes back a transfer, or a part of it. Refused when the transfer has not as much left. */
  reverseTransfer(reversal: NewProviderReversal, key: string): Promise<ProviderReversal>;
  findReversal(transferId: string, rowId: string): Promise<ProviderReversal | undefined>;
  /** All of one transfer's. */
  listReversals(transferId: string): Promise<ProviderReversal[]>;
  listTransfers(range: { since: Date; accountId?: string | undefined }): AsyncIterable<ProviderTransfer[]>;
  balance(accountId: string): Promise<AccountBalance>;
  listPayouts(accountId: string, since: Date): AsyncIterable<AccountPayout[]>;
  retrievePayout(accountId: string, id: string): Promise<AccountPayout>;
  /** Everything since a time, or what left with one automatic payout (its own movement among it). */
  listBalanceTransactions(
    accountId: string,
    range: { since: Date } | { payoutId: string },
  ): AsyncIterable<AccountMovement[]>;
}
