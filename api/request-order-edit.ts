/** What is asked of an edit: judged under the order's lock, with its stock, and applied at once where nothing stands in between. */
import { adjustStock, applyEdit } from '../db/apply-order-edit.ts';
import type { Executor } from '../db/database.ts';
import { uuidv7 } from '../db/ids.ts';
import { openBalance } from '../db/order-edit-balance.ts';
import {
  type EditBasis,
  type EditRow,
  type EditSnapshot,
  findEdit,
  insertEdit,
  readEditBasis,
  snapshotOf,
} from '../db/order-edits.ts';
import { appendOrderEvent } from '../db/order-events.ts';
import { insertJobs } from '../db/outbox.ts';
import { findSellable } from '../db/plan-prices.ts';
import { applyWish, type EditedLine, unitsOfEither } from '../domain/order-edits/apply-wish.ts';
import { type EditRefusal, refuseEdit, type Settlement, settle } from '../domain/order-edits/settlement.ts';
import { type PricingHooks, priceOrder, UnknownShippingMethodError } from '../domain/pricing.ts';
import { applyEdit as applyEditJob } from '../queues/apply-edit.ts';
import { makeJob } from '../queues/define-queue.ts';
import type { NewEditBody } from './order-edit-schemas.ts';
import { MAX_TOTAL } from './place-order.ts';
import { conflict, invalid, Problem } from './problem.ts';

export interface EditCaller {
  actor: string;
  /** The buyer, with the order's token: the address alone, and not the price. */
  isBuyer: boolean;
}

export interface PlannedEdit {
  order: EditBasis;
  before: EditSnapshot;
  after: EditSnapshot;
  difference: number;
  settlement: Settlement;
}

/**
 * What an edit comes to, with the units it needs reserved. Throws 400 for what makes no sense, 409 for an order that takes no edit
 * now, or not this one, and for stock that is short.
 */
export async function planEdit(
  tx: Executor,
  pricing: PricingHooks,
  orderId: string,
  body: NewEditBody,
  caller: EditCaller,
): Promise<PlannedEdit> {
  const order = await readEditBasis(tx, orderId);
  const refusal = refuseEdit(order);
  if (refusal) throw refused(refusal, order);
  if (caller.isBuyer) assertBuyers(body);
  const before = snapshotOf(order);
  const after = price(order, pricing, body, await editLines(tx, order, body));
  const settled = settle(order, after.totals.total);
  if ('refusal' in settled) throw refused(settled, order);
  if (caller.isBuyer && settled.difference !== 0)
    throw conflict('price_would_change', 'With this address the order costs something else: the shop changes it.');
  await reserve(tx, orderId, before, after);
  return { order, before, after, ...settled };
}

function assertBuyers({ add, change, remove, shipping_method }: NewEditBody): void {
  if (add.length + change.length + remove.length === 0 && shipping_method === undefined) return;
  const detail = 'With the order’s token the address is changed; a secret key changes the rest.';
  throw new Problem({ status: 403, code: 'secret_key_needed', detail });
}

async function editLines(tx: Executor, order: EditBasis, body: NewEditBody): Promise<EditedLine[]> {
  const skus = body.add.map(({ sku }) => sku);
  const sellable = skus.length > 0 ? await findSellable(tx, skus, order.currency) : new Map();
  const edited = applyWish(order.lines, body, sellable, uuidv7);
  if ('lines' in edited) return edited.lines;
  throw invalid(edited.errors);
}

/** Kept lines cost what they were sold for; shipping and tax are those of the order as it will be. */
function price(order: EditBasis, pricing: PricingHooks, body: NewEditBody, lines: EditedLine[]): EditSnapshot {
  const shipping_address = body.shipping_address
    ? (JSON.parse(JSON.stringify(body.shipping_address)) as Record<string, string>)
    : order.shipping_address;
  const shipping_method = body.shipping_method ?? order.shipping_method;
  const priced = lines.map((line) => ({
    ...{ variantId: line.variant_id, sku: line.sku, name: line.name, quantity: line.quantity },
    ...{ unitAmount: line.unit_amount, weightGrams: line.weight_grams },
  }));
  const country = shipping_address.country ?? '';
  const quote = { lines: priced, currency: order.currency, country, shippingMethod: shipping_method };
  const { subtotal, shipping, tax, total } = priceQuote(quote, pricing);
  const adjustment = order.adjustment_amount;
  return {
    lines,
    shipping_address,
    shipping_method,
    totals: { subtotal, shipping, tax, adjustment, total: total + adjustment },
  };
}

function priceQuote(quote: Parameters<typeof priceOrder>[0], pricing: PricingHooks) {
  try {
    const totals = priceOrder(quote, pricing);
    if (totals.total <= MAX_TOTAL) return totals;
  } catch (error) {
    if (error instanceof UnknownShippingMethodError)
      throw invalid([{ pointer: '/shipping_method', code: 'shipping_method_unknown', message: error.message }]);
    if (!(error instanceof RangeError)) throw error;
  }
  throw invalid([{ pointer: '/add', code: 'total_too_large', message: `The total passes ${MAX_TOTAL} minor units.` }]);
}

/** Until the edit is settled the order holds what either of its ends needs. */
async function reserve(tx: Executor, orderId: string, before: EditSnapshot, after: EditSnapshot): Promise<void> {
  const shortages = await adjustStock(tx, orderId, unitsOfEither(before.lines, after.lines));
  if (shortages.length > 0) throw conflict('out_of_stock', 'The stock for this edit is short.', { shortages });
}

function refused({ refusal, message, isTransient }: EditRefusal, order: EditBasis): Problem {
  const facts = {
    order_status: order.status,
    payment_status: order.payment_status,
    fulfillment_status: order.fulfillment_status,
  };
  if (!isTransient) return conflict(refusal, message, facts);
  return new Problem({ status: 409, code: refusal, detail: message, extra: facts, retryAfterSeconds: 1 });
}

/** Writes a planned edit: applied at once, or with the job or the order that it waits for. Returns it as it then stands. */
export async function writeEdit(
  tx: Executor,
  plan: PlannedEdit,
  body: NewEditBody,
  caller: EditCaller,
): Promise<EditRow> {
  const { order, before, after, difference, settlement } = plan;
  const id = uuidv7();
  const about = { actor: caller.actor, note: body.note ?? null };
  await insertEdit(tx, {
    id,
    orderId: order.id,
    status: 'pending',
    wish: body,
    before,
    after,
    difference,
    settlement,
    ...about,
  });
  const edit = (await findEdit(tx, id))!;
  if (settlement === 'balance') await openBalance(tx, edit);
  else if (settlement === 'intent') await askStripe(tx, edit);
  else await applyEdit(tx, edit, settlement);
  return (await findEdit(tx, id))!;
}

async function askStripe(tx: Executor, { id, order_id, difference_amount, currency }: EditRow): Promise<void> {
  const data = { edit_id: id, amount: difference_amount, currency };
  await appendOrderEvent(tx, order_id, 'order.edit_requested', data);
  await insertJobs(tx, [makeJob(applyEditJob, { order_id, edit_id: id, turn: 'asked' })]);
}
