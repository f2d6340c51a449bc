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

const columns = 'id, order_id, code, subject, detail, opened_at, resolved_at, resolution';

interface ExceptionFilter {
  /** Not given: open and settled ones. */
  open?: boolean | undefined;
  code?: string | undefined;
  order_id?: string | undefined;
}

const list = statement(
  'list_exceptions',
  `select ${columns} from exceptions
   where ($1::boolean is null or (resolved_at is null) = $1) and ($2::text is null or code = $2)
     and ($3::uuid is null or order_id = $3) and ($4::uuid is null or id > $4)
   order by id limit $5`,
);

/** In the order they first came up, one more than `limit` when there are more. */
export function listExceptions(
  db: Executor,
  { open, code, order_id }: ExceptionFilter,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<ExceptionRow[]> {
  return db.rows<ExceptionRow>(list, [open ?? null, code ?? null, order_id ?? null, after ?? null, limit + 1]);
}

const byId = statement('exception_by_id', `select ${columns} from exceptions where id = $1`);

export async function findException(db: Executor, id: string): Promise<ExceptionRow | undefined> {
  const [row] = await db.rows<ExceptionRow>(byId, [id]);
  return row;
}

const resolve = statement(
  'resolve_exception_by_id',
  'update exceptions set resolved_at = now(), resolution = $2 where id = $1 and resolved_at is null returning id',
);

/** False when there is no open exception of this id. */
export async function resolveExceptionById(db: Executor, id: string, resolution: string): Promise<boolean> {
  return (await db.rows(resolve, [id, resolution])).length > 0;
}
