import { describe, expect, it } from '@jest/globals';
import { isOfDomain, normalizePageUrl, parseDomain } from './page-url.ts';

describe('the address of a page', () => {
  it.each([
    ['https://shop.test/p/1#reviews', 'https://shop.test/p/1'],
    ['HTTPS://Shop.TEST:443/p/1', 'https://shop.test/p/1'],
    ['https://shop.test./p', 'https://shop.test/p'],
    ['https://shop.test/p?utm_source=a&id=7&UTM_Medium=b&gclid=x', 'https://shop.test/p?id=7'],
    ['https://shop.test/p?%75tm_source=a', 'https://shop.test/p'],
    ['https://shop.test/p?b=2&a=%20x+y&b=1&fbclid=z', 'https://shop.test/p?b=2&a=%20x+y&b=1'],
    ['https://shop.test/p?utm=1&source=2&bad=%zz', 'https://shop.test/p?utm=1&source=2&bad=%zz'],
    ['https://münchen.test/ä', 'https://xn--mnchen-3ya.test/%C3%A4'],
    ['http://shop.test:8080/?', 'http://shop.test:8080/'],
  ])('%s is kept as %s', (written, kept) => {
    expect(normalizePageUrl(written)?.href).toBe(kept);
    expect(normalizePageUrl(kept)?.href).toBe(kept);
  });

  it.each([
    '',
    'shop.test/p',
    'ftp://shop.test/',
    'javascript:alert(1)',
    'https://a:b@shop.test/',
    'https://shop.test:25/',
  ])('%s is none', (written) => expect(normalizePageUrl(written)).toBeUndefined());
});

describe('a domain', () => {
  it.each([
    ['Shop.Test', 'shop.test'],
    ['www.shop.test', 'shop.test'],
    ['https://www.shop.test/p/1?x=2', 'shop.test'],
    ['http://shop.test:80', 'shop.test'],
    ['shop.localhost:4000', 'shop.localhost:4000'],
    ['www.test', 'www.test'],
    ['127.0.0.1:4010', '127.0.0.1:4010'],
    ['bücher.test', 'xn--bcher-kva.test'],
  ])('%s is %s', (written, domain) => expect(parseDomain(written)).toBe(domain));

  it.each(['', 'com', 'shop.test/p', 'a b', 'ftp://shop.test', 'user@shop.test', '*.shop.test', 'shop.test?x'])(
    '%s is none',
    (written) => expect(parseDomain(written)).toBeUndefined(),
  );

  it.each([
    ['https://shop.test/p', 'shop.test', true],
    ['http://de.shop.test/p', 'shop.test', true],
    ['https://notshop.test/', 'shop.test', false],
    ['https://shop.test.evil.test/', 'shop.test', false],
    ['https://shop.test:8443/', 'shop.test', false],
    ['http://a.localhost:4000/', 'localhost:4000', true],
    ['http://1.127.0.0.1.test/', '127.0.0.1', false],
    ['http://127.0.0.1:4010/x', '127.0.0.1:4010', true],
  ])('%s of %s: %s', (page, domain, own) => expect(isOfDomain(new URL(page), domain)).toBe(own));
});
