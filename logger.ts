/** One logger per process: JSON lines with request, order and job ids; personal data and secrets never reach it. */
import {
  type DestinationStream,
  type Logger,
  type LoggerOptions as LoggerSettings,
  pino,
  stdTimeFunctions,
} from 'pino';

export interface LoggerOptions {
  level: string;
  pretty: boolean;
  role: string;
}

/** Should an object slip through with such a member, its value is cut out. */
const REDACTED = new Set([
  'email',
  'customer_email',
  'recipient',
  'name',
  'customer_name',
  'phone',
  'customer_phone',
  'shipping_address',
  'billing_address',
  'authorization',
  'client_secret',
  'order_token',
  'password',
  'secret',
  'key',
]);

/** How deep a line's object is looked into: deeper ones are not logged here. */
const DEPTH = 4;

/** pino's own `redact` clones and walks all paths for every line and child logger; this copies only what it changes. */
function redact<T>(value: T, depth = DEPTH): T {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  let copy: T | undefined;
  for (const [name, member] of Object.entries(value)) {
    // An error of the line's own has a serializer, which shows nothing that libraries hang on it.
    if (depth === DEPTH && name === 'err') continue;
    const safe = REDACTED.has(name) ? '[redacted]' : redact(member, depth - 1);
    if (safe === member) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as T;
    (copy as Record<string, unknown>)[name] = safe;
  }
  return copy ?? value;
}

export function createLogger({ level, pretty, role }: LoggerOptions, destination?: DestinationStream): Logger {
  const options: LoggerSettings = {
    level,
    base: { role },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { log: (object) => redact(object) },
    serializers: { err: describeError },
    ...(pretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname,role' } } }
      : {}),
  };
  const log = destination ? pino(options, destination) : pino(options);
  // What a child carries is turned into text when the child is made, past the formatter of lines.
  const { child } = log;
  log.child = function redactedChild(this: Logger, bindings, settings) {
    return child.call(this, redact(bindings), settings);
  } as Logger['child'];
  return log;
}

/** An error without the request or response that libraries hang on it: those hold headers and personal data. */
function describeError(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, type } = error as { code?: unknown; type?: unknown };
  return { type: typeof type === 'string' ? type : error.name, code, message: error.message, stack: error.stack };
}

/** At most one line per message and interval: a store that is away fails thousands of times a second. */
export function throttled(log: Logger, message: string, everyMs = 5_000): (error: Error) => void {
  let last = 0;
  let hidden = 0;
  return (error) => {
    const now = Date.now();
    hidden++;
    if (now - last < everyMs) return;
    log.warn({ err: error, times: hidden }, message);
    last = now;
    hidden = 0;
  };
}
