import { describe, expect, it } from '@jest/globals';
import { createLogPrinter } from './print-log.ts';

function print(text: string, colors = false): string {
  let written = '';
  createLogPrinter((line) => {
    written += line;
  }, colors).line('api', text);
  return written;
}

describe('the log in the terminal', () => {
  it('says who, when and what on one line, without what every line repeats', () => {
    const line = print(
      JSON.stringify({ level: 30, time: 0, pid: 1, hostname: 'here', role: 'api', port: 3000, msg: 'listening' }),
    );
    expect(line).toMatch(/^\d\d:\d\d:\d\d api {6}listening port=3000\n$/);
  });

  it('marks warnings and errors without relying on color, and names the error', () => {
    expect(print(JSON.stringify({ level: 40, time: 0, msg: 'slow' }))).toContain('! slow');
    const err = { type: 'TypeError', message: 'not\nthat', stack: 'TypeError: not that\n at x' };
    expect(print(JSON.stringify({ level: 50, time: 0, msg: 'failed', err }))).toMatch(
      /✗ failed error=TypeError: not that\n$/,
    );
  });

  it('passes on what is not JSON, and says nothing for an empty line', () => {
    expect(print('(node:1) Warning')).toContain('(node:1) Warning');
    expect(print('{not json')).toContain('{not json');
    expect(print('  ')).toBe('');
  });

  it('shortens a long value', () => {
    expect(print(JSON.stringify({ level: 30, time: 0, msg: 'x', text: 'y'.repeat(500) })).length).toBeLessThan(200);
  });

  it('uses colors only when they are wanted', () => {
    expect(print('{"msg":"x"}', true)).toContain('\u001b[');
    expect(print('{"msg":"x"}', false)).not.toContain('\u001b[');
  });
});
