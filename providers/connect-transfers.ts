/** Stripe's transfers to connected accounts and their reversals: made under the key of a row of ours, found by its id. */
import type Stripe from 'stripe';
import type { ConnectProvider, ProviderReversal, ProviderTransfer } from './connect.ts';
import { call } from './stripe-call.ts';
import { walk } from './stripe-pages.ts';

type Transfers = Pick<
  ConnectProvider,
  | 'createTransfer'
  | 'retrieveTransfer'
  | 'findTransfer'
  | 'listTransfers'
  | 'reverseTransfer'
  | 'findReversal'
  | 'listReversals'
>;

/** What ties the transfers of an order together at Stripe. */
const groupOf = (orderId: string) => `order_${orderId}`;

export function createStripeTransfers(stripe: Stripe): Transfers {
  const listReversals = async (transferId: string) => {
    const found: ProviderReversal[] = [];
    for await (const page of walk((cut) => stripe.transfers.listReversals(transferId, cut)))
      found.push(...page.map(toReversal));
    return found;
  };
  return {
    async createTransfer(transfer, idempotencyKey) {
      const params: Stripe.TransferCreateParams = {
        amount: transfer.amount,
        currency: transfer.currency,
        destination: transfer.accountId,
        transfer_group: groupOf(transfer.orderId),
        description: `Order ${transfer.orderNumber}`,
        metadata: {
          vendor_transfer_id: transfer.id,
          vendor_order_id: transfer.vendorOrderId,
          vendor_id: transfer.vendorId,
          order_id: transfer.orderId,
        },
        ...(transfer.sourceCharge ? { source_transaction: transfer.sourceCharge } : {}),
      };
      return toTransfer(await call(() => stripe.transfers.create(params, { idempotencyKey })));
    },
    retrieveTransfer: async (id) => toTransfer(await call(() => stripe.transfers.retrieve(id))),
    async findTransfer(orderId, rowId) {
      const pages = walk((cut) => stripe.transfers.list({ transfer_group: groupOf(orderId), ...cut }));
      for await (const page of pages) {
        const found = page.map(toTransfer).find((transfer) => transfer.rowId === rowId);
        if (found) return found;
      }
      return undefined;
    },
    async *listTransfers({ since, accountId }) {
      const created = { gte: Math.floor(since.getTime() / 1_000) };
      const to = accountId ? { destination: accountId } : {};
      for await (const page of walk((cut) => stripe.transfers.list({ created, ...to, ...cut })))
        yield page.map(toTransfer);
    },
    async reverseTransfer({ id, transferId, orderId, amount }, idempotencyKey) {
      const params = { amount, metadata: { vendor_transfer_id: id, order_id: orderId } };
      return toReversal(await call(() => stripe.transfers.createReversal(transferId, params, { idempotencyKey })));
    },
    findReversal: async (transferId, rowId) =>
      (await listReversals(transferId)).find((reversal) => reversal.rowId === rowId),
    listReversals,
  };
}

const toTransfer = (transfer: Stripe.Transfer): ProviderTransfer => ({
  id: transfer.id,
  amount: transfer.amount,
  amountReversed: transfer.amount_reversed,
  currency: transfer.currency,
  accountId: idOf(transfer.destination) ?? '',
  balanceTransactionId: idOf(transfer.balance_transaction),
  destinationPaymentId: idOf(transfer.destination_payment),
  sourceCharge: idOf(transfer.source_transaction),
  orderId: transfer.metadata.order_id ?? null,
  rowId: transfer.metadata.vendor_transfer_id ?? null,
  createdAt: new Date(transfer.created * 1_000),
});

const toReversal = (reversal: Stripe.TransferReversal): ProviderReversal => ({
  id: reversal.id,
  transferId: idOf(reversal.transfer) ?? '',
  amount: reversal.amount,
  currency: reversal.currency,
  balanceTransactionId: idOf(reversal.balance_transaction),
  rowId: reversal.metadata?.vendor_transfer_id ?? null,
  createdAt: new Date(reversal.created * 1_000),
});

const idOf = (given: string | { id: string } | null | undefined): string | null =>
  typeof given === 'string' ? given : (given?.id ?? null);
