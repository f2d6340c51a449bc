/** Errors as RFC 9457 problem documents, with a stable `code`, JSON pointers and whether a retry can help. */
import type { z } from 'zod';

export interface FieldError {
  /** RFC 6901 pointer into the body, or the name of a query parameter or header. */
  pointer: string;
  code: string;
  message: string;
}

export interface ProblemDetails {
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  headers?: Record<string, string>;
  /** Further members of the document, such as the current version after a failed precondition. */
  extra?: Record<string, unknown>;
}

/** Thrown anywhere below a route; the problem middleware is the one place that turns it into an answer. */
export class Problem extends Error {
  readonly details: ProblemDetails;
  constructor(details: ProblemDetails) {
    super(details.detail);
    this.name = 'Problem';
    this.details = details;
  }
}

export const notFound = (what: string, id: string) =>
  new Problem({ status: 404, code: `${what}_not_found`, detail: `There is no ${what} ${id}.` });

export const conflict = (code: string, detail: string, extra?: Record<string, unknown>) =>
  new Problem({ status: 409, code, detail, ...(extra ? { extra } : {}) });

export const invalid = (errors: FieldError[], status = 400) =>
  new Problem({
    status,
    code: 'validation_failed',
    detail: errors.length === 1 ? (errors[0]?.message ?? '') : `${errors.length} fields are not valid.`,
    errors,
  });

/** Zod's issues as pointers into the body (`/lines/0/sku`). */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map((issue) => ({
    pointer: issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: (issue.code === 'custom' && (issue.params?.code as string | undefined)) || issue.code,
    message: `${issue.path.join('.') || 'body'}: ${issue.message}`,
  }));
}
