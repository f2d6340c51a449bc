/** The exceptions list: what a person must settle, once per code and subject. */

import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface NewException {
  /** A stable word for the kind of trouble, such as `job_failed`. */
  code: string;
  /** What it is about, so that the same trouble is one entry. */
  subject: string;
  orderId: string | null;
  detail: object;
}

const open = statement(
  'open_exception',
  `insert into exceptions (id, order_id, code, subject, detail) values ($1, $2, $3, $4, $5)
   on conflict (code, subject) do update
   set detail = excluded.detail, resolved_at = null, resolution = null,
     opened_at = case when exceptions.resolved_at is null then exceptions.opened_at else now() end`,
);

/** Opens an exception, or opens it again when it comes back after having been resolved. */
export async function openException(db: Executor, exception: NewException): Promise<void> {
  const { code, subject, orderId, detail } = exception;
  await db.rows(open, [uuidv7(), orderId, code, subject, JSON.stringify(detail)]);
}

const untold = statement(
  'untold_exceptions',
  `select x.order_id, x.code, x.subject, x.detail from exceptions x join orders o on o.id = x.order_id
   where x.resolved_at is null and x.code = any($1) and not exists (
     select from notifications n where n.order_id = x.order_id and n.cause = x.code || '/' || x.subject
   )
   order by x.opened_at limit $2`,
);

export interface UntoldException<C extends string> {
  order_id: string;
  code: C;
  subject: string;
  detail: object;
}

/** Open exceptions of orders of which no message tells. */
export function findUntoldExceptions<C extends string>(
  db: Executor,
  codes: readonly C[],
  limit: number,
): Promise<UntoldException<C>[]> {
  return db.rows(untold, [codes, limit]);
}

const resolve = statement(
  'resolve_exception',
  `update exceptions set resolved_at = now(), resolution = $3 where code = $1 and subject = $2 and resolved_at is null`,
);

export async function resolveException(db: Executor, code: string, subject: string, resolution: string): Promise<void> {
  await db.rows(resolve, [code, subject, resolution]);
}
