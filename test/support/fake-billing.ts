/** Stripe Billing in memory, for the processors' tests: remembers keys and what was asked, and fails where it is told to. */
import { randomUUID } from 'node:crypto';
import type { BilledItem, ItemWish } from '../../domain/subscriptions/items.ts';
import type { BillingProvider, ProviderSubscription, SubscriptionUpdate } from '../../providers/billing.ts';
import { PaymentRefusedError, PaymentStuckError } from '../../providers/payments.ts';

type Failure = 'unknown_before' | 'unknown_after' | 'stuck_before' | 'stuck_after' | PaymentRefusedError;
type Stored = { -readonly [Key in keyof ProviderSubscription]: ProviderSubscription[Key] };

export interface FakeBilling extends BillingProvider {
  subscriptions: Map<string, Stored>;
  products: Map<string, string>;
  /** What changed something, in its order: the method. */
  made: string[];
  keys: string[];
  /** Coupons in the order in which they were set. */
  coupons: string[];
  paid: string[];
  previewed: { id: string; update: SubscriptionUpdate }[];
  /** The next call of this name fails: before or after it had its effect. */
  failNext(method: keyof BillingProvider, failure: Failure): void;
}

const DAY = 86_400_000;

export function createFakeBilling(): FakeBilling {
  const subscriptions: FakeBilling['subscriptions'] = new Map();
  const products: FakeBilling['products'] = new Map();
  const answers = new Map<string, { request: string; answer: unknown }>();
  const failures = new Map<string, Failure>();
  const [made, keys, coupons, paid]: [string[], string[], string[], string[]] = [[], [], [], []];

  const previewed: FakeBilling['previewed'] = [];

  /** One effect per key and request: a repeated key gets the stored answer, one with another request is refused. */
  async function once(method: keyof BillingProvider, key: string, request: unknown, effect: () => Stored) {
    keys.push(key);
    const asked = JSON.stringify([method, request]);
    const stored = answers.get(key);
    if (stored && stored.request !== asked) throw new PaymentStuckError('another request under this key');
    if (stored) return replay(stored.answer);
    const failure = failures.get(method);
    failures.delete(method);
    if (failure === 'unknown_before') throw new Error('socket hang up');
    if (failure instanceof PaymentRefusedError) throw failure;
    const answer = failure === 'stuck_before' ? undefined : structuredClone(effect());
    if (failure !== 'stuck_before') made.push(method);
    const isStuck = failure === 'stuck_before' || failure === 'stuck_after';
    answers.set(key, { request: asked, answer: isStuck ? new PaymentStuckError('stored 500') : answer });
    if (failure === 'unknown_after') throw new Error('socket hang up');
    return replay(answers.get(key)?.answer);
  }

  const get = (id: string): Stored => {
    const found = subscriptions.get(id);
    if (!found) throw new PaymentRefusedError('resource_missing', `No such subscription: '${id}'`);
    return found;
  };

  const toItem = ({ lineId, price, quantity }: ItemWish, old?: BilledItem): BilledItem => {
    if (price && !products.has(price.productId))
      throw new PaymentRefusedError('resource_missing', 'No such product', 'items[0][price_data][product]');
    const { currency: _, ...terms } = price ?? { currency: '' };
    return { ...old, ...terms, id: old?.id ?? `si_${randomUUID()}`, lineId, quantity } as BilledItem;
  };

  const change = (subscription: Stored, update: SubscriptionUpdate) => {
    const gone = new Set(update.removedItems);
    const changed = new Map((update.items ?? []).flatMap((item) => (item.id ? [[item.id, item]] : [])));
    const kept = subscription.items.filter(({ id }) => !gone.has(id));
    const fresh = (update.items ?? []).filter(({ id }) => !id).map((wish) => toItem(wish));
    subscription.items = [
      ...kept.map((item) => (changed.has(item.id) ? toItem(changed.get(item.id)!, item) : item)),
      ...fresh,
    ];
    if (update.coupon !== undefined) coupons.push(update.coupon);
    return subscription;
  };
  const set = (id: string, values: Partial<Stored>) => Object.assign(get(id), values);

  return {
    ...{ subscriptions, products, made, keys, coupons, paid, previewed },
    failNext: (method, failure) => void failures.set(method, failure),
    async ensureProduct(id, name) {
      if (!products.has(id)) products.set(id, name);
    },
    createSubscription: (wish, key) =>
      once('createSubscription', key, wish, () => {
        const id = `sub_${randomUUID()}`;
        const now = new Date(Math.floor(Date.now() / 1_000) * 1_000);
        if (wish.coupon) coupons.push(wish.coupon);
        const status = wish.trialEnd ? 'trialing' : wish.paymentMethod ? 'active' : 'incomplete';
        const made: Stored = {
          ...{ id, subscriptionId: wish.subscriptionId, customerId: wish.customerId, status },
          items: wish.items.map((item) => toItem(item)),
          currentPeriodStart: now,
          currentPeriodEnd: wish.trialEnd ?? new Date(now.getTime() + 30 * DAY),
          trialEnd: wish.trialEnd,
          ...{ cancelAtPeriodEnd: false, canceledAt: null, endedAt: null, collectionPaused: null },
          paymentMethod: wish.paymentMethod,
          latestInvoice: `in_${subscriptions.size + 1}`,
          createdAt: now,
          clientSecret: status === 'incomplete' ? { secret: 'pi_1_secret_x', kind: 'payment' } : null,
        };
        subscriptions.set(id, made);
        return made;
      }),
    async retrieveSubscription(id) {
      return structuredClone(subscriptions.get(id));
    },
    async findSubscription(customerId, id) {
      const all = [...subscriptions.values()];
      return structuredClone(all.find((each) => each.customerId === customerId && each.subscriptionId === id));
    },
    async *listSubscriptions() {
      yield structuredClone([...subscriptions.values()]);
    },
    updateSubscription: (id, update, key) =>
      once('updateSubscription', key, [id, update], () => change(get(id), update)),
    pauseSubscription: (id, key) => once('pauseSubscription', key, id, () => set(id, { status: 'paused' })),
    resumeSubscription: (id, anchor, key) =>
      once('resumeSubscription', key, [id, anchor], () => set(id, { status: 'active' })),
    voidInvoicesUntil: (id, until, key) =>
      once('voidInvoicesUntil', key, [id, until], () =>
        set(id, { collectionPaused: until && { resumesAt: new Date(Math.floor(until.getTime() / 1_000) * 1_000) } }),
      ),
    cancelSubscription: (id, comment, key) =>
      once('cancelSubscription', key, [id, comment], () =>
        set(id, { status: 'canceled', canceledAt: new Date(), endedAt: new Date() }),
      ),
    setCancelAtPeriodEnd: (id, cancelAtPeriodEnd, comment, key) =>
      once('setCancelAtPeriodEnd', key, [id, cancelAtPeriodEnd, comment], () => set(id, { cancelAtPeriodEnd })),
    setPaymentMethod: (id, paymentMethod, key) =>
      once('setPaymentMethod', key, [id, paymentMethod], () => set(id, { paymentMethod })),
    async payInvoice(invoiceId) {
      paid.push(invoiceId);
    },
    async previewUpdate(id, update) {
      previewed.push({ id, update });
      const now = new Date();
      const line = { lineId: null, description: 'Rest of the period', quantity: 1, amount: 100, isProration: true };
      const lines = [{ ...line, periodStart: now, periodEnd: now }];
      return { currency: 'eur', subtotal: 100, discount: 0, total: 100, amountDue: 100, at: now, lines };
    },
  };
}

function replay(answer: unknown): Stored {
  if (answer instanceof Error) throw answer;
  return structuredClone(answer) as Stored;
}
