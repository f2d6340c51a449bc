import { expect, it } from '@jest/globals';
import { createOrderTokens } from '../../order-token.ts';
import { maskLinks, maskRecipient, shownRecipient } from './mask-links.ts';

const ID = '0193a0f4-7d3c-7a40-9c1d-0123456789ab';
const token = createOrderTokens('a secret of the shop').issue(ID);

it.each([
  [
    'the order’s token',
    `View: https://shop.example/?order=${ID}&token=${token}`,
    `View: https://shop.example/?order=${ID}&token=…`,
  ],
  ['one in the path', `https://shop.example/o/${token}/receipt`, 'https://shop.example/o/…/receipt'],
  ['one behind #', `https://shop.example/#token=${token}`, 'https://shop.example/#token=…'],
  ['one alone behind ?', `https://shop.example/?${token}`, 'https://shop.example/?…'],
  ['a short one, by its name', 'https://shop.example/?code=123456', 'https://shop.example/?code=…'],
  ['credentials', 'https://ada:lovelace@shop.example/x', 'https://…@shop.example/x'],
  [
    'the bank’s page',
    'https://hooks.stripe.com/3d_secure_2/hosted?payment_intent=pi_3Nabcdefghijklmn&payment_intent_client_secret=pi_3N_secret_x',
    'https://hooks.stripe.com/3d_secure_2/hosted?payment_intent=…&payment_intent_client_secret=…',
  ],
  ['unsubscribing', `https://shop.example/unsubscribe?token=${token}.`, 'https://shop.example/unsubscribe?token=…'],
])('hides %s', (_name, text, masked) => {
  expect(maskLinks(text)).toBe(masked);
  expect(maskLinks(masked)).toBe(masked);
  expect(maskLinks(text)).not.toContain(token.slice(5, 15));
});

it.each([
  `https://shop.example/?order=${ID}`,
  'https://carrier.example/track?number=CP00000000000000000042&lang=en',
  'https://shop.example/pages/terms-and-conditions',
  'No link: ot_abcdefghijklmnop is left alone, and 1,999.00 € too.',
])('leaves what is no secret: %s', (text) => {
  expect(maskLinks(text)).toBe(text);
});

it('masks each link of a text and nothing between them', () => {
  const text = `A https://a.example/?token=${token}\n(https://b.example/?token=${token}) 注文 https://c.example/?token=${token}`;
  expect(maskLinks(text)).toBe(
    'A https://a.example/?token=…\n(https://b.example/?token=…) 注文 https://c.example/?token=…',
  );
});

it('shows addresses in lists so that nobody can write to them, and never those that are secrets', () => {
  expect(maskRecipient('email', 'ada@example.com')).toBe('a…@example.com');
  expect(maskRecipient('email', 'nonsense')).toBe('…');
  expect(maskRecipient('sms', '+4915112345678')).toBe('+49…78');
  const hook = 'https://hooks.slack.com/services/T000/B000/XXXXXXXX';
  expect(maskRecipient('chat', hook)).toBe('https://hooks.slack.com/…');
  expect(shownRecipient('chat', hook)).toBe('https://hooks.slack.com/…');
  expect(shownRecipient('web_push', 'https://push.example/abc')).toBe('https://push.example/…');
  expect(shownRecipient('email', 'ada@example.com')).toBe('ada@example.com');
});
