/** A query parameter that a route does not know is a filter that would silently not filter: it is refused. */
import { z } from 'zod';
import { nearestName } from '../domain/nearest-name.ts';
import { invalid } from './problem.ts';

/** A browser's EventSource and links give these in the address, whatever the route. */
const EVERYWHERE = ['key', 'token'];
const MAX_NAME = 60;

/** Throws 400 `validation_failed`, with `unknown_parameter` and the nearest known name for each. */
export function refuseUnknown(schema: z.ZodType | undefined, query: object): void {
  const names = Object.keys(query);
  if (names.length === 0 || (schema && !(schema instanceof z.ZodObject))) return;
  const known = schema ? Object.keys(schema.shape) : [];
  const unknown = names.filter((name) => !known.includes(name) && !EVERYWHERE.includes(name));
  if (unknown.length === 0) return;
  throw invalid(
    unknown.map((given) => {
      const name = given.slice(0, MAX_NAME);
      const hint = known.length > 0 ? `; did you mean ${nearestName(name, known)}?` : ': this route takes none.';
      return { pointer: name, code: 'unknown_parameter', message: `${name} is no known parameter${hint}` };
    }),
  );
}
