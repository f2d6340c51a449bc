/** How fetching from a public address fails: one of a closed list, whatever the network, TLS, HTTP or zlib called it. */
import { FETCH_PROBLEMS, type FetchProblem, mayPass } from '../domain/fetch-problems.ts';

export class PublicFetchError extends Error {
  override readonly name = 'PublicFetchError';
  readonly code: FetchProblem;
  constructor(code: FetchProblem, detail?: string, options?: ErrorOptions) {
    super(detail ? `${FETCH_PROBLEMS[code]} (${detail})` : FETCH_PROBLEMS[code], options);
    this.code = code;
  }
  /** Whether another try later could end otherwise. */
  get mayPass(): boolean {
    return mayPass(this.code);
  }
}

const BY_CODE: Readonly<Record<string, FetchProblem>> = {
  ENOTFOUND: 'host_unknown',
  ENODATA: 'host_unknown',
  EAI_AGAIN: 'host_unknown',
  UND_ERR_CONNECT_TIMEOUT: 'fetch_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'fetch_timeout',
  UND_ERR_BODY_TIMEOUT: 'fetch_timeout',
  ETIMEDOUT: 'fetch_timeout',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'body_incomplete',
  Z_BUF_ERROR: 'body_incomplete',
  Z_DATA_ERROR: 'encoding_unsupported',
};

const BY_PATTERN: readonly [pattern: RegExp, problem: FetchProblem][] = [
  // X.509 trouble, as OpenSSL and Node name it.
  [/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_/, 'certificate_invalid'],
  // Brotli names each error of its format.
  [/^ERR__ERROR_FORMAT/, 'encoding_unsupported'],
];

/** `begun`: the head of an answer had come; what breaks off then is an incomplete body. */
export function asPublicFetchError(thrown: unknown, host: string, begun: boolean): PublicFetchError {
  if (thrown instanceof PublicFetchError) return thrown;
  const code = codeOf(thrown);
  const known = BY_CODE[code] ?? BY_PATTERN.find(([pattern]) => pattern.test(code))?.[1];
  return new PublicFetchError(known ?? (begun ? 'body_incomplete' : 'connection_failed'), host, { cause: thrown });
}

/** A name with several addresses fails with the failures of all. */
function codeOf(thrown: unknown): string {
  const { code, errors } = thrown as { code?: unknown; errors?: { code?: unknown }[] };
  return String(code ?? errors?.[0]?.code ?? '');
}
