/** What the modules that speak to PostgreSQL share. */

/** A statement is prepared once per connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** serialization_failure and deadlock_detected: PostgreSQL undid the transaction and asks for another try. */
const RETRYABLE: ReadonlySet<unknown> = new Set(['40001', '40P01']);

export const isRetryable = (error: unknown): boolean => RETRYABLE.has((error as { code?: unknown }).code);

export const MAX_TRIES = 5;
