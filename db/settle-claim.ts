/**
 * What is done about a claim: the same goods once more, or their money. All of it in the caller's transaction, which holds the locks
 * of the order and the claim; who finds the claim decided does nothing. Goods that are claimed of a replacement are refunded where they were paid for.
 */
import { planRefund, type RefundPlan, type RefundRefusal } from '../domain/refunds.ts';
import { tellClaimant } from './claim-news.ts';
import { type ClaimView, findClaim, moveClaim, tellClaim } from './claims.ts';
import { type Executor, statement } from './database.ts';
import { placeFollowOnOrder } from './follow-on-order.ts';
import { uuidv7 } from './ids.ts';
import { creditRefundable, giveBack } from './order-credits.ts';
import { insertRefundLines, type RefundBasis, readRefundBasis } from './refund-requests.ts';
import { refundableAmount } from './refunds.ts';

export type ClaimProblem =
  | RefundRefusal
  | { code: 'order_disputed' }
  | { code: 'payment_not_taken' }
  | { code: 'less_is_left'; wanted: number; refundable: number };

const REPLACEMENT_EXPIRY_SECONDS = 86_400;

const goods = statement(
  'goods_of_claim',
  `select l.variant_id as "variantId", l.sku, l.name, l.weight_grams as "weightGrams", c.quantity, 0 as "unitAmount"
   from claim_lines c join order_lines l on l.id = c.line_id where c.claim_id = $1 order by l.position`,
);
const take = statement(
  'take_claimed_units',
  `update order_lines l set refunded_quantity = l.refunded_quantity + $2 * c.quantity
   from claim_lines c where c.claim_id = $1 and l.id = c.line_id`,
);

export interface Reshipment {
  actor: string;
  /** Where the first parcel did not arrive, another address may help. */
  shippingAddress?: object | undefined;
  shippingMethod?: string | undefined;
}

/** Sends the claimed goods once more, by an order of their own that costs nothing. False: it was decided before. */
export async function reshipClaim(tx: Executor, id: string, { actor, ...to }: Reshipment): Promise<boolean> {
  const claim = (await findClaim(tx, id))!;
  if (claim.status !== 'requested') return false;
  const lines = await tx.rows<Parameters<typeof placeFollowOnOrder>[1]['lines'][number]>(goods, [id]);
  const order = await placeFollowOnOrder(tx, {
    ...to,
    parentId: claim.order_id,
    kind: 'replacement',
    lines,
    totals: { subtotal: 0, shipping: 0, tax: 0, total: 0 },
    expirySeconds: REPLACEMENT_EXPIRY_SECONDS,
    metadata: { claim: claim.number },
  });
  await tx.rows(take, [id, 1]);
  await moveClaim(tx, id, 'reshipped', { replacement_order_id: order.id, decided_at: new Date() });
  await tellClaim(tx, claim, { type: 'reshipped', actor, data: { order_id: order.id, order_number: order.number } });
  await tellClaimant(tx, 'claim.reshipped', claim, { outcome: 'reshipped', replacementNumber: order.number });
  return true;
}

export interface ClaimRefund {
  actor: string;
  /** Instead of what the goods were sold for, tax included. */
  amount?: number | undefined;
  /** Whether the delivery is given back too; undefined: when all of the order is claimed. */
  shipping?: boolean | undefined;
}

/** Gives the money of the claimed goods back. A problem changes nothing; undefined: done, or decided before. */
export async function refundClaim(tx: Executor, id: string, wish: ClaimRefund): Promise<ClaimProblem | undefined> {
  const claim = (await findClaim(tx, id))!;
  if (claim.status !== 'requested' && claim.status !== 'reshipped') return undefined;
  const paid = await paidGoods(tx, claim);
  const plan = planClaimRefund(paid, wish);
  if ('code' in plan) return plan;
  const problem = await judgeMoney(tx, paid, plan.amount);
  if (problem) return problem;
  const made = await giveBack(tx, {
    id: uuidv7(),
    orderId: paid.orderId,
    cause: `claim/${id}`,
    amount: plan.amount,
    shippingAmount: plan.shippingAmount,
    reason: 'requested_by_customer',
    note: claim.number,
  });
  if (!made) return { code: 'less_is_left', wanted: plan.amount, refundable: await left(tx, paid.orderId) };
  const [refundId] = made;
  if (paid.isOwn && claim.status === 'reshipped') await tx.rows(take, [id, -1]);
  if (paid.isOwn) await insertRefundLines(tx, refundId, plan.lines);
  else if (claim.status === 'requested') await tx.rows(take, [id, 1]);
  await noteLines(tx, id, paid.isOwn ? plan.lines : []);
  await moveClaim(tx, id, 'refunded', { refund_id: refundId, amount: plan.amount, decided_at: new Date() });
  const data = { refund_id: refundId, amount: plan.amount, currency: claim.currency };
  await tellClaim(tx, claim, { type: 'refunded', actor: wish.actor, data });
  await tellClaimant(tx, 'claim.refunded', claim, {
    outcome: 'refunded',
    refund: { amount: plan.amount, currency: claim.currency },
  });
  return undefined;
}

/** Of which order's money claimed goods were paid: of their own, or of the one that their order replaces. */
interface PaidGoods {
  orderId: string;
  isOwn: boolean;
  basis: RefundBasis;
  lines: { lineId: string; quantity: number }[];
}

const origin = statement(
  'origin_of_replacement',
  `select c.id, c.order_id from claims c where c.replacement_order_id = $1 and c.status = 'reshipped'`,
);
const sameGoods = statement(
  'goods_that_were_replaced',
  `select first.line_id as "lineId", least(first.quantity, now.quantity)::integer as quantity
   from claim_lines now join order_lines l on l.id = now.line_id
   join claim_lines first on first.claim_id = $2 join order_lines sold on sold.id = first.line_id and sold.variant_id = l.variant_id
   where now.claim_id = $1`,
);
const lockMoney = statement('lock_order_of_origin', 'select 1 from orders where id = $1 for no key update');

async function paidGoods(tx: Executor, claim: ClaimView): Promise<PaidGoods> {
  let orderId = claim.order_id;
  let lines = claim.lines.map((line) => ({ lineId: line.line_id, quantity: line.quantity }));
  for (;;) {
    const [first] = await tx.rows<{ id: string; order_id: string }>(origin, [orderId]);
    if (!first) break;
    lines = await tx.rows<(typeof lines)[number]>(sameGoods, [claim.id, first.id]);
    orderId = first.order_id;
    await tx.rows(lockMoney, [orderId]);
  }
  const isOwn = orderId === claim.order_id;
  const basis = await readRefundBasis(tx, orderId);
  return {
    orderId,
    isOwn,
    lines,
    basis: isOwn && claim.status === 'requested' ? basis : asUnreplaced(basis, lines),
  };
}

/** Its units count as given back already, since they were sent once more: what they are worth is asked as if they did not. */
function asUnreplaced(basis: RefundBasis, lines: PaidGoods['lines']): RefundBasis {
  const units = new Map(lines.map((line) => [line.lineId, line.quantity]));
  const back = basis.lines.map((line) => ({
    ...line,
    refunded_quantity: Math.max(0, line.refunded_quantity - (units.get(line.id) ?? 0)),
  }));
  return { ...basis, lines: back };
}

function planClaimRefund({ basis, lines }: PaidGoods, wish: ClaimRefund): RefundPlan | RefundRefusal {
  const claimed = new Map(lines.map((line) => [line.lineId, line.quantity]));
  const isAll = basis.lines.every((line) => line.refunded_quantity + (claimed.get(line.id) ?? 0) >= line.quantity);
  const shipping = (wish.shipping ?? isAll) && !basis.shipping_refunded && basis.shipping_amount > 0;
  const order = {
    currency: basis.currency,
    shippingAmount: basis.shipping_amount,
    taxAmount: basis.tax_amount,
    shippingRefunded: basis.shipping_refunded,
    refundable: Number.MAX_SAFE_INTEGER,
    lines: basis.lines,
  };
  return planRefund(order, { lines, amount: wish.amount, shipping });
}

const left = async (tx: Executor, orderId: string) =>
  (await refundableAmount(tx, orderId)) + (await creditRefundable(tx, orderId));

async function judgeMoney(
  tx: Executor,
  { orderId, basis }: PaidGoods,
  wanted: number,
): Promise<ClaimProblem | undefined> {
  if (basis.payment_status !== 'succeeded') return { code: 'payment_not_taken' };
  if (basis.dispute_status === 'open') return { code: 'order_disputed' };
  const refundable = await left(tx, orderId);
  return wanted > refundable ? { code: 'less_is_left', wanted, refundable } : undefined;
}

const note = statement(
  'note_claim_line_amounts',
  `update claim_lines l set amount = i.amount from jsonb_to_recordset($2::jsonb) as i ("lineId" uuid, amount bigint)
   where l.claim_id = $1 and l.line_id = i."lineId"`,
);

async function noteLines(tx: Executor, id: string, lines: RefundPlan['lines']): Promise<void> {
  if (lines.length > 0) await tx.rows(note, [id, JSON.stringify(lines)]);
}
