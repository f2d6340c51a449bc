import { describe, expect, it } from '@jest/globals';
import { escapeHtml, oneLine, safeUrl } from './escape.ts';
import { LANGUAGES } from './locales.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate, type OrderView } from './order-view.ts';
import { type MessageView, renderEmail, renderShort } from './render.ts';
import { SAMPLES } from './samples.ts';
import { segmentsOf, septetsOf } from './text-message.ts';

const { order } = SAMPLES['order-confirmation'];
const view = (changes: Partial<OrderView<object>> = {}): MessageView => ({
  shopName: 'Corner & Co',
  orderUrl: 'https://shop.example/orders/1?token=t&x=1',
  order: { ...order, ...changes },
});
const mail = (template: MessageTemplate, of: MessageView, locale = 'en') => renderEmail(template, of, locale);
const sampleOf = (template: MessageTemplate): MessageView => SAMPLES[template];

describe('a digest', () => {
  it('says of what is sold out that it is, not what it costs', () => {
    const { text } = mail('digest', sampleOf('digest'));
    expect(text).toContain('Linen kitchen towel at Kettle & Clay: sold out.');
    expect(text).toContain('Stoneware mug, speckled white costs £16.50 at Kettle & Clay, €19.00 with us.');
  });
});

describe('the messages', () => {
  const everywhere = LANGUAGES.flatMap((language) =>
    MESSAGE_TEMPLATES.map((template) => [template, language] as const),
  );
  it.each(everywhere)(
    '%s in %s: every word of the HTML is in the text, and nothing is left open',
    (template, language) => {
      const { subject, preheader, text, html, version } = mail(template, sampleOf(template), language);
      expect(html).toContain(`lang="${language}-`);
      expect(html.startsWith('<!doctype html>')).toBe(true);
      expect([subject, preheader, version].every(Boolean)).toBe(true);
      expect(subject + preheader + text).not.toMatch(/undefined|null|NaN|\[object|[{}<>]/);
      const flat = text.replaceAll(/\s+/g, ' ');
      for (const said of wordsOf(html)) expect(flat).toContain(said);
      for (const [, url] of html.matchAll(/href="([^"]+)"/g)) expect(text).toContain(url!.replaceAll('&amp;', '&'));
    },
  );

  it.each(MESSAGE_TEMPLATES)('%s can be said of a row that has no data', (template) => {
    const bare = { ...order, customerName: null, data: {} };
    for (const { order: each } of [{ order: bare }, { order: { data: {} } as OrderView<object> }]) {
      if (each.number === undefined && template in aboutOrders) continue;
      const { subject, text } = mail(template, { ...view(), order: each });
      expect(subject + text).not.toMatch(/undefined|null|NaN/);
      expect(renderShort(template, { ...view(), order: each }, 'en').body).not.toMatch(/undefined|null|NaN/);
    }
  });

  it.each(everywhere)(
    '%s in %s: a few words are one text message, and one or two in Japanese',
    (template, language) => {
      const { title, body, url } = renderShort(template, sampleOf(template), language);
      expect(title).not.toMatch(/undefined|null|NaN/);
      expect(body).toMatch(/^Corner & Co[:：] ?\S/);
      expect(body).not.toMatch(/undefined|null|NaN/);
      expect(safeUrl(url) ?? null).toBe(url);
      if (language === 'ja') expect(segmentsOf(body)).toBeLessThanOrEqual(2);
      else expect(septetsOf(body) ?? body).toBeLessThanOrEqual(160);
    },
  );

  it('cuts what would be more than a text message, at a whole character', () => {
    const long = { ...sampleOf('shipped'), shopName: 'Wörterbuch '.repeat(30) };
    expect(renderShort('shipped', long as MessageView<'shipped'>, 'de').body).toMatch(/^Wörterbuch .*\.\.\.$/);
    expect(septetsOf(renderShort('shipped', long as MessageView<'shipped'>, 'de').body)).toBeLessThanOrEqual(160);
    const wide = { ...sampleOf('shipped'), shopName: '🛒'.repeat(200) };
    const { body } = renderShort('shipped', wide as MessageView<'shipped'>, 'ja');
    expect([body.length <= 134, body.isWellFormed(), body.endsWith('…')]).toEqual([true, true, true]);
  });

  it.each(MESSAGE_TEMPLATES)('%s stays far below what Gmail cuts off', (template) => {
    expect(Buffer.byteLength(mail(template, sampleOf(template)).html)).toBeLessThan(25_000);
  });

  it('of many lines is cut off by no mailbox', () => {
    const line = { sku: 'S'.repeat(64), name: 'Ä'.repeat(200), quantity: 3, unitAmount: 1_999, totalAmount: 5_997 };
    const { html } = mail('order-confirmation', view({ lines: Array.from({ length: 100 }, () => line) }));
    expect(Buffer.byteLength(html)).toBeLessThan(102_000);
    const sample = SAMPLES.digest;
    const items = Array.from({ length: 50 }, () => sample.order.data.items![0]!);
    const many = { ...sample, order: { ...sample.order, data: { ...sample.order.data, items } } };
    expect(Buffer.byteLength(mail('digest', many).html)).toBeLessThan(102_000);
  });

  it('tells finance what is open, with amounts in their own currencies', () => {
    const found = { code: 'fee_differs', subject: 'ch_1', amount: 1_500, currency: 'jpy', explanation: 'They differ.' };
    const amounts = [{ currency: 'usd', amount: 1999 }];
    const codes = [{ code: 'fee_differs', findings: 2 }];
    const data = { day: '2026-03-01', open: 2, amounts, codes, greatest: [found] };
    const { subject, text } = mail('reconciliation-summary', { ...view({ number: '', data }), orderUrl: '' }, 'en');
    expect(subject).toBe('Reconciliation March 1, 2026: 2 open findings');
    for (const fact of ['Not explained, USD: $19.99', 'Fee differs: 2', 'ch_1', 'They differ.', '¥1,500'])
      expect(text).toContain(fact);
    expect(text).not.toContain('because of order');
  });

  it('shows lines, totals, addresses and the day of the order on the receipt', () => {
    const { text } = mail('order-confirmation', sampleOf('order-confirmation'));
    const facts = ['Stoneware mug', '2 × €19.00', '€38.00', '€4.90', 'Tax: €15.72', 'Total: €98.52', 'March 14, 2026'];
    for (const fact of [...facts, 'Ships to\nAda', '10969 Berlin', 'Billed to\nAda', 'LS1 4AP'])
      expect(text).toContain(fact);
  });

  it.each([
    ['jpy', 4598, '¥4,598'],
    ['kwd', 12345, '12.345'],
    ['eur', 5, '€0.05'],
  ])('writes %s with its own decimals', (currency, totalAmount, shown) => {
    const { text } = mail('order-confirmation', view({ currency, totalAmount }));
    expect(text.replaceAll('\u00a0', ' ')).toMatch(new RegExp(`Total: .*${shown.replaceAll('.', '\\.')}`));
    if (currency === 'jpy') expect(text).not.toMatch(/¥[\d,]+\.\d/);
  });

  it('says what was taken when it is less than the total', () => {
    const { text } = mail('order-confirmation', view({ data: { captured: 500 } }));
    expect(text).toContain('Charged: €5.00');
  });

  it.each(MESSAGE_TEMPLATES)('%s escapes whatever strangers wrote', (template) => {
    const sample = hostile(sampleOf(template)) as MessageView;
    const { html, text, subject } = mail(template, sample);
    expect(/<script|<img|javascript:/.exec(html)).toBeNull();
    expect(/^You won|javascript:/m.exec(text)).toBeNull();
    expect(subject).not.toMatch(/[\r\n]/);
    expect(JSON.stringify(renderShort(template, sample, 'en'))).not.toMatch(/javascript:|\\n/);
  });

  it('greets without a name when there is none', () => {
    expect(mail('canceled', view({ customerName: null })).text).toContain('Hello,\n\nOrder ORD-100042');
  });

  it('links to pay again, to confirm, and to the parcel, and falls back to the order', () => {
    const payment = { error: 'Your card was declined.', actionUrl: null };
    const failed = mail('payment-failed', view({ payment }));
    expect(failed.html).toContain('href="https://shop.example/orders/1?token=t&amp;x=1"');
    expect(failed.text).toContain('Pay again: https://shop.example/orders/1?token=t&x=1');
    expect(failed.text).toContain('Your card was declined.');
    const shipment = { carrier: 'Parcel', trackingNumber: 'TRK1', trackingUrl: 'https://carrier.example/TRK1' };
    const shipped = mail('shipped', view({ shipment }));
    expect(shipped.text).toContain('Track your parcel: https://carrier.example/TRK1');
    expect(mail('shipped', view()).text).toContain('Track your parcel: https://shop.example/orders/1');
    const asked = view({ payment: { error: null, actionUrl: 'https://3ds.example/a' } });
    expect(mail('payment-action-required', asked).text).toContain('https://3ds.example/a');
  });

  it.each([
    ['expired', 'It was not paid in time.'],
    ['Changed my mind', 'Reason\nChanged my mind'],
  ])('tells why an order was canceled: %s', (reason, told) => {
    expect(mail('canceled', view({ data: { reason } })).text).toContain(told);
    expect(mail('canceled', view({ statusReason: reason })).text).toContain(told);
  });

  it('keeps codes that mean nothing to a customer to itself', () => {
    for (const reason of ['risk_review', 'payment_refused: amount_too_small', 'constructor']) {
      expect(mail('canceled', view({ data: { reason } })).text).not.toContain(reason);
      expect(mail('return-refused', view({ data: { reason } })).text).not.toContain(reason);
    }
  });

  it('tells the refunded amount and what was short', () => {
    const refunded = mail('refunded', view({ refund: { amount: 500, currency: 'jpy' } }));
    expect(refunded.text).toContain('¥500');
    const shortages = [{ sku: 'MUG-STONE-1', requested: 2, available: 1 }];
    const { text } = mail('out-of-stock', view({ shortages }));
    expect(text).toContain('Stoneware mug, speckled white (MUG-STONE-1): 2 wanted, 1 left');
    expect(text).toContain('Nothing was charged.');
  });

  it('has an end for what is optional, in both parts', () => {
    const unsubscribeUrl = 'https://shop.example/unsubscribe?token=t&x=1';
    const { html, text } = mail('low-stock', { ...sampleOf('low-stock'), unsubscribeUrl });
    expect(html).toContain('href="https://shop.example/unsubscribe?token=t&amp;x=1"');
    expect(text).toContain(`Unsubscribe: ${unsubscribeUrl}`);
    const { html: without, text: plain } = mail('shipped', view());
    expect(without + plain).not.toMatch(/unsubscribe/i);
  });
});

const aboutOrders = Object.fromEntries(
  MESSAGE_TEMPLATES.filter((template) => SAMPLES[template].order.number !== '').map((template) => [template, true]),
);

/** What a reader sees, piece by piece. */
function wordsOf(html: string): string[] {
  const shown = html.slice(html.indexOf('<body')).replace(/<div style="display:none[\s\S]*?<\/div>/, '');
  return shown
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll('<wbr>', '')
    .split(/<[^>]*>/)
    .map((piece) => unescapeHtml(piece).replaceAll(/\s+/g, ' ').trim())
    .filter((piece) => piece !== '');
}

const unescapeHtml = (html: string) =>
  html.replaceAll(
    /&(#?\w+);/g,
    (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#160': ' ' })[name as string] ?? '',
  );

/** The same message with every text and link of it by an enemy. */
function hostile(value: unknown): unknown {
  if (typeof value === 'string') {
    if (/^https:/.test(value)) return 'javascript:alert(1)';
    return /^[A-Z]|\s/.test(value) ? `<script>alert(1)</script>"'&\r\nYou won <img src=x>\u2028` : value;
  }
  if (Array.isArray(value)) return value.map(hostile);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each)]));
}

it('a notice about no order names none', () => {
  const data = {
    kind: 'webhook_endpoint_paused',
    endpoint: 'e1',
    url: 'https://shop.example/',
    reason: 'It answered 500.',
  };
  const none = { number: null, data } as unknown as OrderView;
  const { subject, text } = mail('operations-notice', { shopName: 'Corner', orderUrl: '', order: none });
  expect(subject).toBe('A webhook endpoint was paused');
  expect(text).toContain('It answered 500.');
  expect(text).not.toMatch(/order null|Order null|undefined/);
});

it('escapes all five characters, lets only web links through, and keeps texts on one line', () => {
  expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;');
  expect(safeUrl('HTTPS://a.example/b?c=d')).toBe('HTTPS://a.example/b?c=d');
  for (const bad of [null, undefined, '', 5, 'data:text/html,x', ' https://a', 'https://a" onclick="x']) {
    expect(safeUrl(bad)).toBeUndefined();
  }
  expect(oneLine(' a\r\nb\u2028c ')).toBe('a b c');
  expect(oneLine('moc.live\u202e Ada')).toBe('moc.live Ada');
  expect(oneLine({ toString: () => 'x' })).toBe('');
});
