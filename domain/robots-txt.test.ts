import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, matchesPath } from './robots-pattern.ts';
import { parseRobots } from './robots-txt.ts';

const SHOP = 'https://shop.example';
const judge = (text: string | Uint8Array, path: string, token = 'StockroomBot') =>
  parseRobots(text).judge(token, `${SHOP}${path}`);
const allows = (text: string | Uint8Array, path: string, token?: string) => judge(text, path, token).allowed;
const forAll = (...rules: string[]) => `user-agent: *\n${rules.join('\n')}\n`;

describe('the shared cases', () => {
  const file = fileURLToPath(new URL('../../shared/data/robots/google-robotstxt-cases.json', import.meta.url));
  if (!existsSync(file)) process.stderr.write(`robots-txt.test.ts: SKIPPED the shared cases, ${file} is not there\n`);
  (existsSync(file) ? it : it.skip)('come out right, each of them', () => {
    type Case = { id: string; robotsTxt: string; userAgent: string; url: string; allowed: boolean };
    const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];
    expect(cases.length).toBeGreaterThanOrEqual(145);
    const wrong = cases.filter(
      ({ robotsTxt, userAgent, url, allowed }) => parseRobots(robotsTxt).judge(userAgent, url).allowed !== allowed,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

describe('the examples of RFC 9309', () => {
  const groups = [
    'User-Agent: *',
    'Disallow: *.gif$',
    'Disallow: /example/',
    'Allow: /publications/',
    'User-Agent: foobot',
    'Disallow:/',
    'Allow:/example/page.html',
    'Allow:/example/allowed.gif',
    'User-Agent: barbot',
    'User-Agent: bazbot',
    'Disallow: /example/page.html',
    'User-Agent: quxbot',
  ].join('\n');
  it.each([
    ['anybot', '/a.gif', false],
    ['anybot', '/a.gif?x', true],
    ['anybot', '/example/x', false],
    ['anybot', '/publications/a.gif', true],
    ['foobot', '/x', false],
    ['foobot', '/example/page.html', true],
    ['foobot', '/example/allowed.gif', true],
    ['barbot', '/example/page.html', false],
    ['bazbot', '/example/page.html', false],
    ['bazbot', '/a.gif', true],
    ['quxbot', '/example/', true],
  ])('%s at %s: %s (5.1)', (token, path, allowed) => expect(allows(groups, path, token)).toBe(allowed));

  it('takes the longest match (5.2)', () => {
    const text = forAll('Disallow: /example/page/', 'Disallow: /example/page/disallowed.gif', 'Allow: /example/');
    expect(judge(text, '/example/page/disallowed.gif').rule?.line).toBe(3);
  });

  it.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https%3A%2F%2Ffoo.bar', false],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%E3%83%84', '/foo/bar/ツ'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
    ['/foo/bar/baz', '/foo/bar/%62%61%7a'],
    ['/path/file-with-a-%2A.html', '/path/file-with-a-*.html'],
    ['/path/foo-%24', '/path/foo-$'],
    ['/my folder/', '/my%20folder/x'],
    ['/a%2Fb', '/a/b', false],
    ['/b', '/a/../b'],
    ['/b', '/a/%2e%2e/b'],
  ])('a rule on %s forbids %s (2.2.2, 2.2.3)', (rule, path, forbids = true) => {
    expect(allows(forAll(`disallow: ${rule}`), path)).toBe(!forbids);
  });

  it('allows by an encoding only what both readings allow', () => {
    expect(allows(forAll('disallow: /', 'allow: /%62%61%7A'), '/baz')).toBe(false);
    expect(allows(forAll('disallow: /', 'allow: /%62%61%7A'), '/%62%61%7A')).toBe(true);
  });
});

describe('patterns', () => {
  it.each([
    ['/fish', '/fish.html', true],
    ['/fish', '/Fish', false],
    ['/*.php$', '/a.php5', false],
    ['/*.php$', '/a.php/b.php', true],
    ['/a*b*c$', '/abxbc', true],
    ['/a*b*c$', '/abxbcd', false],
    ['/ab*b$', '/ab', false],
    ['/$', '/', true],
    ['/$', '/x', false],
    ['/a$b', '/a$b', true],
    ['*', '/x', true],
    ['/***x', '/yyx', true],
    ['fish', '/fish', false],
  ])('%s on %s: %s', (rule, path, matches) => expect(allows(forAll(`disallow: ${rule}`), path)).toBe(!matches));

  const letters = (given: string) => fc.string({ unit: fc.constantFrom(...given), maxLength: 12 });
  it('match as a regular expression would', () => {
    fc.assert(
      fc.property(letters('ab*'), fc.boolean(), letters('ab'), (body, toTheEnd, path) => {
        const expected = new RegExp(`^${body.replaceAll('*', '.*')}${toTheEnd ? '$' : ''}`).test(path);
        expect(matchesPath(compilePattern(body + (toTheEnd ? '$' : '')), path)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('find long pieces that begin again within themselves', () => {
    const piece = `${'ab'.repeat(200)}c`;
    const path = `/${'ab'.repeat(700)}c/${'ab'.repeat(199)}c`;
    expect(matchesPath(compilePattern(`/*${piece}/`), path)).toBe(true);
    expect(matchesPath(compilePattern(`/*${piece}*${piece}`), path)).toBe(false);
  });

  it.each([
    ['asterisks', '*'.repeat(16_000)],
    ['asterisks and letters', `/${'*a'.repeat(8_000)}*b$`],
    ['a long piece', `/*${'a'.repeat(16_000)}b`],
    ['pieces', `/${`*${'a'.repeat(100)}b`.repeat(150)}`],
  ])('cost little when made of thousands of %s', (_of, pattern) => {
    const started = performance.now();
    judge(forAll(...new Array(30).fill(`disallow: ${pattern}`)), `/${'a'.repeat(60_000)}`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('lines and groups', () => {
  it.each([
    ['CR', 'user-agent: *\rdisallow: /x\r'],
    ['CRLF', 'user-agent: *\r\ndisallow: /x\r\n'],
    ['no end', 'user-agent: *\ndisallow: /x'],
    ['a byte order mark', '\ufeffuser-agent: *\ndisallow: /x'],
    ['blanks', ' \t user-agent \t: \t * \t\n disallow\t:\t/x \t'],
    ['comments', '# first\nuser-agent: * # all\ndisallow: /x# private'],
    ['empty lines within', 'user-agent: *\n\n\ndisallow: /x'],
    ['no colons', 'user-agent *\ndisallow /x'],
    ['unknown lines', 'user-agent: *\nhost: x\nnoindex: /\nrequest-rate: 1/5\ndisallow: /x'],
    ['typing errors', 'useragent: *\ndissallow: /x'],
    ['a repeated name', 'user-agent: StockroomBot\nuser-agent: stockroombot\ndisallow: /x'],
    ['a version', 'user-agent: stockroombot/2.1\ndisallow: /x'],
    [
      'groups that are merged',
      'user-agent: StockroomBot\ndisallow: /y\nuser-agent: b\nuser-agent: stockroomBOT\ndisallow: /x',
    ],
  ])('are read with %s', (_with, text) => {
    expect(allows(text, '/x')).toBe(false);
    expect(allows(text, '/z')).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><body>disallow: /</body></html>'],
    ['rules before any group', 'disallow: /x'],
    ['a prefix of the name', 'user-agent: Stock\ndisallow: /x'],
    ['a longer name', 'user-agent: StockroomBotNews\ndisallow: /x'],
    ['a name of its own without rules', 'user-agent: *\ndisallow: /\nuser-agent: stockroombot'],
    ['an empty path', forAll('disallow:')],
  ])('forbid nothing by %s', (_by, text) =>
    expect(judge(text, '/x')).toEqual({ allowed: true, rule: null, crawlDelaySeconds: null }),
  );

  it('do not guess at a misspelt permission', () =>
    expect(allows(forAll('disallow: /', 'allowed: /x'), '/x')).toBe(false));
  it('know a crawler by its name also when its version is given', () => {
    expect(allows('user-agent: StockroomBot\ndisallow: /', '/x', 'StockroomBot/1.0 (+https://x)')).toBe(false);
  });
  it('keep bytes that are not UTF-8, and the à whose last byte looks like a blank', () => {
    expect(allows(Buffer.from(forAll('disallow: /caf\xe9'), 'latin1'), '/caf%E9')).toBe(false);
    expect(allows(forAll('disallow: /voilà'), '/voil%C3%A0')).toBe(false);
    expect(allows(forAll('disallow: /voilà'), '/voil%C3')).toBe(true);
  });
  it('name the line that decided', () => {
    expect(judge(forAll('# no', 'allow: /', '  Disallow: /ü # private'), '/%C3%BC').rule).toEqual({
      line: 4,
      text: 'Disallow: /ü # private',
    });
  });
  it('never forbid robots.txt itself', () =>
    expect(judge(forAll('disallow: /'), '/robots.txt')).toMatchObject({ allowed: true }));
  it('are read up to 500 KiB, and not up to the middle of one', () => {
    const filler = `#${'x'.repeat(1_022)}\n`.repeat(499);
    const within = `${forAll('disallow: /a')}${filler}`;
    expect(allows(`${within}disallow: /b\n`, '/b')).toBe(false);
    const cut = `${within}${'#'.repeat(500 * 1024 - within.length - 12)}\nallow: /aa\n`;
    expect(Buffer.byteLength(cut)).toBe(500 * 1024);
    expect(allows(cut, '/aa')).toBe(true);
    expect(allows(`\n${cut}`, '/aa')).toBe(false);
  });
});

describe('beside the RFC', () => {
  const text = [
    'Sitemap: https://shop.example/a.xml',
    'user-agent: fast',
    'Crawl-delay: 2.5',
    'user-agent: *',
    'crawl-delay: 10',
    'disallow: /x',
    'site-map: https://shop.example/ü.xml#1',
    'user-agent: fast',
    'crawl-delay: 4 seconds',
    'crawl-delay: soon',
    'crawl-delay: -1',
  ].join('\n');
  it('sitemaps are listed', () => {
    expect(parseRobots(text).sitemaps).toEqual(['https://shop.example/a.xml', 'https://shop.example/ü.xml']);
  });
  it('the longest delay of a crawler holds, and one for another crawler does not', () => {
    expect(judge(text, '/', 'fast').crawlDelaySeconds).toBe(4);
    expect(judge(text, '/').crawlDelaySeconds).toBe(10);
    expect(judge('user-agent: a\ncrawl-delay: 5', '/').crawlDelaySeconds).toBeNull();
  });
  it('a delay does not end a group', () => expect(allows(text, '/x', 'fast')).toBe(false));
});
