/** Stripe's invoices in memory, for the processors' tests. */
import type { InvoiceLine, ProviderInvoice } from '../../domain/subscriptions/invoice.ts';
import type { InvoiceCredit, InvoiceProvider, NewInvoiceCredit } from '../../providers/billing-invoices.ts';
import { PaymentRefusedError } from '../../providers/payments.ts';

export interface FakeInvoices extends InvoiceProvider {
  invoices: Map<string, ProviderInvoice>;
  /** What is taken off next invoices, until one bears it. */
  credits: Map<string, InvoiceCredit & NewInvoiceCredit>;
  /** The lines of credits that wait, put onto an invoice. */
  takeCredits(subscriptionId: string, invoiceId: string): InvoiceLine[];
  /** The next call fails after it had its effect. */
  loseAnswer(): void;
}

export function createFakeInvoices(): FakeInvoices {
  const invoices: FakeInvoices['invoices'] = new Map();
  const credits: FakeInvoices['credits'] = new Map();
  const answers = new Map<string, string>();
  let isLost = false;

  const get = <T>(all: Map<string, T>, id: string): T => {
    const found = all.get(id);
    if (!found) throw new PaymentRefusedError('resource_missing', `No such object: '${id}'`);
    return structuredClone(found);
  };

  return {
    invoices,
    credits,
    loseAnswer() {
      isLost = true;
    },
    takeCredits: (subscriptionId, invoiceId) =>
      [...credits.values()]
        .filter((credit) => credit.subscriptionId === subscriptionId && credit.invoiceId === null)
        .map((credit) => {
          credit.invoiceId = invoiceId;
          const blank = { description: credit.description, item: null, quantity: 1, discount: 0, proration: false };
          return { ...blank, id: `il_${credit.id}`, amount: -credit.amount, creditId: credit.creditId };
        }),
    retrieveInvoice: async (id) => get(invoices, id),
    async *listInvoices() {
      yield [...invoices.values()].map(({ id, subscriptionId, status, createdAt }) => ({
        ...{ id, status, createdAt },
        subscriptionId: subscriptionId!,
      }));
    },
    async invoiceOfIntent(intentId) {
      return [...invoices.values()].find(({ paymentIntent }) => paymentIntent === intentId)?.id;
    },
    async createInvoiceCredit(credit, key) {
      const id = answers.get(key) ?? `ii_${credit.creditId}`;
      answers.set(key, id);
      if (!credits.has(id)) credits.set(id, { ...credit, id, invoiceId: null });
      if (isLost) {
        isLost = false;
        throw new Error('socket hang up');
      }
      return get(credits, id);
    },
    findInvoiceCredit: async (_customer, creditId) => [...credits.values()].find((each) => each.creditId === creditId),
    retrieveInvoiceCredit: async (id) => get(credits, id),
    async deleteInvoiceCredit(id) {
      credits.delete(id);
    },
  };
}
