import type { Sandbox } from './context.ts';
import type { FormHash } from './form.ts';
import { type Params, type Rule, readFields } from './params.ts';

/** One request as a handler sees it: its parameters checked, its ids taken from the path. */
export interface Call<P> {
  sandbox: Sandbox;
  params: P;
  ids: string[];
  /** The Stripe-Version header; undefined means the account's default. */
  version: string | undefined;
}

/** An answer whose status is not 200, or whose JSON is at hand already. */
export class Answer {
  readonly status: number;
  readonly body: string | Record<string, unknown>;
  constructor(status: number, body: string | Record<string, unknown>) {
    this.status = status;
    this.body = body;
  }
}

type Reply = Answer | object;

export interface Route {
  method: string;
  pattern: string[];
  /** The names of the parameters it takes. */
  params: string[];
  run(call: Omit<Call<unknown>, 'params'>, form: FormHash): Reply;
}

type Rules = Record<string, Rule<unknown>>;

/** Ties a method and path to its parameters and its handler. `:id` stands for any one part of the path. */
export function route<R extends Rules, O extends Rules>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  required: R,
  optional: O,
  handle: (call: Call<Params<R, O>>) => Reply,
): Route {
  return {
    method,
    pattern: path.split('/').slice(2),
    params: [...Object.keys(required), ...Object.keys(optional)],
    run: (call, form) => handle({ ...call, params: readFields(form, required, optional) }),
  };
}

export type FindRoute = (method: string, path: string) => { route: Route; ids: string[] } | undefined;

/** Finds the route of a request by its resource first, so that a look-up compares a handful of patterns. */
export function createRouteFinder(routes: Route[]): FindRoute {
  const byResource = Map.groupBy(routes, (entry) => `${entry.method} ${entry.pattern[0]} ${entry.pattern.length}`);
  return (method, path) => {
    const parts = path.split('/').slice(2);
    for (const entry of byResource.get(`${method} ${parts[0]} ${parts.length}`) ?? []) {
      if (entry.pattern.every((part, i) => part.startsWith(':') || part === parts[i])) {
        return { route: entry, ids: parts.filter((_, i) => entry.pattern[i]!.startsWith(':')).map(decodeURIComponent) };
      }
    }
    return undefined;
  };
}
