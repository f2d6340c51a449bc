import { expect, it } from '@jest/globals';
import { isOnAllowlist } from './allowlist.ts';

it.each([
  ['shop.test', ['shop.test'], true],
  ['www.shop.test', ['shop.test'], true],
  ['shop.test:8080', ['shop.test'], true],
  ['shop.test:8080', ['shop.test:8080'], true],
  ['shop.test', ['shop.test:8080'], false],
  ['myshop.test', ['shop.test'], false],
  ['shop.test.evil.test', ['shop.test'], false],
  ['shop.test', [], false],
  ['shop.test', undefined, true],
])('%s of %j: %s', (host, list, own) => expect(isOnAllowlist(host, list)).toBe(own));
