import { describe, expect, it } from '@jest/globals';
import { robotsOfAnswer } from './robots-answer.ts';
import { parseRobots } from './robots-txt.ts';

const url = 'https://shop.example/robots.txt';
const body = 'user-agent: *\ndisallow: /private';
const outcome = (answer: { status: number; location?: string; redirects?: number }) => {
  const read = robotsOfAnswer({ url, body, ...answer });
  if (read.kind === 'redirected') return read.to;
  const allows = (path: string) => read.robots.judge('bot', `https://shop.example${path}`).allowed;
  return `${read.kind}: ${allows('/') ? 'public' : ''}${allows('/private') ? ' and private' : ''}`;
};
const READ = 'read: public';
const ALL = 'unavailable: public and private';
const NOTHING = 'unreachable: ';

describe('robotsOfAnswer', () => {
  it.each([200, 203, 206])('reads what comes with %i', (status) => expect(outcome({ status })).toBe(READ));
  it.each([400, 401, 403, 404, 410, 451])('takes %i for no file: all is allowed', (status) => {
    expect(outcome({ status })).toBe(ALL);
  });
  it.each([429, 500, 502, 503, 504, 599, 100, 300, 304, 600, 0])(
    'takes %i for unreachable: nothing is allowed',
    (status) => {
      expect(outcome({ status })).toBe(NOTHING);
    },
  );
  it('takes no answer for unreachable', () => {
    expect(robotsOfAnswer({ failed: 'timeout' })).toMatchObject({ kind: 'unreachable', reason: 'timeout' });
  });
  it('takes an empty file for permission', () => {
    const read = robotsOfAnswer({ url, status: 204 });
    expect(read.kind === 'read' && read.robots.judge('bot', url).allowed).toBe(true);
  });
  it('reads the known copy again when nothing has changed', () => {
    const known = parseRobots(body);
    expect(robotsOfAnswer({ url, status: 304 }, known)).toMatchObject({ kind: 'read', robots: known });
  });

  it.each([301, 302, 303, 307, 308])('follows %i, to other hosts too', (status) => {
    expect(outcome({ status, location: '/r.txt' })).toBe('https://shop.example/r.txt');
    expect(outcome({ status, location: 'http://www.shop.example/robots.txt', redirects: 4 })).toBe(
      'http://www.shop.example/robots.txt',
    );
  });
  it('takes the sixth redirect for no file', () =>
    expect(outcome({ status: 302, location: '/x', redirects: 5 })).toBe(ALL));
  it.each([undefined, '', 'http://', 'ftp://shop.example/robots.txt', 'file:///etc/passwd'])(
    'takes a redirect to %j for unreachable',
    (location) => expect(outcome({ status: 302, ...(location !== undefined && { location }) })).toBe(NOTHING),
  );
});
