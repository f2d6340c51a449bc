import { describe, expect, it } from '@jest/globals';
import { judgeDelivery, type RecipientWish } from './judge-delivery.ts';

const NOTHING: RecipientWish = { delivery: null, hour: null, time_zone: null, quiet_from: null, quiet_to: null };
const NIGHT = { quiet_from: '22:00:00', quiet_to: '07:00:00', time_zone: 'Europe/Berlin' };
const evening = new Date('2026-01-10T21:30:00Z');
const normal = { urgency: 'normal', isDigest: false } as const;
const judge = (
  wish: Partial<RecipientWish>,
  message: Partial<{ urgency: 'now' | 'normal' | 'low'; isDigest: boolean }> = {},
) => judgeDelivery({ ...normal, ...message }, { ...NOTHING, ...wish }, 'UTC', evening);

describe('an optional message', () => {
  it('is sent to whoever has said nothing', () => {
    expect(judge({})).toEqual({ kind: 'send' });
    expect(judge({ delivery: 'immediate' })).toEqual({ kind: 'send' });
  });

  it('is not sent to whoever has switched it off, however urgent', () => {
    expect(judge({ delivery: 'off' })).toEqual({ kind: 'off' });
    expect(judge({ delivery: 'off' }, { urgency: 'now' })).toEqual({ kind: 'off' });
    expect(judge({ delivery: 'off' }, { isDigest: true })).toEqual({ kind: 'off' });
  });

  it('is held for the next full hour, or the next day at the hour of its recipient', () => {
    expect(judge({ delivery: 'hourly' })).toEqual({ kind: 'hold', dueAt: new Date('2026-01-10T22:00:00Z') });
    const daily = { delivery: 'daily', hour: 9, time_zone: 'Europe/Berlin' } as const;
    expect(judge(daily)).toEqual({ kind: 'hold', dueAt: new Date('2026-01-11T08:00:00Z') });
  });

  it('waits until quiet hours are over, unless it is urgent', () => {
    expect(judge(NIGHT)).toEqual({ kind: 'wait', until: new Date('2026-01-11T06:00:00Z') });
    expect(judge(NIGHT, { urgency: 'low' })).toMatchObject({ kind: 'wait' });
    expect(judge({ ...NIGHT, delivery: 'daily' }, { urgency: 'now' })).toEqual({ kind: 'send' });
  });

  it('that tells of others is held for no other digest, but waits for the morning', () => {
    expect(judge({ delivery: 'daily' }, { isDigest: true })).toEqual({ kind: 'send' });
    expect(judge({ ...NIGHT, delivery: 'daily' }, { isDigest: true })).toMatchObject({ kind: 'wait' });
  });
});
