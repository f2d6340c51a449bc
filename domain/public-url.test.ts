import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.ts';
import { followRedirect, parsePublicUrl } from './public-url.ts';

describe('an address to fetch', () => {
  it.each([
    ...['http://shop.test/a.jpg', 'https://shop.test:8443/a.jpg?x=1', 'HTTPS://Shop.Test/', 'http://shop.test:3000/'],
    ...['http://[2606:4700::1111]/', 'https://bücher.example/ü.jpg'],
  ])('may be %s', (text) => {
    expect(parsePublicUrl(text)).toBeInstanceOf(URL);
  });

  it.each([
    ...[
      '',
      '/a.jpg',
      'shop.test/a.jpg',
      'ftp://shop.test/a',
      'file:///etc/passwd',
      'data:image/png;base64,AA==',
      'gopher://a/',
    ],
    ...[
      'javascript:alert(1)',
      'http://',
      'http://user@shop.test/',
      'http://:secret@shop.test/',
      'http://[fe80::1%25eth0]/',
    ],
    ...[
      'http://shop.test:99999/',
      'http://shop test/',
      `http://shop.test/${'a'.repeat(2_048)}`,
      'blob:http://shop.test/1',
    ],
  ])('is not %s', (text) => {
    expect(parsePublicUrl(text)).toBe('address_invalid');
  });

  it.each([22, 25, 110, 143, 6667, 10080])('is not at port %i', (port) => {
    expect(parsePublicUrl(`http://shop.test:${port}/`)).toBe('port_refused');
  });

  it.each([
    ...[
      'http://2130706433/',
      'http://0x7f000001/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://127.0.1/',
    ],
    ...['http://127.0.0.1./', 'http://１２７。０。０。１/', 'http://017700000001/', 'http://0/', 'http://①②⑦.0.0.1/'],
    ...[
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[0:0:0:0:0:0:0:1]/',
      'http://%31%32%37.0.0.1/',
    ],
  ])('shows %s as what it is', (text) => {
    const url = parsePublicUrl(text) as URL;
    expect(isPublicAddress(url.hostname)).toBe(false);
    expect(url.hostname).toMatch(/^(127\.0\.0\.1|0\.0\.0\.0|\[::(ffff:7f00:)?1\])$/);
  });

  it('loses its fragment', () => {
    expect(String(parsePublicUrl('http://shop.test/a#b'))).toBe('http://shop.test/a');
  });
});

describe('a redirect', () => {
  const from = new URL('https://shop.test/pictures/a.jpg');

  it('leads anywhere that an address may lead', () => {
    expect(String(followRedirect(from, '../b.jpg'))).toBe('https://shop.test/b.jpg');
    expect(String(followRedirect(from, '//cdn.test/b.jpg'))).toBe('https://cdn.test/b.jpg');
    expect(String(followRedirect(new URL('http://shop.test/'), 'https://shop.test/'))).toBe('https://shop.test/');
  });

  it.each(['http://shop.test/b.jpg', 'file:///etc/passwd', 'https://user:pass@shop.test/', 'https://'])(
    'does not lead from https to %s',
    (location) => expect(followRedirect(from, location)).toBe('redirect_refused'),
  );

  it('does not lead to a bad port', () => {
    expect(followRedirect(from, 'https://shop.test:22/')).toBe('port_refused');
  });
});
