import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../test/support/wait-for.ts';
import {
  createImageCodec,
  type ImageCodec,
  ImageCodecClosedError,
  type ImageCodecOptions,
  ImageCodecStarvedError,
  ImageCodecUnavailableError,
} from '../image-codec.ts';
import { causeOfDelay } from './child-process.ts';
import { codecOptions, flat, interlacedBomb, rendered, renderRequest } from './pictures-for-test.ts';
import { CodecPool } from './pool.ts';

/** Takes long enough to be met at work. */
let slow: Buffer;
let small: Buffer;
beforeAll(async () => {
  slow = await interlacedBomb();
  small = await flat('#20a0a0', 300, 200).png().toBuffer();
});

let codec: ImageCodec;
const open = (options: Partial<ImageCodecOptions> = {}) => {
  codec = createImageCodec({ ...codecOptions, ...options });
  return codec;
};
afterEach(() => codec.close());

const render = (picture: Buffer, priority?: 'now' | 'late') =>
  codec.render(picture, { ...renderRequest, formats: ['webp'] }, priority);

/** A child that is in the middle of the slow picture, told by its memory. */
const childAtWork = (beside: readonly number[] = []) =>
  waitFor(() => codec.size().pids.find((pid) => !beside.includes(pid) && residentMiB(pid) > 130), {
    describe: 'a child at work',
    everyMs: 2,
    timeoutMs: 20_000,
  });

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

describe('an original on the disk', () => {
  it('is read where it is decoded, and one that is not there costs no child', async () => {
    open({ processes: 1 });
    const folder = mkdtempSync(join(tmpdir(), 'stockroom-codec-'));
    const request = { ...renderRequest, formats: ['webp'] } as const;
    writeFileSync(join(folder, 'small'), small);
    expect(rendered(await codec.render({ file: join(folder, 'small') }, request)).variants).toEqual(
      rendered(await render(small)).variants,
    );
    const { pids } = codec.size();
    const missing = codec.render({ file: join(folder, 'nothing') }, request);
    await expect(missing).rejects.toMatchObject({ name: 'OriginalUnreadableError', code: 'ENOENT' });
    await expect(codec.render({ file: folder }, request)).rejects.toMatchObject({ code: 'EISDIR' });
    rendered(await render(small));
    expect(codec.size().pids).toEqual(pids);
  });
});

describe('a child that is lost', () => {
  it('costs its picture a second try, and its neighbours nothing', async () => {
    open({ processes: 2 });
    const results = Promise.all([render(slow), ...Array.from({ length: 6 }, () => render(small))]);
    process.kill(await childAtWork(), 'SIGSEGV');
    expect((await results).map(({ kind }) => kind)).toEqual(Array(7).fill('rendered'));
  });

  it('twice by the same picture has that picture rejected, and the next ones made', async () => {
    open({ processes: 2 });
    const neighbours = Promise.all(Array.from({ length: 8 }, () => render(small)));
    const result = render(slow);
    const first = await childAtWork();
    process.kill(first, 'SIGABRT');
    process.kill(await childAtWork([first]), 'SIGABRT');
    expect(await result).toMatchObject({ kind: 'rejected', code: 'decoder_crashed' });
    for (const each of await neighbours) rendered(each);
    rendered(await render(small));
  });

  it('while it has nothing to do is not given the next picture', async () => {
    open({ processes: 1 });
    rendered(await render(small));
    const [pid] = codec.size().pids;
    process.kill(pid!, 'SIGKILL');
    rendered(await render(small));
    expect(codec.size().pids).not.toContain(pid);
  });
});

describe('a child that stands still', () => {
  it('is ended after the time limit, its picture tried again, then left unjudged; others are made meanwhile', async () => {
    open({ processes: 2, timeoutMs: 2_500 });
    const started = performance.now();
    const result = render(slow).catch((error) => error);
    const first = await childAtWork();
    process.kill(first, 'SIGSTOP');
    for (let n = 0; n < 5; n++) rendered(await render(small));
    process.kill(await childAtWork([first, ...codec.size().pids]), 'SIGSTOP');
    expect(await result).toBeInstanceOf(ImageCodecStarvedError);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(() => process.kill(first, 0)).toThrow('ESRCH');
    rendered(await render(small));
  });

  it('is ended too when it was stopped before it was given anything', async () => {
    open({ processes: 1, timeoutMs: 2_500 });
    rendered(await render(small));
    process.kill(codec.size().pids[0]!, 'SIGSTOP');
    rendered(await render(small));
  });
});

describe('a picture that takes too long', () => {
  it('is rejected when the decoder was at work for most of the time, and not judged when it was kept from it', () => {
    expect(causeOfDelay(4_400, 4_500)).toBe('decode_timeout');
    expect(causeOfDelay(2_300, 4_500)).toBe('decode_timeout');
    expect(causeOfDelay(2_200, 4_500)).toBe('decoder_starved');
    expect(causeOfDelay(0, 4_500)).toBe('decoder_starved');
  });

  it('ends in time, and says which of the two it was', async () => {
    open({ processes: 1, timeoutMs: 300 });
    const started = performance.now();
    const end = await render(slow).catch((error) => error);
    expect(['decode_timeout', 'decoder_starved']).toContain(end.code);
    expect(performance.now() - started).toBeLessThan(10_000);
    await codec.close();
    open({ processes: 1 });
    rendered(await render(small));
  });
});

describe('a picture that needs too much memory', () => {
  it('is rejected, and the child ended while it grows', async () => {
    open({ processes: 1, maxMemoryMiB: 150 });
    let peak = 0;
    const watch = setInterval(() => {
      for (const pid of codec.size().pids) peak = Math.max(peak, residentMiB(pid));
    }, 5);
    expect(await render(slow)).toMatchObject({ kind: 'rejected', code: 'decode_memory' });
    clearInterval(watch);
    // Of its growth the last few milliseconds are not seen from here.
    expect(peak).toBeGreaterThan(140);
    // Without the limit it takes some 260.
    expect(peak).toBeLessThan(225);
    rendered(await render(small));
  });

  it('leaves a child that is replaced when it does not give enough of it back', async () => {
    open({ processes: 1, maxMemoryMiB: 300 });
    rendered(await render(small));
    const kept = codec.size().pids;
    rendered(await render(small));
    expect(codec.size().pids).toEqual(kept);
    await codec.close();
    open({ processes: 1, maxMemoryMiB: 140 });
    rendered(await render(small));
    expect(codec.size().pids).toEqual([]);
  });
});

describe('what waits', () => {
  it('is made in its order, late work after all other', async () => {
    open({ processes: 1 });
    const order: string[] = [];
    const note = (name: string, priority: 'now' | 'late') => render(small, priority).then(() => order.push(name));
    await Promise.all([note('first', 'now'), note('avif 1', 'late'), note('avif 2', 'late'), note('second', 'now')]);
    expect(order).toEqual(['first', 'second', 'avif 1', 'avif 2']);
  });

  it('is counted', async () => {
    open({ processes: 2 });
    const results = Promise.all(Array.from({ length: 5 }, () => render(small)));
    expect(codec.size()).toMatchObject({ processes: 2, busy: 2, waiting: 3 });
    await results;
    expect(codec.size()).toMatchObject({ busy: 0, waiting: 0 });
  });

  it('is told when the codec is closed, as is what was in hand: nothing is said of those pictures', async () => {
    open({ processes: 1 });
    const results = Promise.allSettled([render(slow), render(small), render(small, 'late')]);
    const pid = await childAtWork();
    await codec.close();
    for (const result of await results)
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(ImageCodecClosedError) });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(render(small)).rejects.toThrow(ImageCodecClosedError);
  });
});

describe('children', () => {
  it('see nothing of the environment, in which secrets are', async () => {
    open({ processes: 1 });
    rendered(await render(small));
    const names = readFileSync(`/proc/${codec.size().pids[0]}/environ`, 'utf8')
      .split('\0')
      .map((each) => each.split('=')[0]);
    expect(names.filter((name) => !/^(MALLOC_ARENA_MAX|UV_THREADPOOL_SIZE|NODE_CHANNEL_.*|)$/.test(name!))).toEqual([]);
  });

  it('heed no signal that is meant for their parent', async () => {
    open({ processes: 1 });
    const result = render(slow);
    const pid = await childAtWork();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.kill(pid, signal);
    rendered(await result);
    expect(codec.size().pids).toContain(pid);
  });

  it('that never come up are no fault of a picture', async () => {
    open();
    const pool = new CodecPool(1, () => ({
      pid: 1,
      usable: () => false,
      run: async () => ({ kind: 'never_started', complaint: 'Cannot find package sharp' }),
      kill: async () => {},
    }));
    const task = { original: small, request: renderRequest, limits: codecOptions.limits };
    await expect(pool.run(task, 'now')).rejects.toThrow(ImageCodecUnavailableError);
    await expect(pool.run(task, 'now')).rejects.toThrow('Cannot find package sharp');
  });
});
