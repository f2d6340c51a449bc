/** The system's codec, as the images pool drives it: one picture more in hand than it has children. */
import { createImageCodec } from '../../providers/image-codec.ts';
import { QUALITIES, type Side, WIDTHS } from './plan.ts';

export function createCodecSide(processes: number): Side {
  const codec = createImageCodec({
    processes,
    threads: 1,
    timeoutMs: 30_000,
    maxMemoryMiB: 576,
    limits: { maxBytes: 20_000_000, maxPixels: 50_000_000, maxFrames: 1, inputFormats: ['jpeg', 'png'] },
  });
  const request = {
    presets: WIDTHS.map((width) => ({ name: String(width), width })),
    formats: ['webp', 'jpeg'] as const,
    qualities: QUALITIES,
    focus: 'attention' as const,
    describe: true,
  };
  return {
    name: 'codec',
    pids: () => [process.pid, ...codec.size().pids],
    async render(pictures) {
      const waiting = [...pictures];
      const lane = async () => {
        for (let next = waiting.pop(); next; next = waiting.pop()) {
          const rendered = await codec.render(next, request);
          if (rendered.kind !== 'rendered') throw new Error(`The picture was rejected: ${rendered.message}`);
        }
      };
      await Promise.all(Array.from({ length: processes + 1 }, lane));
    },
    close: () => codec.close(),
  };
}
