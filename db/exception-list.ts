/** The exceptions list as a person works through it. */
import { type Executor, statement } from './database.ts';

export interface ExceptionRow {
  id: string;
  order_id: string | null;
  code: string;
  subject: string;
  detail: object;
  opened_at: Date;
  resolved_at: Date | null;
  resolution: string | null;
}

const list = statement(
  'list_exceptions',
  `select id, order_id, code, subject, detail, opened_at, resolved_at, resolution from exceptions
   where $1 or resolved_at is null order by opened_at limit $2`,
);

/** Oldest first; `withResolved` shows what is settled too. */
export function listExceptions(db: Executor, withResolved: boolean, limit: number): Promise<ExceptionRow[]> {
  return db.rows<ExceptionRow>(list, [withResolved, limit]);
}

const resolve = statement(
  'resolve_exception_by_id',
  'update exceptions set resolved_at = now(), resolution = $2 where id = $1 and resolved_at is null returning id',
);

/** False when there is no open exception of this id. */
export async function resolveExceptionById(db: Executor, id: string, resolution: string): Promise<boolean> {
  return (await db.rows(resolve, [id, resolution])).length > 0;
}
