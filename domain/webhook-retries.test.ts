import { describe, expect, it } from '@jest/globals';
import { RETRY_DELAYS, restAfter, retryDelay, SICK_AFTER } from './webhook-retries.ts';

const HOUR = 3_600;

describe('retries of a delivery', () => {
  it('go on for a good three days, and then end', () => {
    const delays = RETRY_DELAYS.map((_, made) => retryDelay(made + 1, 0, () => 0.5));
    expect(delays).toEqual([...RETRY_DELAYS]);
    expect(delays.reduce<number>((sum, each) => sum + each!, 0)).toBeGreaterThan(3 * 24 * HOUR);
    expect(retryDelay(RETRY_DELAYS.length + 1)).toBeUndefined();
  });

  it('do not come back in step', () => {
    expect(retryDelay(2, 0, () => 0)).toBe(270);
    expect(retryDelay(2, 0, () => 1)).toBeCloseTo(330);
  });

  it('honour Retry-After, up to an hour', () => {
    expect(retryDelay(1, 60)).toBe(60);
    expect(retryDelay(1, 1_000_000)).toBe(HOUR);
  });
});

describe('the rest of an endpoint', () => {
  it('does not begin for what may be the fault of one event', () => {
    expect(restAfter(SICK_AFTER - 1, 1_000)).toBe(0);
  });

  it('is half as long as it has been failing, between seconds and minutes', () => {
    expect([0, 60, 24 * HOUR].map((failingFor) => restAfter(SICK_AFTER, failingFor))).toEqual([5, 30, 300]);
  });

  it('is what the endpoint asks for when that is longer', () => {
    expect(restAfter(1, 0, 120)).toBe(120);
  });

  it('lets an endpoint that fails for a day be asked some 300 times and not once a second', () => {
    let asked = 0;
    for (let now = 0; now < 24 * HOUR; now += restAfter(SICK_AFTER + asked, now)) asked++;
    expect(asked).toBeGreaterThan(200);
    expect(asked).toBeLessThan(400);
  });
});
