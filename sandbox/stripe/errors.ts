/** A refusal as Stripe puts it. Thrown inside a request, it rolls the request's changes back. */
export class StripeError extends Error {
  readonly status: number;
  readonly fields: Record<string, unknown>;
  /** Whether the answer is kept under the idempotency key: only what fails once execution has begun. */
  readonly stored: boolean;
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    fields: Record<string, unknown> & { message: string },
    options: { stored?: boolean; headers?: Record<string, string> } = {},
  ) {
    super(fields.message);
    this.status = status;
    this.fields = { type: 'invalid_request_error', ...fields };
    this.stored = options.stored ?? false;
    this.headers = options.headers ?? {};
  }
}

/** A 400 that was decided while executing, so it is kept under the idempotency key. */
export const refuse = (message: string, fields: { code?: string; param?: string; [name: string]: unknown } = {}) =>
  new StripeError(400, { ...fields, message }, { stored: true });

/** A 400 for a parameter that does not pass validation: nothing was executed, nothing is kept. */
export const badParam = (message: string, param: string, code?: string) =>
  new StripeError(400, { message, param, ...(code ? { code } : {}) });

/** 404 for the object of the URL, 400 for one named by a parameter. */
export const noSuch = (kind: string, id: string, param = 'id') =>
  new StripeError(
    param === 'id' ? 404 : 400,
    { code: 'resource_missing', message: `No such ${kind}: '${id}'`, param },
    { stored: true },
  );

export const unauthorized = (message: string) =>
  new StripeError(401, { message }, { headers: { 'WWW-Authenticate': 'Bearer realm="Stripe"' } });

/** The body of an error answer, with the fields that every error of Stripe's carries. */
export function errorBody(fields: Record<string, unknown>, requestId: string, baseUrl: string): string {
  const code = typeof fields.code === 'string' ? fields.code : undefined;
  return JSON.stringify({
    error: {
      ...fields,
      ...(code ? { doc_url: docUrl(code) } : {}),
      request_log_url: `${baseUrl}/sandbox/stripe/control/requests/${requestId}`,
    },
  });
}

export const docUrl = (code: string) => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
