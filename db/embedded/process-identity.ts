/** Tells one process from another that was given the same number after a restart. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** A string that no two processes of one boot share; undefined when the process is gone, or dead and only not yet reaped. */
export function processIdentity(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0 || !answersSignals(pid)) return undefined;
  return process.platform === 'linux' ? linuxIdentity(pid) : portableIdentity(pid);
}

export function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

/** What the process was started as, or '' when it cannot be told. */
export function commandOf(pid: number): string {
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return spawnSync('ps', ['-o', 'command=', '-p', `${pid}`]).stdout?.toString() ?? '';
  return readProc(`/proc/${pid}/cmdline`) ?? '';
}

/** The working folder of a process, where the system shows it. */
export function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive, but somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function linuxIdentity(pid: number): string | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  // The name in parentheses may hold spaces: state is the first field after it, the start time the twentieth (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readProc('/proc/sys/kernel/random/boot_id')?.trim()}/${pid}/${fields[19]}`;
}

function portableIdentity(pid: number): string | undefined {
  if (process.platform === 'win32') return `${pid}`;
  const [state, ...started] = (spawnSync('ps', ['-o', 'state=,lstart=', '-p', `${pid}`]).stdout?.toString() ?? '')
    .trim()
    .split(/\s+/);
  return !state || state.startsWith('Z') ? undefined : `${pid}/${started.join(' ')}`;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
