import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'express';
import type { OrderEvent } from '../db/order-events.ts';
import type { OrderFollowers } from './follow-orders.ts';
import { resumeAfter, streamOrderEvents } from './stream-order-events.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A response that remembers, with as many unread bytes as the test says, and a follower to call. */
function openStream(method = 'GET') {
  const written: string[] = [];
  const state = { unread: 0, ended: false, destroyed: false, following: false };
  const tell = { events: (_: OrderEvent[]) => {}, end: () => {} };
  const res = Object.assign(new EventEmitter(), {
    req: { method },
    status: () => res,
    set: () => res,
    flushHeaders: () => {},
    write: (text: string) => written.push(text),
    end: () => {
      state.ended = true;
      res.emit('close');
    },
    destroy: () => {
      state.destroyed = true;
      res.emit('close');
    },
    get writableLength() {
      return state.unread;
    },
  });
  const followers = {
    follow(_id: string, _after: number, onEvents: (events: OrderEvent[]) => void, onEnd: () => void) {
      state.following = true;
      Object.assign(tell, { events: onEvents, end: onEnd });
      return () => {
        state.following = false;
      };
    },
  };
  streamOrderEvents(res as unknown as Response, followers as unknown as OrderFollowers, 'order', 0);
  // `Object.assign` copied the getter's value.
  Object.defineProperty(res, 'writableLength', { get: () => state.unread });
  return { written, state, tell, res };
}

const event = (sequence: number, data = {}) => ({
  order_id: 'o',
  sequence,
  type: 'order.paid',
  data,
  created_at: new Date(0),
});

describe('a stream', () => {
  it('tells the client how soon to come back, and a proxy that it lives', () => {
    const { written, state } = openStream();
    expect(written).toEqual(['retry: 2000\n\n']);
    jest.advanceTimersByTime(31_000);
    expect(written.slice(1)).toEqual([': still here\n\n', ': still here\n\n']);
    expect(state.following).toBe(true);
  });

  it('writes each event with its id, on one line whatever its text', () => {
    const { written, tell } = openStream();
    tell.events([event(3, { text: 'two\nlines\r\n\nid: 9' })]);
    expect(written[1]).toMatch(/^id: 3\ndata: \{[^\n\r]+\}\n\n$/);
  });

  it('cuts off who owes too much, and forgets it', () => {
    const { written, state, tell } = openStream();
    state.unread = 256 * 1024 + 1;
    tell.events([event(2)]);
    expect(state).toMatchObject({ destroyed: true, following: false });
    const before = written.length;
    jest.advanceTimersByTime(60_000);
    expect(written).toHaveLength(before);
  });

  it('ends, and beats no more, when the process goes or the client leaves', () => {
    for (const leave of ['end', 'close'] as const) {
      const { written, state, tell, res } = openStream();
      if (leave === 'end') tell.end();
      else res.emit('close');
      expect(state.following).toBe(false);
      jest.advanceTimersByTime(60_000);
      expect(written).toHaveLength(1);
    }
  });

  it('follows nothing for HEAD', () => {
    expect(openStream('HEAD').state).toMatchObject({ ended: true, following: false });
  });
});

it.each([
  ['7', 3, 7],
  ['0', 3, 0],
  [undefined, 3, 3],
  ['', 3, 3],
  ['-1', 3, 3],
  ['1.5', 3, 3],
  ['abc', undefined, 0],
  ['1e400', undefined, 0],
])('Last-Event-ID %s with after %s resumes after %s', (header, after, expected) => {
  expect(resumeAfter(header, after)).toBe(expected);
});
