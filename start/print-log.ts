/** Turns the children's log lines (JSON as pino writes it, or anything else) into one readable line each. */

export interface LogPrinter {
  /** One line of a child's output. */
  line(role: string, text: string): void;
  /** The supervisor's own words. */
  say(text: string, level?: number): void;
}

const WARN = 40;
const ERROR = 50;
/** What every line of a process repeats, or what stands at its beginning. */
const UNTOLD = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name', 'role', 'err', 'error', 'stack']);
const ROLE_COLORS: Readonly<Record<string, number>> = { api: 36, workers: 35, sandbox: 33, postgres: 34, start: 32 };
const VALUE_LENGTH = 120;

type Write = (text: string) => void;

export function createLogPrinter(write: Write, colors: boolean): LogPrinter {
  const paint = (code: number, text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const print = (role: string, time: number, level: number, text: string, facts: string) => {
    const message = level >= ERROR ? paint(31, text) : level >= WARN ? paint(33, text) : text;
    const name = paint(ROLE_COLORS[role] ?? 37, role.padEnd(8));
    write(`${paint(2, clock(time))} ${name} ${mark(level)}${message}${facts && ` ${paint(2, facts)}`}\n`);
  };
  return {
    say: (text, level = 30) => print('start', Date.now(), level, text, ''),
    line(role, text) {
      if (text.trim() === '') return;
      const entry = parse(text);
      if (!entry) return print(role, Date.now(), 30, text, '');
      print(
        role,
        Number(entry.time) || Date.now(),
        Number(entry.level) || 30,
        String(entry.msg ?? ''),
        describe(entry),
      );
    },
  };
}

const mark = (level: number) => (level >= ERROR ? '✗ ' : level >= WARN ? '! ' : '');

function clock(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** `name=value` for what is told beside the message, the error last. */
function describe(entry: Record<string, unknown>): string {
  const facts = Object.entries(entry)
    .filter(([name, value]) => !UNTOLD.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${short(value)}`);
  const error = (entry.err ?? entry.error) as { type?: string; message?: string } | string | undefined;
  if (typeof error === 'string') facts.push(`error=${short(error)}`);
  else if (error?.message) facts.push(`error=${short(`${error.type ?? 'Error'}: ${error.message}`)}`);
  return facts.join(' ');
}

/** One line stays one line, whatever stands in the value. */
function short(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).replaceAll(/\s+/g, ' ');
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text;
}
