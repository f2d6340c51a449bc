/** What the API refuses (RFC 9457 problem documents), and what never reached it, as one error. */

export interface FieldError {
  /** RFC 6901 pointer into the body, or the name of a query parameter or header. */
  pointer: string;
  code: string;
  message: string;
}

export interface ErrorFacts {
  /** The HTTP status; 0 when there was no answer. */
  status: number;
  /** Stable, for programs: the API's own, or `network_error`, `timeout`, `malformed_answer`. */
  code: string;
  detail: string;
  errors?: FieldError[];
  requestId?: string | undefined;
  retryable: boolean;
  retryAfterSeconds?: number | undefined;
  /** The whole document, with members that only some problems have. */
  problem?: Record<string, unknown>;
  cause?: unknown;
}

/** Thrown for everything but an abort, which is thrown as the signal's own reason. */
export class StockroomError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];
  readonly requestId: string | undefined;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor({ detail, cause, errors = [], problem = {}, ...facts }: ErrorFacts) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'StockroomError';
    this.status = facts.status;
    this.code = facts.code;
    this.errors = errors;
    this.requestId = facts.requestId;
    this.retryable = facts.retryable;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.problem = problem;
  }
}

/** The error of an answer that is none of 2xx. A proxy's page instead of a problem document is an error all the same. */
export async function errorOf(response: Response): Promise<StockroomError> {
  const problem = parse(await response.text().catch(() => ''));
  const { status } = response;
  return new StockroomError({
    status,
    code: typeof problem.code === 'string' ? problem.code : `http_${status}`,
    detail:
      typeof problem.detail === 'string' ? problem.detail : `The answer was ${status} ${response.statusText}`.trim(),
    errors: Array.isArray(problem.errors) ? (problem.errors as FieldError[]) : [],
    requestId:
      typeof problem.request_id === 'string' ? problem.request_id : (response.headers.get('x-request-id') ?? undefined),
    retryable: problem.retryable === true || status === 408 || status === 429 || (status >= 500 && status !== 501),
    retryAfterSeconds: retryAfter(response.headers.get('retry-after')),
    problem,
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
