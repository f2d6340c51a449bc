import { describe, expect, it } from '@jest/globals';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { Problem } from './problem.ts';

const asked = (header: string | undefined) =>
  expectedVersion({ headers: header === undefined ? {} : { 'if-match': header } });

describe('If-Match', () => {
  it('takes back the ETag that was given', () => {
    expect(asked(etagOf(42))).toBe(42);
    expect(asked(` ${etagOf(7)} `)).toBe(7);
  });

  it('asks for nothing when it is absent or a star', () => {
    expect(asked(undefined)).toBeUndefined();
    expect(asked('*')).toBeUndefined();
  });

  it.each(['', 'v1', '"1"', '"v1', '"v-1"', '"v1", "v2"', '"v1"; drop'])('refuses %s', (header) => {
    expect(() => asked(header)).toThrow(Problem);
  });

  it('refuses another version and tells the present one', () => {
    expect(() => assertVersion(1, 1)).not.toThrow();
    expect(() => assertVersion(undefined, 9)).not.toThrow();
    expect(() => assertVersion(1, 2)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ status: 412, extra: { current_version: '"v2"' } }),
      }),
    );
  });
});
