import type { Sandbox } from '../context.ts';
import { badParam } from '../errors.ts';
import * as p from '../params.ts';
import { buildInvoiceItem, insertInvoiceItem } from './invoice-item-rows.ts';
import { pricingOf } from './lines.ts';
import { amountOf, buildPrice, getPrice, insertPrice } from './price-rows.ts';
import { getProduct, nameOf } from './product-rows.ts';
import type { addInvoiceItem } from './subscription-params.ts';
import type { InvoiceItem, Price, Subscription } from './types.ts';

type Added = ReturnType<typeof addInvoiceItem>;

/** Items that are billed once, with a subscription's next invoice. */
export function insertAddedItems(sandbox: Sandbox, subscription: Subscription, added: Added[] | undefined): void {
  added?.forEach((given, i) => {
    const name = `add_invoice_items[${i}]`;
    const { quantity = 1 } = given;
    const price = linePrice(sandbox, given, name, true);
    const now = sandbox.now();
    insertInvoiceItem(
      sandbox,
      buildInvoiceItem(sandbox, {
        amount: amountOf(price, quantity),
        currency: price.currency,
        customer: subscription.customer,
        description: nameOf(sandbox, price),
        discountable: given.discountable ?? true,
        metadata: p.mergeMetadata({}, given.metadata),
        parent: ofSubscription(subscription.id),
        period: { end: now, start: now },
        pricing: pricingOf(price),
        quantity,
      }),
    );
  });
}

export const ofSubscription = (subscription: string): InvoiceItem['parent'] => ({
  subscription_details: { subscription },
  type: 'subscription_details',
});

interface GivenPrice {
  price?: string | undefined;
  price_data?:
    | { currency: string; product: string; unit_amount?: number | undefined; unit_amount_decimal?: string | undefined }
    | undefined;
}

/** The price of a single line: one that is named, or made of what was said about it. */
export function linePrice(
  sandbox: Sandbox,
  { price, price_data: data }: GivenPrice,
  name: string,
  keep: boolean,
): Price {
  if (price) {
    const found = getPrice(sandbox, price, `${name}[price]`);
    if (!found.recurring) return found;
    throw badParam(
      'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
      `${name}[price]`,
    );
  }
  if (!data) throw badParam(`Missing required param: ${name}[price].`, `${name}[price]`, 'parameter_missing');
  getProduct(sandbox, data.product, `${name}[price_data][product]`);
  const built = buildPrice(sandbox, data.product, { ...data, active: false });
  return keep ? insertPrice(sandbox, built) : built;
}
