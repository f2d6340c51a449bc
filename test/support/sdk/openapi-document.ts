/** The OpenAPI document as the API serves it, made from the routes alone: nothing is started for it. */
import { type AppOptions, allRoutes } from '../../../api/app.ts';
import { buildOpenApi } from '../../../api/openapi.ts';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
  [keyword: string]: unknown;
}

export interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Stands for whatever a route is built with: only its handler would use it. */
const nothing: object = new Proxy(() => nothing, {
  get: (_, name) => (typeof name === 'symbol' ? undefined : nothing),
});

export function openApiDocument(): OpenApiDocument {
  const given: Partial<AppOptions> = { orderTokenSecret: 'none', publicUrl: 'http://localhost', version: '0.0.0' };
  const options = new Proxy(given, { get: (own, name) => Reflect.get(own, name) ?? nothing }) as AppOptions;
  return buildOpenApi(allRoutes(options), 'http://localhost', '0.0.0') as unknown as OpenApiDocument;
}
