/** A condition of SQL over objects' JSON, for filters that no key of theirs serves. Its text has no values in it, so it is prepared once. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

type Value = string | number | boolean;
interface Range {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** SQLite gives a true of JSON as 1. */
const plain = (value: Value): string | number => (typeof value === 'boolean' ? Number(value) : value);

/** The field of the JSON at `path`, e.g. `recurring.interval`, compared with a value. */
export const compare = (path: string, operator: string, value: Value): Condition => ({
  sql: ` AND json_extract(body, ?) ${operator} ?`,
  values: [`$.${path}`, plain(value)],
});

export const join = (conditions: Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(''),
  values: conditions.flatMap(({ values }) => values),
});

/** Each field that is asked for has its value. */
export const where = (fields: Record<string, Value | undefined>): Condition =>
  join(Object.entries(fields).flatMap(([path, value]) => (value === undefined ? [] : [compare(path, '=', value)])));

export const isOneOf = (column: string, values: string[] | undefined): Condition =>
  values
    ? { sql: ` AND ${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] }
    : { sql: '', values: [] };

/** A range of times as the object shows them, which may be those of a test clock. */
export function within(path: string, range: Range | null | undefined): Condition {
  const { gt, gte, lt, lte } = range ?? {};
  const bounds = [
    ['>', gt],
    ['>=', gte],
    ['<', lt],
    ['<=', lte],
  ] as const;
  return join(bounds.flatMap(([operator, time]) => (time === undefined ? [] : [compare(path, operator, time)])));
}
