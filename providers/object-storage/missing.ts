/** How each backend says that an object is not there. */

export class ObjectMissingError extends Error {
  readonly key: string;
  constructor(key: string, options?: ErrorOptions) {
    super(`there is no ${key} in the storage`, options);
    this.name = 'ObjectMissingError';
    this.key = key;
  }
}

interface BackendError {
  name?: string;
  code?: unknown;
  message?: string;
  statusCode?: number;
  $metadata?: { httpStatusCode?: number };
  cause?: unknown;
}

/** A bucket or container that is not there is a wrong setting: taken for missing objects, it would let pictures be given up. */
const NO_BUCKET = /NoSuchBucket|ContainerNotFound|bucket does not exist/i;

export function isMissing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message, statusCode, $metadata, cause } = error as BackendError;
  if (NO_BUCKET.test(`${name} ${String(code)} ${message}`) || isNoBucket(cause)) return false;
  return (
    code === 'ENOENT' ||
    code === 'ENOTDIR' ||
    code === 'flystorage.file_was_not_found' ||
    [code, statusCode, $metadata?.httpStatusCode].includes(404)
  );
}

function isNoBucket(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message } = error as BackendError;
  return NO_BUCKET.test(`${name} ${String(code)} ${message}`);
}
