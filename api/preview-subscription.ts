/** POST /v1/subscriptions/{id}/preview: what a change would come to. Moves nothing. */
import { findKnownProducts, noteProduct } from '../db/billing-products.ts';
import type { Database } from '../db/database.ts';
import { findLiveLines } from '../db/subscription-lines.ts';
import { itemChanges, productOf } from '../domain/subscriptions/items.ts';
import type { Plan } from '../domain/subscriptions/plan.ts';
import type { BillingProvider } from '../providers/billing.ts';
import { toPlanChange } from './change-subscription.ts';
import { ask } from './customers.ts';
import { conflict } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import { subscriptionChange, subscriptionHeaders, subscriptionPreview } from './subscription-schemas.ts';
import { renderPreview } from './subscription-views.ts';
import { getSubscription, type SubscriptionDeps, tag } from './subscriptions.ts';

export interface PreviewDeps extends SubscriptionDeps {
  billing: BillingProvider;
}

export function previewRoute(deps: PreviewDeps): Route {
  const { db, billing } = deps;
  return defineRoute({
    method: 'post',
    path: '/v1/subscriptions/{id}/preview',
    tag,
    summary: 'See what a change would come to, without making it',
    description: 'Takes what `PATCH` takes. Stripe is asked for the next invoice as it would be, with its prorations.',
    scope: 'subscriptions:write',
    params: uuidParams,
    body: subscriptionChange,
    requestHeaders: subscriptionHeaders,
    responses: { 200: { description: 'The plan and the next invoice', schema: subscriptionPreview } },
    async handle(call) {
      const row = await getSubscription(deps, call);
      const at = row.provider_id;
      if (!at || row.ended_at) throw conflict('subscription_not_running', 'Stripe bills nothing for it.');
      const { wish } = await toPlanChange(db, deps, row, call.body);
      const lines = await findLiveLines(db, [row.id]);
      const items = lines.flatMap(({ id, provider_item_id: item, variant_id: variantId, kind, ...line }) =>
        item
          ? {
              ...{ id: item, lineId: id, productId: productOf({ kind, variantId }) },
              ...{ quantity: line.quantity, unitAmount: line.unit_amount },
              ...{ intervalUnit: row.interval_unit, intervalCount: row.interval_count },
            }
          : [],
      );
      const coupon = wish.setsCoupon ? (wish.plan.coupon ?? '') : undefined;
      const update = { ...itemChanges(wish.plan, items), proration: wish.proration, coupon };
      const preview = await ask(async () => {
        await makeProducts(db, billing, wish.plan);
        return billing.previewUpdate(at, update);
      });
      return { status: 200, body: renderPreview(wish.plan, preview) };
    },
  });
}

/** A previewed item names a product, which must be there. */
async function makeProducts(db: Database, billing: BillingProvider, { lines }: Plan): Promise<void> {
  const names = new Map(lines.map((line) => [productOf(line), line.name]));
  const known = await findKnownProducts(db, [...names.keys()]);
  for (const [id, name] of names) {
    if (known.has(id)) continue;
    await billing.ensureProduct(id, name);
    await noteProduct(db, id);
  }
}
