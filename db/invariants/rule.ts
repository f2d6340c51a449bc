/** A rule is a query for what must not be: no row, and it holds. */
import { type Executor, type Statement, statement } from '../database.ts';

export interface Rule {
  /** The invariant of the design that it guards, 1 to 7. */
  readonly invariant: number;
  readonly name: string;
  readonly statement: Statement;
  /** Whether it reads `facts`, which may be large: the others are not sent them. */
  readonly readsFacts: boolean;
}

/** What the rules are asked with. */
export interface RuleValues {
  /** Work younger than this may still be under way. */
  graceSeconds: number;
  /** After this time nothing may be left without an owner. */
  waitSeconds: number;
  limit: number;
  /** What was seen outside the database, as JSON. */
  facts: string;
}

/** Names of the parameters that a rule's SQL may use. */
const parameters: Readonly<Record<string, string>> = {
  ':grace': 'make_interval(secs => $1::float8)',
  ':wait': 'make_interval(secs => $2::float8)',
  ':facts': '$4::jsonb',
};

/** @param violations a SELECT of one row per violation; `:grace`, `:wait` and `:facts` stand for the values */
export function rule(invariant: number, name: string, violations: string): Rule {
  const sql = violations.replaceAll(/:(grace|wait|facts)\b/g, (word) => parameters[word] ?? word);
  return {
    invariant,
    name,
    readsFacts: violations.includes(':facts'),
    // All four parameters are named, so that PostgreSQL knows their types in every rule.
    statement: statement(
      `invariant_${invariant}_${name}`,
      `select count(*) over ()::integer as violations, to_json(v) as example from (${sql}) v
       where $1::float8 is not null and $2::float8 is not null and $4::jsonb is not null limit $3::integer`,
    ),
  };
}

export interface Violations {
  count: number;
  examples: object[];
}

export async function askRule(
  db: Executor,
  { name, statement: sql, readsFacts }: Rule,
  values: RuleValues,
): Promise<Violations> {
  const { graceSeconds, waitSeconds, limit, facts } = values;
  const rows = await db.rows<{ violations: number; example: object }>(sql, [
    graceSeconds,
    waitSeconds,
    limit,
    readsFacts ? facts : '{}',
  ]);
  return { count: rows[0]?.violations ?? 0, examples: rows.map(({ example }) => ({ rule: name, ...example })) };
}
