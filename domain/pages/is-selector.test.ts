import { expect, it } from '@jest/globals';
import { isSelector } from './is-selector.ts';

it.each(['.price', 'h1', '#main > .p:not(.old)', '.price@data-amount', '[itemprop=price]@content', 'td:nth-child(2)'])(
  '%s is one',
  (text) => expect(isSelector(text)).toBe(true),
);

it.each(['', ' ', '(((', '.', '@content', '.price@', 'a@b@c', '<b>', '[x', 'p:unknown-thing('])('%s is none', (text) =>
  expect(isSelector(text)).toBe(false),
);
