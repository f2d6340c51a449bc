/** How far a step is: a bar on a terminal, a line every now and then elsewhere. Both go to stderr, the report to stdout. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, note: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 2_000;

export type Display = 'bar' | 'lines' | 'none';

export function startProgress(title: string, total: number, display: Display): Progress {
  if (display === 'none') return { update: () => {}, stop: () => {} };
  return display === 'bar' ? startBar(title, total) : startLines(title, total);
}

function startBar(title: string, total: number): Progress {
  const bar = new SingleBar(
    {
      format: `  ${title.padEnd(9)} {bar} {value}/{total}  {note}`,
      barsize: 32,
      hideCursor: true,
      linewrap: false,
      // The run decides what Ctrl-C means.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: '' });
  return { update: (done, note) => bar.update(done, { note }), stop: () => bar.stop() };
}

function startLines(title: string, total: number): Progress {
  let last = { done: 0, note: '', at: 0, said: false };
  const say = () => {
    process.stderr.write(`  ${title} ${last.done}/${total}  ${last.note}\n`);
    last = { ...last, at: Date.now(), said: true };
  };
  return {
    update(done, note) {
      last = { ...last, done, note, said: false };
      if (Date.now() - last.at >= LINE_EVERY_MS) say();
    },
    stop: () => {
      if (!last.said) say();
    },
  };
}
