/** Why something at an address that a stranger gave was not fetched: a closed list, each with a sentence for people. */

export const FETCH_PROBLEMS = {
  address_invalid: 'The address is not a plain http or https URL without a user name and password.',
  address_not_public: 'The address does not lead to the public Internet.',
  port_refused: 'The port of the address belongs to another kind of service.',
  redirect_refused: 'The address redirects to where it may not lead.',
  too_many_redirects: 'The address redirects too many times.',
  http_status: 'The server did not answer with a file.',
  fetch_timeout: 'The server took too long.',
  too_slow: 'The server sent too slowly.',
  host_unknown: 'The host of the address does not exist.',
  connection_failed: 'The server could not be reached, or broke off.',
  certificate_invalid: 'The certificate of the server is not valid.',
  too_many_bytes: 'The file is larger than allowed.',
  headers_too_large: 'The head of the answer is larger than allowed.',
  encoding_unsupported: 'The answer is encoded in a way that is not understood.',
  body_incomplete: 'The answer ended before it was complete.',
} as const;

export type FetchProblem = keyof typeof FETCH_PROBLEMS;

/** What may be over in a while; everything else would be the same the next time. */
const PASSING: ReadonlySet<FetchProblem> = new Set([
  'fetch_timeout',
  'too_slow',
  'host_unknown',
  'connection_failed',
  'body_incomplete',
] satisfies FetchProblem[]);

export const mayPass = (problem: FetchProblem): boolean => PASSING.has(problem);
