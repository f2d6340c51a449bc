/** How the seed calls the API: with a secret key, as a merchant's own program would. */

export interface SeedOptions {
  apiUrl: string;
  /** May write the catalogue and its stock. */
  secretKey: string;
}

const TIMEOUT_MS = 30_000;

/** An array goes out as NDJSON, a form as it is. A slug or code that is taken (409) is no failure here. */
export async function call(
  { apiUrl, secretKey }: SeedOptions,
  method: string,
  path: string,
  body?: object | FormData,
): Promise<unknown> {
  const response = await fetch(apiUrl + path, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { Authorization: `Bearer ${secretKey}`, ...(body ? typeOf(body) : {}) },
    ...(body ? { body: encode(body) } : {}),
  });
  const answer = await response.text();
  if (!response.ok && response.status !== 409) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
  return JSON.parse(answer);
}

/** A form names its own type, with the boundary of its parts. */
function typeOf(body: object): Record<string, string> {
  if (body instanceof FormData) return {};
  return { 'Content-Type': Array.isArray(body) ? 'application/x-ndjson' : 'application/json' };
}

function encode(body: object): string | FormData {
  if (body instanceof FormData) return body;
  return Array.isArray(body) ? body.map((line) => JSON.stringify(line)).join('\n') : JSON.stringify(body);
}
