/** What customers are told of their claims. */
import type { CustomerEvent } from '../domain/messages/routes.ts';
import type { ClaimView } from './claims.ts';
import type { Executor } from './database.ts';
import { tell } from './tell.ts';

type ClaimEvent = Extract<CustomerEvent, `claim.${string}`>;

/** Tells the customer once of each step. */
export async function tellClaimant(
  tx: Executor,
  event: ClaimEvent,
  claim: ClaimView,
  data: object = {},
): Promise<void> {
  const items = claim.lines.map(({ name, sku, quantity }) => ({ name: name || sku, sku, quantity }));
  await tell(tx, {
    event,
    orderId: claim.order_id,
    cause: `${event}/${claim.id}`,
    email: claim.customer_email,
    data: { claimNumber: claim.number, items, ...data },
  });
}
