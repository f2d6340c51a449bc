/** One logger per process: JSON lines with request, order and job ids; personal data and secrets never reach it. */
import { type Logger, pino } from 'pino';

export interface LoggerOptions {
  level: string;
  pretty: boolean;
  role: string;
}

/** Should an object slip through with such a member, its value is cut out. */
const REDACTED = [
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
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export function createLogger({ level, pretty, role }: LoggerOptions): Logger {
  return pino({
    level,
    base: { role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: { err: describeError },
    ...(pretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname,role' } } }
      : {}),
  });
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
