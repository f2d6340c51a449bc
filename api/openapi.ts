/** The OpenAPI 3.1 document, made from the routes' own schemas, and pages to read it. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Router } from 'express';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from './route.ts';
import { problem } from './schemas.ts';
import { webhookOperations } from './webhook-document.ts';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

export function buildOpenApi(routes: readonly Route[], publicUrl: string, version: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Stockroom',
      version,
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Orders, catalogue and stock. Amounts are integers in minor units of their currency; times are RFC 3339 in UTC; errors are RFC 9457 problem documents; every POST takes an Idempotency-Key (imports need none: repeated, they change nothing).',
    },
    servers: [{ url: publicUrl }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'pk_… or sk_…' } } },
    paths,
    webhooks: webhookOperations(),
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const requestParams = { query: route.query, path: route.params, header: headersOf(route) };
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    tags: [route.tag],
    security: route.scope === 'open' ? [] : [{ key: [] }],
    'x-scope': route.scope,
    'x-publishable': route.publishable === true,
    'x-vendor': route.vendor === true,
    requestParams: Object.fromEntries(Object.entries(requestParams).filter(([, schema]) => schema)) as object,
    ...(route.body || route.rawBody ? { requestBody: requestBody(route) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([status, response]) => [status, responseOf(response)]),
      ),
      default: { description: 'Problem', content: { 'application/problem+json': { schema: problem } } },
    },
  };
}

/** No body is read as an empty object, so it may be missing where that is enough. */
const requestBody = ({ body, rawBody = [], form }: Route) => ({
  required: !body?.safeParse({}).success,
  content: {
    ...(body ? { 'application/json': { schema: body } } : {}),
    ...Object.fromEntries(rawBody.map((type) => [type, { schema: form ?? z.string() }])),
  },
});

function headersOf(route: Route): z.ZodType | undefined {
  if (route.requestHeaders) return route.requestHeaders;
  const isKept = route.method === 'post' && route.scope !== 'open';
  return isKept ? z.object({ 'Idempotency-Key': z.string().min(1).max(255).optional() }) : undefined;
}

function responseOf({ description, schema, mediaType = 'application/json', alsoAs = [] }: Route['responses'][number]) {
  const others = Object.fromEntries(alsoAs.map((type) => [type, { schema: z.string() }]));
  return schema ? { description, content: { [mediaType]: { schema }, ...others } } : { description };
}

/** `get /v1/orders/{id}/history` → `getOrdersByIdHistory`. */
function operationId({ method, path }: Route): string {
  const words = path.replace('/v1/', '').split(/[/.-]/);
  return (
    method + words.map((word) => (word.startsWith('{') ? `By${capital(word.slice(1, -1))}` : capital(word))).join('')
  );
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** `/openapi.json` and `/docs` (Swagger UI from its own package: nothing is loaded from elsewhere). */
export function serveDocs(router: Router, document: object): void {
  const json = JSON.stringify(document);
  router.get(
    '/openapi.json',
    (_req, res) => void res.type('application/json').set('Access-Control-Allow-Origin', '*').send(json),
  );
  router.get('/docs', (_req, res) => void res.type('html').send(DOCS_PAGE));
  router.get('/docs/start.js', (_req, res) => void res.type('js').send(DOCS_SCRIPT));
  router.use('/docs', express.static(SWAGGER_UI, { index: false, maxAge: '1d' }));
}

const DOCS_PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stockroom API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/docs/favicon-32x32.png"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`;

const DOCS_SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, defaultModelsExpandDepth: 0 });`;
