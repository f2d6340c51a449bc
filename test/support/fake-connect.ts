/** Stripe Connect in memory, for the processors' tests: remembers keys, counts money, and fails where it is told to. */
import type {
  AccountBalance,
  AccountMovement,
  AccountPayout,
  ConnectedAccount,
  ConnectProvider,
  ProviderReversal,
  ProviderTransfer,
} from '../../providers/connect.ts';
import { PaymentRefusedError, PaymentStuckError } from '../../providers/payments.ts';

type Failure = 'unknown_before' | 'unknown_after' | 'stuck_before' | 'stuck_after' | PaymentRefusedError;

export interface FakeConnect extends ConnectProvider {
  accounts: Map<string, ConnectedAccount>;
  transfers: Map<string, ProviderTransfer>;
  reversals: Map<string, ProviderReversal>;
  payouts: Map<string, AccountPayout>;
  /** By account; those of a payout are told by `payoutOf`. */
  movements: Map<string, AccountMovement[]>;
  payoutOf: Map<string, string>;
  balances: Map<string, AccountBalance>;
  keys: string[];
  /** The vendor gives everything that Stripe asks for: transfers and payouts are open. */
  onboard(accountId: string): ConnectedAccount;
  /** The next call of this name fails: before or after it had its effect. */
  failNext(method: keyof ConnectProvider, failure: Failure): void;
}

export function createFakeConnect(): FakeConnect {
  const books = {
    accounts: new Map<string, ConnectedAccount>(),
    transfers: new Map<string, ProviderTransfer>(),
    reversals: new Map<string, ProviderReversal>(),
    payouts: new Map<string, AccountPayout>(),
    movements: new Map<string, AccountMovement[]>(),
    payoutOf: new Map<string, string>(),
    balances: new Map<string, AccountBalance>(),
    keys: [] as string[],
  };
  const { once, failNext } = createKeys(books.keys);
  return {
    ...books,
    failNext,
    onboard: (id) => {
      const requirements = { ...get(books.accounts, id).requirements, currentlyDue: [], eventuallyDue: [] };
      const open = { detailsSubmitted: true, transfersEnabled: true, payoutsEnabled: true };
      return Object.assign(get(books.accounts, id), open, { requirements: { ...requirements, disabledReason: null } });
    },
    ...fakeAccounts(books, once),
    ...fakeTransfers(books, once),
    balance: async (id) => books.balances.get(id) ?? { available: [], pending: [] },
    async *listPayouts(id, since) {
      yield [...books.payouts.values()].filter((each) => each.accountId === id && each.createdAt >= since);
    },
    retrievePayout: async (_account, id) => ({ ...get(books.payouts, id) }),
    async *listBalanceTransactions(id, range) {
      const fits = (each: AccountMovement) =>
        'payoutId' in range ? books.payoutOf.get(each.id) === range.payoutId : each.createdAt >= range.since;
      yield (books.movements.get(id) ?? []).filter(fits);
    },
  };
}

type Books = Pick<FakeConnect, 'accounts' | 'transfers' | 'reversals'>;
type Once = <T>(method: string, key: string, effect: () => T) => Promise<T>;

/** One effect per key: a repeated key gets the stored answer, a stored failure included. */
function createKeys(keys: string[]): { once: Once; failNext: FakeConnect['failNext'] } {
  const answers = new Map<string, unknown>();
  const failures = new Map<string, Failure>();
  const replay = (key: string) => {
    const answer = answers.get(key);
    if (answer instanceof Error) throw answer;
    return structuredClone(answer);
  };
  const keep = (key: string, effect: () => unknown) => {
    try {
      answers.set(key, structuredClone(effect()));
    } catch (error) {
      // Stripe keeps a refusal under its key too.
      answers.set(key, error);
    }
  };
  return {
    failNext: (method, failure) => void failures.set(method, failure),
    async once<T>(method: string, key: string, effect: () => T): Promise<T> {
      keys.push(key);
      if (answers.has(key)) return replay(key) as T;
      const failure = failures.get(method);
      failures.delete(method);
      if (failure === 'unknown_before') throw new Error('socket hang up');
      if (failure instanceof PaymentRefusedError) answers.set(key, failure);
      else if (failure !== 'stuck_before') keep(key, effect);
      if (failure === 'stuck_before' || failure === 'stuck_after')
        answers.set(key, new PaymentStuckError('stored 500'));
      if (failure === 'unknown_after') throw new Error('socket hang up');
      return replay(key) as T;
    },
  };
}

function get<T>(all: Map<string, T>, id: string): T {
  const found = all.get(id);
  if (!found) throw new PaymentRefusedError('resource_missing', `No such object: '${id}'`);
  return found;
}

function fakeAccounts({ accounts }: Books, once: Once) {
  const due = ['business_profile.url', 'external_account', 'tos_acceptance.date'];
  return {
    createAccount: ({ vendorId, email, country }, key) =>
      once('createAccount', key, () => {
        const account: ConnectedAccount = {
          id: `acct_${accounts.size + 1}_${vendorId.slice(-6)}`,
          vendorId,
          email,
          country,
          defaultCurrency: 'usd',
          detailsSubmitted: false,
          transfersEnabled: false,
          chargesEnabled: false,
          payoutsEnabled: false,
          requirements: {
            currentlyDue: due,
            eventuallyDue: due,
            pastDue: [],
            pendingVerification: [],
            disabledReason: 'requirements.past_due',
            deadline: null,
          },
        };
        accounts.set(account.id, account);
        return account;
      }),
    updateAccount: (id, { email }, key) =>
      once('updateAccount', key, () => Object.assign(get(accounts, id), email ? { email } : {})),
    retrieveAccount: async (id) => structuredClone(get(accounts, id)),
    findAccount: async (vendorId) => [...accounts.values()].find((account) => account.vendorId === vendorId),
    accountLink: async ({ accountId }) => ({
      url: `https://connect.test/setup/${get(accounts, accountId).id}`,
      expiresAt: new Date(Date.now() + 300_000),
    }),
    async loginLink(id) {
      if (!get(accounts, id).detailsSubmitted)
        throw new PaymentRefusedError('account_invalid', 'The account has not completed onboarding.');
      return { url: `https://connect.test/express/${id}` };
    },
  } satisfies Partial<ConnectProvider>;
}

function fakeTransfers({ accounts, transfers, reversals }: Books, once: Once) {
  const listReversals = async (transferId: string) =>
    [...reversals.values()].filter((reversal) => reversal.transferId === transferId);
  return {
    createTransfer: ({ id: rowId, accountId, amount, currency, orderId, sourceCharge = null }, key) =>
      once('createTransfer', key, () => {
        if (!get(accounts, accountId).transfersEnabled)
          throw new PaymentRefusedError('insufficient_capabilities_for_transfer', 'It cannot receive transfers.');
        const id = `tr_${transfers.size + 1}_${rowId.slice(-6)}`;
        const balanceTransactionId = `txn_${id}`;
        const made = { id, amount, amountReversed: 0, currency, accountId, balanceTransactionId, orderId, rowId };
        const transfer = { ...made, destinationPaymentId: `py_${id}`, sourceCharge, createdAt: new Date() };
        transfers.set(id, transfer);
        return transfer;
      }),
    retrieveTransfer: async (id) => structuredClone(get(transfers, id)),
    findTransfer: async (orderId, rowId) =>
      [...transfers.values()].find((each) => each.rowId === rowId && each.orderId === orderId),
    async *listTransfers({ since, accountId }) {
      const fits = (each: ProviderTransfer) => each.createdAt >= since && (!accountId || each.accountId === accountId);
      yield [...transfers.values()].filter(fits);
    },
    reverseTransfer: ({ id: rowId, transferId, amount }, key) =>
      once('reverseTransfer', key, () => {
        const transfer = get(transfers, transferId);
        if (transfer.amountReversed + amount > transfer.amount)
          throw new PaymentRefusedError('amount_too_large', 'More than the transfer has left.');
        transfer.amountReversed += amount;
        const id = `trr_${reversals.size + 1}_${rowId.slice(-6)}`;
        const { currency } = transfer;
        const made = { id, transferId, amount, currency, balanceTransactionId: `txn_${id}`, rowId };
        reversals.set(id, { ...made, createdAt: new Date() });
        return reversals.get(id)!;
      }),
    findReversal: async (transferId, rowId) => (await listReversals(transferId)).find((each) => each.rowId === rowId),
    listReversals,
  } satisfies Partial<ConnectProvider>;
}
