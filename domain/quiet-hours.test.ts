import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { minuteOfDay, nextFullHour, nextTimeAt, quietUntil } from './quiet-hours.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Chatham',
  'Pacific/Apia',
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.date({
  min: new Date('2024-01-01T00:00:00Z'),
  max: new Date('2029-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const at = (text: string) => new Date(text);
const iso = (date: Date | undefined) => date?.toISOString();
const minutes = (ms: number) => ms / 60_000;
const before = (date: Date) => new Date(date.getTime() - 1);

describe('quiet hours', () => {
  const night = { from: '22:00', to: '07:00' };

  it.each([
    ['in the evening', 'Europe/Berlin', '2026-01-10T21:30:00Z', '2026-01-11T06:00:00.000Z'],
    ['after midnight', 'Europe/Berlin', '2026-01-11T03:15:20Z', '2026-01-11T06:00:00.000Z'],
    ['at the first minute', 'Europe/Berlin', '2026-01-10T21:00:00Z', '2026-01-11T06:00:00.000Z'],
    ['not at the last', 'Europe/Berlin', '2026-01-11T06:00:00Z', undefined],
    ['not by day', 'Europe/Berlin', '2026-01-10T12:00:00Z', undefined],
    ['by the clock of the zone', 'Asia/Tokyo', '2026-01-10T13:30:00Z', '2026-01-10T22:00:00.000Z'],
    ['in a night that is an hour shorter', 'Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['in a night that is an hour longer', 'Europe/Berlin', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
  ])('%s', (_, timeZone, now, until) => {
    expect(iso(quietUntil(at(now), { ...night, timeZone }))).toBe(until);
  });

  it('end when the clock jumps over their end', () => {
    const hours = { from: '00:00', to: '02:30', timeZone: 'Europe/Berlin' };
    expect(iso(quietUntil(at('2026-03-29T00:10:00Z'), hours))).toBe('2026-03-29T01:00:00.000Z');
  });

  it('end the first time that the clock shows their end', () => {
    const hours = { from: '00:00', to: '02:30', timeZone: 'Europe/Berlin' };
    expect(iso(quietUntil(at('2026-10-24T23:00:00Z'), hours))).toBe('2026-10-25T00:30:00.000Z');
  });

  it('are none when they begin and end alike', () => {
    expect(quietUntil(at('2026-01-10T22:00:00Z'), { from: '22:00', to: '22:00', timeZone: 'UTC' })).toBeUndefined();
  });

  it('are within a day when they do not span midnight', () => {
    const siesta = { from: '13:00', to: '16:00', timeZone: 'UTC' };
    expect(iso(quietUntil(at('2026-01-10T13:00:00Z'), siesta))).toBe('2026-01-10T16:00:00.000Z');
    expect(quietUntil(at('2026-01-10T12:59:59Z'), siesta)).toBeUndefined();
  });

  it('end at a minute that is not quiet, after one that is, within little more than a day', () => {
    fc.assert(
      fc.property(instant, zone, time, time, (now, timeZone, from, to) => {
        const hours = { from, to, timeZone };
        const until = quietUntil(now, hours);
        if (!until) return;
        expect(until.getTime()).toBeGreaterThan(now.getTime());
        expect(minutes(until.getTime() - now.getTime())).toBeLessThanOrEqual(1_440 + 120);
        expect(quietUntil(until, hours)).toBeUndefined();
        expect(quietUntil(before(until), hours)).toEqual(until);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are seen at every minute of the days on which clocks are changed', () => {
    for (const [day, timeZone] of [
      ['2026-03-29', 'Europe/Berlin'],
      ['2026-10-25', 'Europe/Berlin'],
      ['2026-11-01', 'America/New_York'],
      ['2026-10-04', 'Australia/Lord_Howe'],
    ] as const) {
      for (const hours of [
        { from: '22:00', to: '02:15', timeZone },
        { from: '02:10', to: '02:50', timeZone },
      ]) {
        let expected: Date | undefined;
        const start = at(`${day}T00:00:00Z`).getTime() - 36 * 3_600_000;
        // Backwards: the next loud minute is known then. Of an end that comes twice, the first is the end.
        for (let minute = 72 * 60; minute >= 0; minute--) {
          const now = new Date(start + minute * 60_000);
          const until = quietUntil(now, hours);
          if (!until) expected = now;
          else if (expected) expect([now, until]).toEqual([now, expected]);
        }
      }
    }
  });
});

describe('the next hour', () => {
  it('is full on the clock of the zone', () => {
    expect(iso(nextFullHour(at('2026-01-10T12:20:30Z'), 'UTC'))).toBe('2026-01-10T13:00:00.000Z');
    expect(iso(nextFullHour(at('2026-01-10T12:00:00Z'), 'UTC'))).toBe('2026-01-10T13:00:00.000Z');
    expect(iso(nextFullHour(at('2026-01-10T12:20:00Z'), 'Asia/Kathmandu'))).toBe('2026-01-10T13:15:00.000Z');
  });

  it('comes within the hour', () => {
    fc.assert(
      fc.property(instant, zone, (now, timeZone) => {
        const next = nextFullHour(now, timeZone);
        expect(next.getTime()).toBeGreaterThan(now.getTime());
        expect(minutes(next.getTime() - now.getTime())).toBeLessThanOrEqual(60);
      }),
    );
  });
});

describe('the next time at an hour', () => {
  it.each([
    ['today', 'Europe/Berlin', 8, '2026-01-10T05:00:00Z', '2026-01-10T07:00:00.000Z'],
    ['tomorrow, once it is past', 'Europe/Berlin', 8, '2026-01-10T07:00:00Z', '2026-01-11T07:00:00.000Z'],
    ['over a shorter night', 'Europe/Berlin', 8, '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['over a longer night', 'Europe/Berlin', 8, '2026-10-24T20:00:00Z', '2026-10-25T07:00:00.000Z'],
    ['after an hour that the day lacks', 'Europe/Berlin', 2, '2026-03-28T20:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['at midnight', 'America/New_York', 0, '2026-06-10T12:00:00Z', '2026-06-11T04:00:00.000Z'],
  ])('is %s', (_, timeZone, hour, now, next) => {
    expect(iso(nextTimeAt(at(now), hour, timeZone))).toBe(next);
  });

  it('comes within little more than a day, and shows on the clock', () => {
    fc.assert(
      fc.property(instant, zone, fc.integer({ min: 0, max: 23 }), (now, timeZone, hour) => {
        const next = nextTimeAt(now, hour, timeZone);
        expect(next.getTime()).toBeGreaterThan(now.getTime());
        expect(minutes(next.getTime() - now.getTime())).toBeLessThanOrEqual(1_440 + 120);
        const shown = minuteOfDay(next, timeZone);
        // Where the day lacks the hour, the clock shows how far it jumped beyond.
        if (shown !== hour * 60) expect(Math.abs(shown - hour * 60) % 1_440).toBeLessThanOrEqual(120);
      }),
      { numRuns: 1_000 },
    );
  });
});
