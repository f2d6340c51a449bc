/** Twilio's way to say no: https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
import type { Response } from 'express';
import type { FaultAnswer } from '../faults.ts';

export interface TwilioError {
  status: number;
  code: number;
  message: string;
}

export function answerError(res: Response, { status, code, message }: TwilioError): void {
  res.status(status).json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}

/** 429 and 5xx look like Twilio's own. */
export const answerFault: FaultAnswer = (fault, res) => {
  const limited = fault.kind === 'rate_limit';
  const status = fault.status ?? (limited ? 429 : 500);
  if (limited && !res.headersSent) res.setHeader('Retry-After', '1');
  if (fault.body !== undefined) return void res.status(status).send(fault.body);
  answerError(res, limited ? { status, code: 20429, message: 'Too Many Requests' } : failure(status));
};

const failure = (status: number) => ({
  status,
  code: 20_000 + status,
  message: 'An internal server error has occurred',
});
