/** A process of ours as an outsider sees it: an entry file, an environment, lines of output, signals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from './wait-for.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** The node that runs the tests when it knows TypeScript, else the one that npm installed. */
const OWN_NODE = resolve(ROOT, 'node_modules/.bin/node');
const NODE = Number.parseInt(process.versions.node, 10) >= 24 || !existsSync(OWN_NODE) ? process.execPath : OWN_NODE;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface SpawnedNode {
  child: ChildProcess;
  /** Lines of stdout and stderr so far, as they came. */
  lines: string[];
  /** The match in the first line that fits, past or future; rejects when the process ends without it. */
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Sends the signal (default SIGTERM) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  exited: Promise<Exit>;
}

/**
 * Starts `entry` (a path from the repository's root, with arguments after it) with PATH, HOME and `env` alone, so that
 * nothing of the developer's shell leaks in. It is killed when the tests end.
 */
export function spawnNode(entry: string | string[], env: Record<string, string> = {}): SpawnedNode {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(NODE, [entry].flat(), {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  let ended: Exit | undefined;
  const exited = new Promise<Exit>((done) => {
    child.once('error', (error) => lines.push(`could not start: ${error.message}`));
    // 'close', not 'exit': by then the last lines have been read.
    child.once('close', (code, signal) => {
      ended = { code, signal };
      done(ended);
    });
  });
  const dieWithTests = () => child.kill('SIGKILL');
  process.once('exit', dieWithTests);
  void exited.then(() => process.off('exit', dieWithTests));

  return {
    child,
    lines,
    exited,
    async kill(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
    async waitForLine(pattern, timeoutMs = 15_000) {
      const find = () => lines.map((line) => line.match(pattern)).find((match) => match !== null);
      const found = await waitFor(() => find() ?? (ended && 'ended'), {
        timeoutMs,
        describe: `a line ${pattern}`,
      }).catch((error: Error) => {
        throw new Error(`${error.message}\n${lines.slice(-20).join('\n')}`);
      });
      if (found !== 'ended') return found as RegExpMatchArray;
      throw new Error(
        `${[entry].flat().join(' ')} ended ${JSON.stringify(ended)} without ${pattern}:\n${lines.slice(-20).join('\n')}`,
      );
    },
  };
}
