/** What may be asked back of an order: judged by the terms of each line, under the order's lock, and refused in clear words. */
import type { Executor } from '../db/database.ts';
import { quoteExchange } from '../db/exchanges.ts';
import { uuidv7 } from '../db/ids.ts';
import { findOrder } from '../db/orders.ts';
import { insertJobs } from '../db/outbox.ts';
import { tellCustomer } from '../db/return-news.ts';
import { readReturnable } from '../db/return-units.ts';
import { findReturn, insertReturn, type ReturnView, tellReturn } from '../db/returns.ts';
import type { ExchangeQuote } from '../domain/exchanges/settle-exchange.ts';
import type { PricingHooks } from '../domain/pricing.ts';
import {
  isAutoApproved,
  judgeWish,
  payerOf,
  type ReturnableLine,
  type ReturnRefusal,
  returnableUnits,
} from '../domain/returns/judge-request.ts';
import type { ReturnReason } from '../domain/returns/terms.ts';
import { advanceReturn } from '../queues/advance-return.ts';
import { makeJob } from '../queues/define-queue.ts';
import { assignUnits } from './assign-units.ts';
import { approveReturn } from './change-return.ts';
import { invalid, Problem } from './problem.ts';
import type { NewReturnBody } from './return-bodies.ts';

export interface ReturnCaller {
  /** The key's id, or `customer`. */
  actor: string;
  askedBy: 'customer' | 'shop';
}

interface LineWish {
  lineId: string;
  quantity: number;
  reason: ReturnReason;
  note: string | null;
  pointer: string;
}

/** Writes a return, approved at once where its terms say so. The caller holds the order's lock. Returns its id. */
export async function requestReturn(
  tx: Executor,
  orderId: string,
  body: NewReturnBody,
  caller: ReturnCaller,
  pricing: Pick<PricingHooks, 'tax'>,
) {
  const lines = await readReturnable(tx, orderId);
  const wishes = assignUnits(lines, body.lines, returnableUnits).map(({ wish: { reason, note = null }, ...units }) => ({
    ...units,
    reason,
    note,
  }));
  assertPossible(lines, wishes, body.override && caller.askedBy === 'shop');
  const termsOf = new Map(lines.map((line) => [line.id, line.terms]));
  const asked = wishes.map(({ pointer: _of, ...wish }) => ({ ...wish, terms: termsOf.get(wish.lineId)! }));
  const id = uuidv7();
  await insertReturn(tx, {
    id,
    orderId,
    resolution: body.resolution,
    exchangeLines: body.exchange_lines ?? null,
    exchangeQuote: body.exchange_lines ? await quote(tx, orderId, body.exchange_lines, pricing) : null,
    askedBy: caller.askedBy,
    note: body.note ?? null,
    way: body.way,
    wayBack: payerOf(asked),
    address: asked.find(({ terms }) => terms.address)?.terms.address ?? null,
    lines: asked,
  });
  const ret = (await findReturn(tx, id))!;
  await tellReturn(tx, ret, { type: 'requested', actor: caller.actor, data: { lines: summary(ret) } });
  if (isAutoApproved(asked)) await approveReturn(tx, id, {}, 'policy');
  else await announce(tx, ret);
  return id;
}

/** What is wanted instead, at today's prices. Throws 400 for what is not sold. */
async function quote(
  tx: Executor,
  orderId: string,
  lines: NonNullable<NewReturnBody['exchange_lines']>,
  pricing: Pick<PricingHooks, 'tax'>,
): Promise<ExchangeQuote> {
  const { currency, shipping_address, shipping_method: shippingMethod } = (await findOrder(tx, orderId))!;
  const wish = { lines, currency, country: shipping_address.country ?? '', shippingMethod };
  const quoted = await quoteExchange(tx, wish, pricing);
  if (!Array.isArray(quoted)) return quoted;
  const words = { sku_unknown: 'is not sold here', price_missing: `has no price in ${currency}` };
  throw invalid(
    quoted.map(({ index, code, sku }) => ({
      pointer: `/exchange_lines/${index}/sku`,
      code,
      message: `${sku} ${words[code]}.`,
    })),
  );
}

async function announce(tx: Executor, ret: ReturnView): Promise<void> {
  await tellCustomer(tx, 'return.requested', ret);
  const { order_id, id, version } = ret;
  await insertJobs(tx, [makeJob(advanceReturn, { order_id, return_id: id, version })]);
}

const summary = ({ lines }: ReturnView) => lines.map(({ sku, quantity, reason }) => ({ sku, quantity, reason }));

function assertPossible(lines: readonly ReturnableLine[], wishes: readonly LineWish[], isOverride: boolean): void {
  const byId = new Map(lines.map((line) => [line.id, line]));
  const now = new Date();
  const refused = wishes.flatMap((wish) => {
    const refusal = judgeWish(byId.get(wish.lineId)!, wish, now, isOverride);
    return refusal ? [{ refusal, wish }] : [];
  });
  if (refused.length === 0) return;
  const errors = refused.map(({ refusal, wish }) => ({
    pointer: wish.pointer,
    code: refusal.code,
    message: sentence(refusal),
  }));
  throw new Problem({
    status: 409,
    code: 'return_not_possible',
    detail: errors.length === 1 ? errors[0]!.message : `${errors.length} lines cannot come back.`,
    errors,
    extra: { lines: refused.map(({ refusal, wish }) => ({ line_id: wish.lineId, ...refusal })) },
  });
}

function sentence(refusal: ReturnRefusal): string {
  const { sku } = refusal;
  switch (refusal.code) {
    case 'not_sent':
      return `${sku} has not been sent yet; cancel or edit the order instead.`;
    case 'window_over':
      return `${sku} could come back until ${refusal.until}.`;
    case 'final_sale':
      return `${sku} was sold for good: it comes back only when it is our fault.`;
    case 'reason_not_taken':
      return `${sku} comes back only for one of: ${refusal.reasons.join(', ')}.`;
    case 'units_exceeded':
      return `Of ${sku}, ${refusal.returnable} unit(s) can still come back.`;
  }
}
