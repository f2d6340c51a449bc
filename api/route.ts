/**
 * A route is data: its schemas validate the request and make the OpenAPI document, its key rules guard it, its handler
 * answers. `mountRoutes` gives Express all of them, and 405 for methods that a path does not have.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ApiKey } from '../db/api-keys.ts';
import { fieldErrors, invalid, Problem } from './problem.ts';
import { refuseUnknown } from './unknown-parameters.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type Scope =
  | 'orders:read'
  | 'orders:write'
  | 'payments:write'
  | 'refunds:write'
  | 'disputes:read'
  | 'disputes:write'
  | 'customers:read'
  | 'customers:write'
  | 'catalogue:read'
  | 'catalogue:write'
  | 'stock:read'
  | 'stock:write'
  | 'ledger:read'
  | 'reconciliation:read'
  | 'reconciliation:write'
  | 'notifications:read'
  | 'notifications:write'
  | 'subscriptions:read'
  | 'subscriptions:write'
  | 'returns:read'
  | 'returns:write'
  | 'vendors:read'
  | 'vendors:write'
  | 'prices:read'
  | 'prices:write'
  | 'webhooks:read'
  | 'webhooks:write'
  | 'keys:write'
  | 'ops:read'
  | 'ops:write';

export interface Call<B = unknown, Q = unknown, P = unknown> {
  body: B;
  query: Q;
  params: P;
  headers: IncomingHttpHeaders;
  key: ApiKey;
  log: Logger;
  req: Request;
  res: Response;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: Method;
  /** In OpenAPI's form: `/v1/orders/{id}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** Open routes ask for no key: what they serve is for everybody, or the address itself is signed. */
  scope: Scope | 'open';
  /** Which keys may call: secret keys always (with the scope), publishable ones only where named. */
  publishable?: boolean;
  /**
   * Whether a vendor's key may call. A route that says so shows and changes nothing but what is that vendor's (`call.key.vendor_id`), and
   * answers for all else as for what does not exist; test/vendor-isolation.test.ts asks every route.
   */
  vendor?: boolean;
  body?: z.ZodType;
  /** For bodies that are not JSON (imports, files): the route reads the request itself. With `body`, it takes JSON as well. */
  rawBody?: string[];
  /** What a raw body of multipart/form-data holds, for the document. */
  form?: z.ZodType;
  query?: z.ZodType;
  params?: z.ZodType;
  requestHeaders?: z.ZodType;
  /** Status → the schema of its body; none for an empty one; `alsoAs`: media types that a client may ask for instead, as text. */
  responses: Record<
    number,
    { description: string; schema?: z.ZodType; mediaType?: string; alsoAs?: readonly string[] }
  >;
  /** Returns the answer, or nothing when it wrote to `res` itself (streams). */
  handle: (call: Call) => Promise<Answer | undefined>;
}

/** Types a route's handler by its schemas. */
export function defineRoute<
  B extends z.ZodType = z.ZodUnknown,
  Q extends z.ZodType = z.ZodUnknown,
  P extends z.ZodType = z.ZodUnknown,
>(
  route: Omit<Route, 'handle' | 'body' | 'query' | 'params'> & {
    body?: B;
    query?: Q;
    params?: P;
    handle: (call: Call<z.output<B>, z.output<Q>, z.output<P>>) => Promise<Answer | undefined>;
  },
): Route {
  return route as unknown as Route;
}

export interface Guards {
  authenticate(req: Request, route: Route): Promise<ApiKey>;
  limit: RequestHandler;
  /** Reads a JSON body; `besides`: what else the route takes, for whoever sends something else. */
  json: (besides: readonly string[]) => RequestHandler;
}

export function mountRoutes(router: Router, routes: readonly Route[], guards: Guards): void {
  for (const route of routes) {
    const path = expressPath(route.path);
    const parse = route.rawBody && !route.body ? [] : [unlessRaw(route, guards.json(route.rawBody ?? []))];
    const guard = route.scope === 'open' ? [] : [identify(route, guards), guards.limit];
    router[route.method](path, ...guard, ...parse, answer(route));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    router.all(expressPath(path), refuseMethod(methods));
  }
}

const isRaw = (req: Request, route: Route) => route.rawBody !== undefined && Boolean(req.is(route.rawBody));

function unlessRaw(route: Route, json: RequestHandler): RequestHandler {
  return (req, res, next) => (isRaw(req, route) ? next() : json(req, res, next));
}

const expressPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

function identify(route: Route, guards: Guards): RequestHandler {
  return async (req, res, next) => {
    res.locals.key = await guards.authenticate(req, route);
    next();
  };
}

function answer(route: Route): RequestHandler {
  return async (req, res) => {
    // What is for everybody may be linked with parameters of others, such as a cache's.
    if (route.scope !== 'open') refuseUnknown(route.query, req.query);
    const result = await route.handle({
      body: route.body && !isRaw(req, route) ? check(route.body, req.body, '') : req.body,
      query: route.query ? check(route.query, req.query, 'query') : req.query,
      params: route.params ? check(route.params, req.params, 'path') : req.params,
      headers: req.headers,
      key: res.locals.key as ApiKey,
      log: res.locals.log as Logger,
      req,
      res,
    });
    if (result) send(res, result);
  };
}

/** Sends an answer; a body goes out as JSON. */
export function send(res: Response, { status, body, headers }: Answer): void {
  res.status(status);
  if (headers) res.set(headers);
  if (body === undefined) res.end();
  else res.json(body);
}

function check(schema: z.ZodType, value: unknown, where: '' | 'query' | 'path'): unknown {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error).map((error) =>
    where ? { ...error, pointer: error.pointer.slice(1) } : error,
  );
  throw invalid(errors);
}

/** 405 for whatever the routes before it did not take; HEAD is there wherever GET is. */
export function refuseMethod(taken: readonly string[]): RequestHandler {
  const methods = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return (req) => {
    throw new Problem({
      status: 405,
      code: 'method_not_allowed',
      detail: `${req.method} is not possible here; ${methods.join(', ')} is.`,
      headers: { Allow: methods.join(', ') },
    });
  };
}
