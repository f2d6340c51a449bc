import { describe, expect, it } from '@jest/globals';
import { BAD_ENDS, deliveryRank, STATUS_OF_EVENT } from './delivery.ts';
import { escapeHtml, safeUrl } from './layout.ts';
import { MESSAGE_TEMPLATES, type OrderView } from './order-view.ts';
import { renderMessage } from './render-message.ts';

const order: OrderView = {
  id: '0190b1d2-0000-7000-8000-000000000001',
  number: 'ORD-100001',
  currency: 'usd',
  customerName: 'Ada',
  subtotalAmount: 3998,
  shippingAmount: 600,
  taxAmount: 0,
  totalAmount: 4598,
  shippingAddress: { name: 'Ada', line1: '1 Long Lane', city: 'Leeds', postal_code: 'LS1', country: 'GB' },
  billingAddress: null,
  statusReason: null,
  shortages: [],
  placedAt: '2026-01-01T00:00:00Z',
  lines: [{ sku: 'MUG-1', name: 'Stone mug', quantity: 2, unitAmount: 1999, totalAmount: 3998 }],
  shipment: null,
  refund: null,
  payment: null,
  data: {},
};
const view = (changes: Partial<OrderView> = {}) => ({
  shopName: 'Corner & Co',
  orderUrl: 'https://shop.example/orders/1?token=t&x=1',
  order: { ...order, ...changes },
});

describe('the messages', () => {
  const aboutOrders = MESSAGE_TEMPLATES.filter((template) => template !== 'reconciliation-summary');
  it.each(aboutOrders)('%s has a subject, a text and an HTML part that name the order', (template) => {
    const { subject, text, html } = renderMessage(template, view());
    expect(subject).toContain('ORD-100001');
    expect(text).toContain('ORD-100001');
    expect(html).toMatch(/^<!doctype html>/);
    expect(text).not.toContain('<');
    expect(text + html).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it('tells finance what is open, with amounts in their own currencies', () => {
    const found = { code: 'fee_differs', subject: 'ch_1', amount: 1_500, currency: 'jpy', explanation: 'They differ.' };
    const amounts = [{ currency: 'usd', amount: 1999 }];
    const data = {
      day: '2026-03-01',
      open: 2,
      amounts,
      codes: [{ code: 'fee_differs', findings: 2 }],
      greatest: [found],
    };
    const { subject, text } = renderMessage('reconciliation-summary', { ...view({ number: '', data }), orderUrl: '' });
    expect(subject).toBe('Reconciliation 2026-03-01: 2 open finding(s)');
    for (const fact of ['Not explained, USD: $19.99', 'fee differs: 2', 'ch_1', 'They differ.', '¥1,500'])
      expect(text).toContain(fact);
    expect(text).not.toMatch(/undefined|null|because of order/);
  });

  it('shows lines and totals on the receipt in both parts', () => {
    const { text, html } = renderMessage('order-confirmation', view());
    for (const part of [text, html]) {
      for (const fact of ['Stone mug', '2 × $19.99', '$39.98', '$6.00', '$45.98', '1 Long Lane']) {
        expect(part).toContain(fact);
      }
    }
  });

  it.each([
    ['jpy', 4598, '¥4,598'],
    ['kwd', 12345, '12.345'],
    ['eur', 5, '€0.05'],
  ])('writes %s with its own decimals', (currency, totalAmount, shown) => {
    const { text } = renderMessage('order-confirmation', view({ currency, totalAmount }));
    expect(text.replaceAll('\u00a0', ' ')).toMatch(new RegExp(`Total: .*${shown.replaceAll('.', '\\.')}`));
    if (currency === 'jpy') expect(text).not.toMatch(/¥[\d,]+\.\d/);
  });

  it('escapes whatever the customer or the catalogue wrote', () => {
    const hostile = '<script>alert(1)</script>"\'&';
    for (const template of MESSAGE_TEMPLATES) {
      const { html } = renderMessage(
        template,
        view({
          customerName: hostile,
          statusReason: hostile,
          shippingAddress: { name: hostile, line1: '"><img src=x onerror=alert(1)>' },
          lines: [{ sku: hostile, name: hostile, quantity: 1, unitAmount: 1, totalAmount: 1 }],
          shortages: [{ sku: hostile, requested: 2, available: 0 }],
          shipment: { carrier: hostile, trackingNumber: hostile, trackingUrl: 'javascript:alert(1)' },
          payment: { error: hostile, actionUrl: 'javascript:alert(1)' },
        }),
      );
      expect(html).not.toMatch(/<script|<img|javascript:/);
    }
  });

  it('keeps a name with line breaks from writing lines of its own', () => {
    const { text } = renderMessage(
      'canceled',
      view({ customerName: 'Eve\r\n\r\nYou won: https://evil.example\u2028x' }),
    );
    expect(text).not.toMatch(/^You won/m);
    expect(renderMessage('canceled', view({ customerName: null })).text).toContain('Hello, order ORD-100001');
  });

  it('links to pay again, to confirm, and to the parcel, and falls back to the order', () => {
    const failed = renderMessage(
      'payment-failed',
      view({ payment: { error: 'Your card was declined.', actionUrl: null } }),
    );
    expect(failed.html).toContain('href="https://shop.example/orders/1?token=t&amp;x=1"');
    expect(failed.text).toContain('Pay again: https://shop.example/orders/1?token=t&x=1');
    expect(failed.text).toContain('Your card was declined.');
    const shipment = { carrier: 'Parcel', trackingNumber: 'TRK1', trackingUrl: 'https://carrier.example/TRK1' };
    const shipped = renderMessage('shipped', view({ shipment }));
    expect(shipped.text).toContain('Track your parcel: https://carrier.example/TRK1');
    expect(renderMessage('shipped', view()).text).toContain('Track your parcel: https://shop.example/orders/1');
    const action = renderMessage(
      'payment-action-required',
      view({ payment: { error: null, actionUrl: 'https://3ds.example/a' } }),
    );
    expect(action.text).toContain('https://3ds.example/a');
  });

  it.each([
    ['expired', 'It was not paid in time.'],
    ['Changed my mind', 'Reason: Changed my mind'],
  ])('tells why an order was canceled: %s', (reason, told) => {
    expect(renderMessage('canceled', view({ data: { reason } })).text).toContain(told);
    expect(renderMessage('canceled', view({ statusReason: reason })).text).toContain(told);
  });

  it('keeps codes that mean nothing to a customer to itself', () => {
    for (const reason of ['risk_review', 'payment_refused: amount_too_small', 'constructor']) {
      expect(renderMessage('canceled', view({ data: { reason } })).text).not.toContain(reason);
    }
  });

  it('tells the refunded amount and what was short', () => {
    expect(renderMessage('refunded', view({ refund: { amount: 500, currency: 'jpy' } })).text).toContain('¥500');
    const short = renderMessage('out-of-stock', view({ shortages: [{ sku: 'MUG-1', requested: 2, available: 1 }] }));
    expect(short.text).toContain('Stone mug (MUG-1): 2 wanted, 1 left');
    expect(short.text).toContain('Nothing was charged.');
  });
});

it('a notice about no order names none', () => {
  const data = {
    kind: 'webhook_endpoint_paused',
    endpoint: 'e1',
    url: 'https://shop.example/',
    reason: 'It answered 500.',
  };
  const none = { number: null, data } as unknown as OrderView;
  const { subject, text } = renderMessage('operations-notice', { shopName: 'Corner', orderUrl: '', order: none });
  expect(subject).toBe('A webhook endpoint was paused');
  expect(text).toContain('It answered 500.');
  expect(text).not.toMatch(/order null|Order null|undefined/);
});

it('escapes all five characters and lets only web links through', () => {
  expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;');
  expect(safeUrl('HTTPS://a.example/b?c=d')).toBe('HTTPS://a.example/b?c=d');
  for (const bad of [null, undefined, '', 'data:text/html,x', ' https://a', 'https://a" onclick="x']) {
    expect(safeUrl(bad)).toBeUndefined();
  }
});

describe('what an event proves', () => {
  it('is a status that a message has after it was handed to the provider', () => {
    const accepted = deliveryRank.indexOf('accepted');
    for (const status of Object.values(STATUS_OF_EVENT))
      expect(deliveryRank.indexOf(status)).toBeGreaterThanOrEqual(accepted);
    expect(Object.keys(STATUS_OF_EVENT)).toEqual(['processed', 'delivered', 'dropped', 'bounce']);
  });

  it('ranks so that any order of the same events ends alike, and a bad end is the last word', () => {
    expect(deliveryRank.indexOf('accepted')).toBeGreaterThan(deliveryRank.indexOf('uncertain'));
    expect(deliveryRank.indexOf('delivered')).toBeGreaterThan(deliveryRank.indexOf('accepted'));
    expect(deliveryRank.slice(-BAD_ENDS.length)).toEqual(BAD_ENDS);
  });
});
