import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { Problem } from '../problem.ts';
import { answerProblems } from './problem.ts';

interface Answered {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  destroyed: boolean;
}

function answer(error: unknown, headersSent = false): Answered {
  const seen: Answered = { status: 0, headers: {}, body: {}, destroyed: false };
  const res = {
    headersSent,
    locals: { requestId: 'request-1' },
    set: (name: string | Record<string, string>, value?: string) => {
      Object.assign(seen.headers, typeof name === 'string' ? { [name]: value } : name);
      return res;
    },
    status: (status: number) => {
      seen.status = status;
      return res;
    },
    type: (type: string) => {
      seen.headers['Content-Type'] = type;
      return res;
    },
    send: (text: string) => {
      seen.body = JSON.parse(text);
    },
    destroy: () => {
      seen.destroyed = true;
    },
  };
  answerProblems(error, {} as never, res as unknown as Response, () => {});
  return seen;
}
const postgres = (code: string) => Object.assign(new Error('secret detail of the database'), { code });

describe('an error', () => {
  it.each([
    ...[
      '08006',
      '53300',
      '57P01',
      '57P03',
      '57014',
      '25006',
      'ECONNREFUSED',
      'ECONNRESET',
      'ENOTFOUND',
      'EAI_AGAIN',
      'EPIPE',
    ],
  ])('%s of the database is 503 with Retry-After', (code) => {
    const seen = answer(postgres(code));
    expect(seen).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '1' },
      body: { code: 'database_unavailable', retryable: true },
    });
    expect(JSON.stringify(seen.body)).not.toContain('secret detail');
  });

  it.each(['timeout exceeded when trying to connect', 'Query read timeout', 'Connection terminated unexpectedly'])(
    'of the driver, %s, is 503',
    (message) => {
      expect(answer(new Error(message)).status).toBe(503);
    },
  );

  it.each([
    ['55P03', 409, true],
    ['40001', 503, true],
    ['40P01', 503, true],
    ['22003', 400, false],
    ['22P05', 400, false],
    ['23505', 409, false],
    ['23514', 422, false],
    ['42P01', 500, false],
  ] as const)('%s of the database is %i', (code, status, retryable) => {
    expect(answer(postgres(code))).toMatchObject({ status, body: { status, retryable, request_id: 'request-1' } });
  });

  it('that nobody knows is 500 and says nothing of itself', () => {
    const seen = answer(new TypeError('secret detail'));
    expect(seen).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(seen.body)).not.toContain('secret');
    for (const odd of [undefined, null, 'text', 7]) expect(answer(odd).status).toBe(500);
  });

  it('that is a problem goes out as it is, with its headers and further members', () => {
    const details = {
      status: 412,
      code: 'a_code',
      detail: 'Why.',
      headers: { ETag: '"v1"' },
      extra: { current_version: '"v1"' },
    };
    expect(answer(new Problem(details))).toMatchObject({
      status: 412,
      headers: { ETag: '"v1"', 'Content-Type': 'application/problem+json' },
      body: {
        type: 'urn:stockroom:problem:a_code',
        title: 'Precondition Failed',
        current_version: '"v1"',
        retryable: false,
      },
    });
  });

  it('after the answer has begun cuts it off, so that nobody takes it for whole', () => {
    expect(answer(new Error('late'), true)).toMatchObject({ status: 0, destroyed: true });
  });
});
