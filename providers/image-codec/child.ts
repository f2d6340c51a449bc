/**
 * The child process that decodes: one picture at a time, with every loader of libvips barred but those of the five formats. It has no
 * environment, so no secrets, and ends with the process that started it.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { imageRejection } from '../../domain/image-rejections.ts';
import type { Original, Rejected, Rendered } from './contract.ts';
import { inspect } from './inspect.ts';
import { type FromChild, MEMORY_ARGUMENT, type Task, THREADS_ARGUMENT } from './messages.ts';
import { RejectedError } from './rejected-error.ts';
import { render } from './render.ts';
import type { SourceFormat } from './sniff.ts';

const LOADERS: Record<SourceFormat, string> = {
  jpeg: 'VipsForeignLoadJpegBuffer',
  png: 'VipsForeignLoadPngBuffer',
  webp: 'VipsForeignLoadWebpBuffer',
  avif: 'VipsForeignLoadHeifBuffer',
  gif: 'VipsForeignLoadNsgifBuffer',
};
const LOOK_MS = 25;
const LOOKS_PER_PULSE = 10;

const argument = (name: string) => Number(process.argv.find((each) => each.startsWith(name))?.slice(name.length));
const maxResidentBytes = argument(MEMORY_ARGUMENT);
const say = (message: FromChild) => void process.send?.(message);
const step = () => say({ type: 'step', cpuMs: cpuMs() });

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: Object.values(LOADERS) });
sharp.cache(false);
sharp.concurrency(argument(THREADS_ARGUMENT));

// Ctrl-C reaches the whole group: the parent drains first, and then closes the channel.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
// No orderly exit: libvips may be at work in another thread.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (task: Task) => void work(task));
say({ type: 'ready' });

async function work({ original, request, limits }: Task): Promise<void> {
  step();
  let looks = 0;
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > maxResidentBytes) say({ type: 'outgrown' });
    if (++looks % LOOKS_PER_PULSE === 0) say({ type: 'pulse', cpuMs: cpuMs() });
  }, LOOK_MS);
  try {
    const bytes = bytesOf(original);
    if (!bytes) return;
    const { format } = inspect(bytes, limits);
    step();
    answer(await render({ bytes, format, maxPixels: limits.maxPixels }, request, step));
  } catch (error) {
    answer(rejectionOf(error as Error));
  } finally {
    clearInterval(watch);
  }
}

function bytesOf(original: Original): Buffer | undefined {
  if (!('file' in original)) return Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  try {
    return readFileSync(original.file);
  } catch (error) {
    const { code = 'unknown', message } = error as NodeJS.ErrnoException;
    return void say({ type: 'unreadable', code, message });
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const answer = (given: Rendered | Rejected) =>
  say({ type: 'answer', answer: given, residentBytes: process.memoryUsage.rss() });

function rejectionOf(error: Error): Rejected {
  if (error instanceof RejectedError) return { kind: 'rejected', ...imageRejection(error.code, error.detail) };
  return { kind: 'rejected', ...imageRejection(codeOf(error.message)) };
}

/** libvips tells by its words alone. */
function codeOf(message: string) {
  if (/out of memory|unable to allocate|vips_tracked/i.test(message)) return 'decode_memory';
  if (/exceeds pixel limit/i.test(message)) return 'too_many_pixels';
  return /premature end|unexpected end|truncated/i.test(message) ? 'truncated' : 'corrupt';
}
