/** The one place where errors become answers: problem+json, never a stack, 503 with Retry-After when a store is away. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { Problem, type ProblemDetails } from '../problem.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const RETRYABLE = new Set([409, 429, 503]);

export const unknownPath: RequestHandler = (req) => {
  throw new Problem({ status: 404, code: 'path_not_found', detail: `There is nothing at ${req.path}.` });
};

export const answerProblems: ErrorRequestHandler = (error, _req, res, _next) => {
  // An answer that has begun cannot become another: cut off, it is at least not taken for whole.
  if (res.headersSent) return void res.destroy();
  const details =
    error instanceof Problem ? error.details : (fromBodyParser(error) ?? fromPostgres(error) ?? internal());
  const log = res.locals.log as Logger | undefined;
  if (details.status >= 500) log?.error({ err: error }, details.code);
  sendProblem(res, details);
};

export function sendProblem(res: Response, details: ProblemDetails): void {
  const { status, code, detail, errors, retryAfterSeconds, headers, extra } = details;
  if (headers) res.set(headers);
  const retryAfter = retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  if (retryAfter !== undefined) res.set('Retry-After', String(retryAfter));
  const body = {
    type: `urn:stockroom:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
    detail,
    ...(errors ? { errors } : {}),
    ...extra,
    request_id: res.locals.requestId as string | undefined,
    retryable: retryAfterSeconds !== undefined || (RETRYABLE.has(status) && status !== 409),
  };
  res.status(status).type('application/problem+json').send(JSON.stringify(body));
}

const internal = (): ProblemDetails => ({
  status: 500,
  code: 'internal_error',
  detail: 'Something broke on our side; it has been logged.',
});

/** What express.json and the URL decoder throw carries a status and a type. */
function fromBodyParser(error: { status?: number; type?: string; message?: string }): ProblemDetails | undefined {
  if (typeof error?.status !== 'number' || error.status < 400 || error.status >= 500) return undefined;
  const [code, detail] = UNREADABLE[error.type ?? ''] ?? [
    'request_malformed',
    'The request cannot be read: its body, encoding or path is malformed.',
  ];
  return { status: error.status, code, detail };
}

const UNREADABLE: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  'entity.parse.failed': ['json_malformed', 'The body is no JSON object or array that can be read.'],
  'entity.too.large': ['body_too_large', 'The body is larger than is taken here.'],
  'encoding.unsupported': ['encoding_unsupported', 'The body comes in a Content-Encoding that is not known here.'],
  'charset.unsupported': ['charset_unsupported', 'The body comes in another charset than UTF-8.'],
  'request.aborted': ['request_aborted', 'The request ended before its body did.'],
};

/** The socket's and the resolver's words, query_canceled, and a server that was demoted (read_only_sql_transaction). */
const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['57014', '25006'],
]);

/** Codes of https://www.postgresql.org/docs/current/errcodes-appendix.html. */
function fromPostgres(error: { code?: string; message?: string }): ProblemDetails | undefined {
  const code = String(error?.code ?? '');
  const away = /^(08|53|57P)/.test(code) || AWAY.has(code);
  if (
    away ||
    /timeout exceeded when trying to connect|Query read timeout|Connection terminated|shutting down|not queryable|after calling end/.test(
      error?.message ?? '',
    )
  ) {
    return {
      status: 503,
      code: 'database_unavailable',
      detail: 'The database does not answer in time; nothing was changed by a request that was refused.',
      retryAfterSeconds: 1,
    };
  }
  if (code === '55P03')
    return {
      status: 409,
      code: 'in_progress',
      detail: 'Another request is working on this right now.',
      retryAfterSeconds: 1,
    };
  if (['40001', '40P01'].includes(code))
    return {
      status: 503,
      code: 'contention',
      detail: 'Too many requests work on the same rows.',
      retryAfterSeconds: 1,
    };
  if (code.startsWith('22'))
    return {
      status: 400,
      code: 'value_not_storable',
      detail: 'A value is out of range or holds characters that cannot be stored.',
    };
  if (code === '23505')
    return { status: 409, code: 'already_exists', detail: 'Something with the same unique value exists.' };
  const rule = VENDOR_RULES[(error as { constraint?: string } | undefined)?.constraint ?? ''];
  if (rule) return { status: 422, ...rule };
  if (code.startsWith('23'))
    return { status: 422, code: 'rule_violated', detail: 'The change would break a rule of the data.' };
  return undefined;
}

/** What belongs to a vendor stays with it; the database is who says so (migrations/0035_create_vendors.sql). */
const VENDOR_RULES: Readonly<Record<string, { code: string; detail: string }>> = {
  stock_levels_vendor_place: {
    code: 'location_of_another',
    detail: "A vendor's goods lie in places of that vendor, and the shop's own in the shop's.",
  },
  variants_vendor_stays: { code: 'vendor_stays', detail: 'A variant moves only between products of the same vendor.' },
};
