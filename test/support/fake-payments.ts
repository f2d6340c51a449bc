/** Stripe in memory, for the processors' tests: remembers keys, counts money, and fails where it is told to. */
import type { Intent } from '../../domain/judge-intent.ts';
import type { SavedMethod } from '../../providers/payment-customers.ts';
import type { ProviderDispute, ProviderFraudWarning } from '../../providers/payment-disputes.ts';
import {
  type Confirmation,
  type PaymentProvider,
  PaymentRefusedError,
  PaymentStuckError,
  type ProviderRefund,
} from '../../providers/payments.ts';

type Failure = 'unknown_before' | 'unknown_after' | 'stuck_before' | 'stuck_after' | PaymentRefusedError;

export interface FakePayments extends PaymentProvider {
  intents: Map<string, Intent>;
  refunds: Map<string, ProviderRefund>;
  disputes: Map<string, ProviderDispute>;
  warnings: Map<string, ProviderFraudWarning>;
  /** Evidence that was handed in, by dispute. */
  evidence: Map<string, object>;
  /** Saved payment methods, by Stripe's id of the customer. */
  methods: Map<string, SavedMethod[]>;
  /** Captures that took money, in their order. */
  captured: { intent: string; amount: number }[];
  /** Charges that took money; an order may have one. */
  charged: string[];
  keys: string[];
  /** The next call of this name fails: before or after it had its effect. */
  failNext(method: keyof PaymentProvider, failure: Failure): void;
}

export function createFakePayments(): FakePayments {
  const intents = new Map<string, Intent>();
  const refunds = new Map<string, ProviderRefund>();
  const disputes: FakePayments['disputes'] = new Map();
  const warnings: FakePayments['warnings'] = new Map();
  const evidence: FakePayments['evidence'] = new Map();
  const answers = new Map<string, unknown>();
  const failures = new Map<string, Failure>();
  const methods: FakePayments['methods'] = new Map();
  const captured: FakePayments['captured'] = [];
  /** Intents that are to be captured later. */
  const manual = new Set<string>();
  const charged: string[] = [];
  const keys: string[] = [];

  /** One effect per key: a repeated key gets the stored answer, a stored failure included. */
  async function once<T>(method: string, key: string, effect: () => T): Promise<T> {
    keys.push(key);
    if (answers.has(key)) return replay(answers.get(key)) as T;
    const failure = failures.get(method);
    failures.delete(method);
    if (failure === 'unknown_before') throw new Error('socket hang up');
    if (failure instanceof PaymentRefusedError) throw failure;
    const answer = failure === 'stuck_before' ? undefined : effect();
    const stuck = failure === 'stuck_before' || failure === 'stuck_after';
    answers.set(key, stuck ? new PaymentStuckError('stored 500') : structuredClone(answer));
    if (failure === 'unknown_after') throw new Error('socket hang up');
    return replay(answers.get(key)) as T;
  }

  const get = (id: string): Intent => {
    const found = intents.get(id);
    if (!found) throw new PaymentRefusedError('resource_missing', `No such payment_intent: '${id}'`);
    return found;
  };

  return {
    intents,
    refunds,
    disputes,
    warnings,
    evidence,
    methods,
    captured,
    charged,
    keys,
    failNext: (method, failure) => void failures.set(method, failure),
    createIntent: (wanted, key) =>
      once('createIntent', key, () => {
        const id = `pi_${intents.size + 1}_${wanted.orderId.slice(-6)}`;
        const { amount, currency, orderId } = wanted;
        const blank = {
          nextActionUrl: null,
          chargeId: null,
          feeAmount: null,
          lastError: null,
          cancellationReason: null,
        };
        if (wanted.captureMethod !== 'automatic') manual.add(id);
        intents.set(id, {
          id,
          status: 'requires_payment_method',
          amount,
          amountReceived: 0,
          currency,
          clientSecret: `${id}_secret`,
          orderId,
          ...blank,
        });
        return get(id);
      }),
    confirmIntent: (id, confirmation, key) =>
      once('confirmIntent', key, () => {
        const intent = confirm(get(id), confirmation, charged);
        return manual.has(id) && intent.status === 'succeeded' ? authorize(intent) : intent;
      }),
    captureIntent: (id, amount, key) =>
      once('captureIntent', key, () => {
        const intent = get(id);
        if (intent.status !== 'requires_capture')
          throw new PaymentRefusedError('payment_intent_unexpected_state', `It has a status of ${intent.status}.`);
        if (amount > intent.amount) throw new PaymentRefusedError('amount_too_large', 'More than was authorized.');
        captured.push({ intent: id, amount });
        return Object.assign(intent, { status: 'succeeded', amountReceived: amount });
      }),
    updateIntent: (id, amount, key) =>
      once('updateIntent', key, () => {
        const intent = get(id);
        if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status))
          throw new PaymentRefusedError('payment_intent_unexpected_state', `It has a status of ${intent.status}.`);
        if (amount < 50) throw new PaymentRefusedError('amount_too_small', 'Less than Stripe takes.');
        return Object.assign(intent, { amount });
      }),
    createCustomer: ({ id }, key) =>
      once('createCustomer', key, () => {
        methods.set(`cus_${id}`, methods.get(`cus_${id}`) ?? []);
        return `cus_${id}`;
      }),
    listPaymentMethods: async (customer) => structuredClone(known(methods, customer)),
    findPaymentMethod: async (customer, id) => known(methods, customer).find((method) => method.id === id),
    async detachPaymentMethod(id) {
      for (const [customer, saved] of methods)
        methods.set(
          customer,
          saved.filter((method) => method.id !== id),
        );
    },
    retrieveIntent: async (id) => structuredClone(get(id)),
    cancelIntent: (id, reason, key) =>
      once('cancelIntent', key, () => {
        const intent = get(id);
        if (intent.status !== 'succeeded') Object.assign(intent, { status: 'canceled', cancellationReason: reason });
        return intent;
      }),
    createRefund: (wanted, key) =>
      once('createRefund', key, () => {
        const id = `re_${refunds.size + 1}_${wanted.id.slice(-6)}`;
        refunds.set(id, {
          id,
          status: 'succeeded',
          amount: wanted.amount,
          currency: get(wanted.intentId).currency,
          paymentIntent: wanted.intentId,
          failureReason: null,
          reason: wanted.reason ?? null,
          refundId: wanted.id,
          isRelease: false,
        });
        return refunds.get(id)!;
      }),
    retrieveRefund: async (id) => {
      const found = refunds.get(id);
      if (!found) throw new PaymentRefusedError('resource_missing', `No such refund: '${id}'`);
      return structuredClone(found);
    },
    listRefunds: async (intentId) =>
      [...refunds.values()]
        .filter((refund) => refund.paymentIntent === intentId)
        .map((refund) => structuredClone(refund)),
    retrieveDispute: async (id) => structuredClone(known(disputes, id)),
    retrieveFraudWarning: async (id) => structuredClone(known(warnings, id)),
    submitEvidence: (id, texts, key) =>
      once('submitEvidence', key, () => {
        const dispute = known(disputes, id);
        if (dispute.submissionCount > 0)
          throw new PaymentRefusedError('dispute_already_submitted', 'Evidence was submitted.');
        evidence.set(id, texts);
        return Object.assign(dispute, { submissionCount: 1, status: 'under_review' });
      }),
    findRefund: async (_intentId, refundId) => [...refunds.values()].find((refund) => refund.refundId === refundId),
  };
}

function known<T>(objects: Map<string, T>, id: string): T {
  const found = objects.get(id);
  if (!found) throw new PaymentRefusedError('resource_missing', `No such object: '${id}'`);
  return found;
}

function replay(answer: unknown): unknown {
  if (answer instanceof Error) throw answer;
  return structuredClone(answer);
}

/** The money is held for a week. */
function authorize(intent: Intent): Intent {
  const captureBefore = new Date(Date.now() + 7 * 86_400_000);
  return Object.assign(intent, { status: 'requires_capture', amountReceived: 0, captureBefore });
}

/** `pm_declined` is declined, `pm_3ds` asks for the customer, anything else pays. */
function confirm(intent: Intent, { paymentMethod: method, offSession }: Confirmation, charged: string[]): Intent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') return intent;
  const chargeId = `ch_${charged.length + 1}_${Math.random().toString(36).slice(2)}`;
  if (method === 'pm_3ds' && offSession) {
    const lastError = {
      code: 'authentication_required',
      declineCode: 'authentication_required',
      message: 'The customer is needed.',
      paymentMethodId: method,
    };
    return Object.assign(intent, { status: 'requires_payment_method', chargeId, lastError });
  }
  if (method === 'pm_3ds')
    return Object.assign(intent, { status: 'requires_action', nextActionUrl: 'https://bank.example/3ds' });
  if (method === 'pm_declined') {
    const lastError = {
      code: 'card_declined',
      declineCode: 'generic_decline',
      message: 'Declined.',
      paymentMethodId: method,
    };
    return Object.assign(intent, { status: 'requires_payment_method', chargeId, lastError });
  }
  charged.push(intent.id);
  return Object.assign(intent, { status: 'succeeded', amountReceived: intent.amount, chargeId, lastError: null });
}
