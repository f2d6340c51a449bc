/** How an import of pictures goes: counted, shown as a bar on a terminal, and what came to nothing kept for the report. */
import { Presets, SingleBar } from 'cli-progress';
import { toCsvLine } from '../domain/csv.ts';

/** A picture, or a whole line of the file, that came to nothing. */
export interface ImageFailure {
  line: number;
  url: string | null;
  code: string;
  message: string;
}

export interface ImageProgress {
  readonly failures: readonly ImageFailure[];
  readonly ready: number;
  /** Lines among the failures, which no picture was counted for. */
  readonly badLines: number;
  addReady(): void;
  addFailure(failure: ImageFailure): void;
  /** A line that cannot be read was not counted among the pictures. */
  addBadLine(failure: ImageFailure): void;
  stop(): void;
}

export function showImageProgress(pictures: number): ImageProgress {
  const failures: ImageFailure[] = [];
  let ready = 0;
  let badLines = 0;
  const bar = new SingleBar(
    {
      format: 'pictures {bar} {value}/{total}  {ready} ready, {failed} came to nothing, {eta_formatted} to go',
      stream: process.stderr,
      noTTYOutput: false,
      etaBuffer: 200,
    },
    Presets.shades_classic,
  );
  const facts = () => ({ ready, failed: failures.length - badLines });
  bar.start(pictures, 0, facts());
  return {
    failures,
    get ready() {
      return ready;
    },
    get badLines() {
      return badLines;
    },
    addReady() {
      ready++;
      bar.increment(1, facts());
    },
    addFailure(failure) {
      failures.push(failure);
      bar.increment(1, facts());
    },
    addBadLine(failure) {
      badLines++;
      failures.push(failure);
      bar.update(facts());
    },
    stop: () => bar.stop(),
  };
}

export const toCsv = (failures: readonly ImageFailure[]): string =>
  [
    toCsvLine(['line', 'url', 'code', 'message']),
    ...failures.map(({ line, url, code, message }) => toCsvLine([line, url, code, message])),
  ].join('');
