import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';

function openLog() {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, log: createLogger({ level: 'info', pretty: false, role: 'test' }, destination) };
}

describe('the log', () => {
  it('cuts personal data and secrets out, however deep, and leaves the object as it was', () => {
    const { lines, log } = openLog();
    const order = {
      id: 'o-1',
      customer: { email: 'ada@example.com', tags: ['a'] },
      shipping_address: { line1: 'Lane' },
    };
    log.info({ order, list: [{ recipient: 'ada@example.com' }], key: 'sk_test', total: 12, none: null }, 'order');
    expect(lines[0]).toMatchObject({
      role: 'test',
      msg: 'order',
      order: { id: 'o-1', customer: { email: '[redacted]', tags: ['a'] }, shipping_address: '[redacted]' },
      list: [{ recipient: '[redacted]' }],
      key: '[redacted]',
      total: 12,
      none: null,
    });
    expect(order.customer.email).toBe('ada@example.com');
  });

  it('cuts them out of what a child carries, and of its children’s', () => {
    const { lines, log } = openLog();
    const child = log
      .child({ job_id: 'j-1', customer: { name: 'Ada' } })
      .child({ email: 'ada@example.com', order_id: 'o-1' });
    child.info({ phone: '1' }, 'job');
    expect(lines[0]).toMatchObject({
      job_id: 'j-1',
      customer: { name: '[redacted]' },
      email: '[redacted]',
      order_id: 'o-1',
    });
    expect(lines[0]).toMatchObject({ phone: '[redacted]' });
  });

  it('describes an error without what libraries hang on it', () => {
    const { lines, log } = openLog();
    const error = Object.assign(new TypeError('no'), {
      code: 'E1',
      config: { headers: { authorization: 'Bearer x' } },
    });
    log.error({ err: error }, 'failed');
    log.error(error);
    for (const line of lines) {
      expect(line.err).toEqual({ type: 'TypeError', code: 'E1', message: 'no', stack: expect.any(String) });
    }
    expect(JSON.stringify(lines)).not.toContain('Bearer');
  });

  it('survives what refers to itself', () => {
    const { lines, log } = openLog();
    const loop: Record<string, unknown> = { id: 1, name: 'Ada' };
    loop.self = loop;
    log.info({ loop }, 'loop');
    expect(lines[0]).toMatchObject({ msg: 'loop', loop: { id: 1, name: '[redacted]' } });
  });
});
