/** Places an order, pays it and shows what happens to it until it is delivered. In a browser use a publishable key. */
import type { Order, OrderEvent, Stockroom } from '../index.ts';

export async function placeAndFollow(
  stockroom: Stockroom,
  sku: string,
  show: (event: OrderEvent) => void,
): Promise<Order> {
  const { id, order_token: orderToken } = await stockroom.orders.create(
    {
      customer: { email: 'ada@example.com', name: 'Ada Example' },
      lines: [{ sku, quantity: 1 }],
      currency: 'usd',
      shipping_address: { line1: '1 Main Street', city: 'Springfield', postal_code: '12345', country: 'US' },
      payment: { payment_method: 'pm_card_visa', confirm: true },
    },
    { waitSeconds: 10 },
  );
  for await (const event of stockroom.followOrder(id, { orderToken })) show(event);
  return stockroom.orders.read(id, { orderToken });
}
