import { isIPv4, isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isIpAddress, isPublicAddress } from './public-address.ts';

/** The first and the last address of each range, after IANA's registries of special-purpose addresses. */
const SPECIAL: [range: string, first: string, last: string][] = [
  ['0.0.0.0/8', '0.0.0.0', '0.255.255.255'],
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
  ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
  ['127.0.0.0/8', '127.0.0.0', '127.255.255.255'],
  ['169.254.0.0/16', '169.254.0.0', '169.254.255.255'],
  ['172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
  ['192.0.0.0/24', '192.0.0.0', '192.0.0.255'],
  ['192.0.2.0/24', '192.0.2.0', '192.0.2.255'],
  ['192.31.196.0/24', '192.31.196.0', '192.31.196.255'],
  ['192.52.193.0/24', '192.52.193.0', '192.52.193.255'],
  ['192.88.99.0/24', '192.88.99.0', '192.88.99.255'],
  ['192.168.0.0/16', '192.168.0.0', '192.168.255.255'],
  ['192.175.48.0/24', '192.175.48.0', '192.175.48.255'],
  ['198.18.0.0/15', '198.18.0.0', '198.19.255.255'],
  ['198.51.100.0/24', '198.51.100.0', '198.51.100.255'],
  ['203.0.113.0/24', '203.0.113.0', '203.0.113.255'],
  ['224.0.0.0/4', '224.0.0.0', '239.255.255.255'],
  ['240.0.0.0/4', '240.0.0.0', '255.255.255.255'],
  ['::/128 and ::/96', '::', '::ffff:ffff'],
  ['::1/128', '::1', '::1'],
  ['64:ff9b:1::/48', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64', '100::', '100::ffff:ffff:ffff:ffff'],
  ['100:0:0:1::/64', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
  ['2001::/32 (Teredo)', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001::/23', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:2::/48', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['2001:10::/28', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:20::/28', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:30::/28', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::/16 (6to4)', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2620:4f:8000::/48', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::/20', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['5f00::/16', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::/7', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fec0::/10', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['ff00::/8', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

describe('a public address', () => {
  it.each(SPECIAL)('is none of %s', (_range, first, last) => {
    expect([isPublicAddress(first), isPublicAddress(last)]).toEqual([false, false]);
  });

  it.each([
    ...['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ...[
      '168.63.129.15',
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.0.1.0',
      '192.167.255.255',
    ],
    ...['198.17.255.255', '198.20.0.0', '203.0.112.255', '223.255.255.255', '2606:4700::1111', '2a00:1450:4001::200e'],
    ...['2001:200::1', '2001:db7::1', '2001:db9::1', '2003::1', '2620:4f:8001::1', '3fff:1000::1', '[2606:4700::1111]'],
  ])('is %s, next to one that is not, or anywhere', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:127.0.0.1'],
    ...[
      '64:ff9b::127.0.0.1',
      '64:ff9b::a00:1',
      '64:ff9b::169.254.169.254',
      '::127.0.0.1',
      '2002:7f00:1::',
      '2002:a00:1::1',
    ],
    ...['2001:0:7f00:1::', '::ffff:0:127.0.0.1', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254', '192.0.0.192'],
  ])('is not %s, which leads to one that is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('is one that is mapped, or translated for a network without IPv4', () => {
    expect(isPublicAddress('::ffff:1.1.1.1')).toBe(true);
    expect(isPublicAddress('64:ff9b::101:101')).toBe(true);
  });

  it.each([
    ...[
      '',
      'localhost',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '1.1.1',
      '1.1.1.1.',
      '01.1.1.1',
      '1.1.1.256',
      ' 1.1.1.1',
    ],
    ...[
      'fe80::1%eth0',
      '2606:4700::1111%1',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      '::1.2.3',
    ],
    ...['1.1.1.1:80', '[1.1.1.1', '2606:4700::1111]', '1:2:3:4:5:6:7::8:9', ':1:2:3:4:5:6:7:8', '1.1.1.1::'],
  ])('is written plainly: not as %j', (text) => {
    expect([isPublicAddress(text), isIpAddress(text)]).toEqual([false, false]);
  });

  it('is an address where Node sees one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/)), (text) => {
        fc.pre(!/[[\]%]/.test(text));
        expect(isIpAddress(text)).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is unicast also by an independent library', () => {
    const near = fc.constantFrom(...SPECIAL.flatMap(([, first, last]) => [first, last]));
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), near), (address) => {
        // Only what the library calls unicast may be public here; translated addresses are judged by what they carry.
        const range = ipaddr.parse(address).range();
        if (isPublicAddress(address)) expect(['unicast', 'ipv4Mapped', 'rfc6052']).toContain(range);
      }),
      { numRuns: 5_000 },
    );
  });
});
