/** /v1/alert-rules: what merchandisers ask to be told of. */
import { z } from 'zod';
import * as rules from '../db/alert-rules.ts';
import type { Database, Executor } from '../db/database.ts';
import { resolveLive } from '../db/price-alert-life.ts';
import * as views from './alert-rule-schemas.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { invalid, notFound } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export function alertRuleRoutes(context: Context): Route[] {
  return [add(context), list(context), read(context), change(context), remove(context)];
}

const tag = 'Prices';
const PATH = '/v1/alert-rules';
const ONE = `${PATH}/{id}`;
const ifMatch = z.object({ 'If-Match': z.string().optional() });
const one = { 200: { description: 'The rule', schema: views.rule } };

const add = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Add an alert rule',
    description:
      'It counts from the next look at a page on. What lasts already (they are cheaper than we are) is told then; falls and rises are measured from the price that was known before.',
    scope: 'prices:write',
    body: views.newRule,
    responses: { 201: { description: 'The rule', schema: views.rule } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const fields = checked(views.newFields(call.body));
        const id = await rules.insertRule(tx, fields);
        return show(await rules.findRule(tx, id), id, 201);
      }),
  });

function checked(fields: rules.RuleFields): rules.RuleFields {
  const errors = views.ruleProblems(fields);
  if (errors.length > 0) throw invalid(errors, 422);
  return fields;
}

function show(row: rules.RuleRow | undefined, id: string, status = 200): Answer {
  if (!row) throw notFound('alert_rule', id);
  const headers = { ETag: etagOf(row.version), ...(status === 201 ? { Location: `${PATH}/${id}` } : {}) };
  return { status, body: views.renderRule(row), headers };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List alert rules',
    scope: 'prices:read',
    query: views.ruleQuery,
    responses: { 200: { description: 'A page, oldest first', schema: views.ruleList } },
    async handle({ query: { limit, cursor, kind, enabled } }) {
      const filter = { kind, enabled: enabled === undefined ? undefined : enabled === 'true' };
      const rows = await rules.listRules(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderRule) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read an alert rule',
    scope: 'prices:read',
    params: uuidParams,
    responses: one,
    handle: async ({ params: { id } }) => show(await rules.findRule(db, id), id),
  });

const change = ({ db }: Context) =>
  defineRoute({
    method: 'patch',
    path: ONE,
    tag,
    summary: 'Change an alert rule',
    description: 'What is not named stays; its kind too. Switched off, it ends its alerts.',
    scope: 'prices:write',
    params: uuidParams,
    body: views.ruleChanges,
    requestHeaders: ifMatch,
    responses: one,
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id } = call.params;
        const fields = checked(views.withChanges(await lock(tx, call), call.body));
        await rules.updateRule(tx, id, fields);
        if (!fields.enabled) await resolveLive(tx, { ruleId: id }, { why: 'rule_off', actor: call.key.id });
        return show(await rules.findRule(tx, id), id);
      }),
  });

/** Throws 404, and 412 when the caller knew another version. */
async function lock(tx: Executor, call: Call<unknown, unknown, { id: string }>): Promise<rules.RuleRow> {
  const row = await rules.lockRule(tx, call.params.id);
  if (!row) throw notFound('alert_rule', call.params.id);
  assertVersion(expectedVersion(call), row.version);
  return row;
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ONE,
    tag,
    summary: 'Remove an alert rule',
    description: 'Its alerts end, and stay with what the rule was.',
    scope: 'prices:write',
    params: uuidParams,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Removed' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        await lock(tx, call);
        await resolveLive(tx, { ruleId: call.params.id }, { why: 'rule_off', actor: call.key.id });
        await rules.deleteRule(tx, call.params.id);
        return { status: 204 };
      }),
  });
