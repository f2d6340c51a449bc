/** /v1/extraction-shapes and /v1/extraction-repairs: a person's word on sites that are no longer understood as before. */
import type { Database, Executor } from '../db/database.ts';
import { acceptRepair, type RepairDecision, refuseRepair, undoRepair } from '../db/decide-repair.ts';
import { decideShape, findShape, listShapes } from '../db/decide-shape.ts';
import { findRepair, listRepairs } from '../db/extraction-repairs.ts';
import * as views from './extraction-views.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, notFound } from './problem.ts';
import { type Answer, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

export const extractionRoutes = (context: Context): Route[] => [
  shapes(context),
  readShape(context),
  decideOnShape(context, 'confirm'),
  decideOnShape(context, 'reject'),
  repairs(context),
  readRepair(context),
  decideOnRepair(context, 'accept'),
  decideOnRepair(context, 'refuse'),
  decideOnRepair(context, 'undo'),
];

const tag = 'Prices';
const SHAPES = '/v1/extraction-shapes';
const REPAIRS = '/v1/extraction-repairs';

const shapes = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: SHAPES,
    tag,
    summary: 'List how the pages of sites are understood',
    description: 'With status=unconfirmed: what is held until somebody has looked.',
    scope: 'prices:read',
    query: views.shapeQuery,
    responses: { 200: { description: 'A page, newest first', schema: views.shapeList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listShapes(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderShape) };
    },
  });

async function showShape(db: Executor, id: string): Promise<Answer> {
  const row = await findShape(db, id);
  if (!row) throw notFound('extraction_shape', id);
  return { status: 200, body: views.renderShape(row) };
}

const readShape = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${SHAPES}/{id}`,
    tag,
    summary: 'Read how pages of a site are understood',
    scope: 'prices:read',
    params: uuidParams,
    responses: { 200: { description: 'The shape', schema: views.shape } },
    handle: ({ params: { id } }) => showShape(db, id),
  });

const SHAPE_VERBS = {
  confirm: {
    status: 'confirmed',
    summary: 'Confirm what pages of a shape say',
    description:
      'What was held is judged now. A shape of pages that say nothing is confirmed to say nothing rightly. A site that was held for it is looked at again.',
  },
  reject: {
    status: 'rejected',
    summary: 'Reject what pages of a shape say',
    description: 'It counts for nothing, now and later; the last good prices stay.',
  },
} as const;

/** Asked again it answers the same, and changes nothing. */
const decideOnShape = ({ db }: Context, verb: keyof typeof SHAPE_VERBS) =>
  defineRoute({
    method: 'post',
    path: `${SHAPES}/{id}/${verb}`,
    tag,
    summary: SHAPE_VERBS[verb].summary,
    description: SHAPE_VERBS[verb].description,
    scope: 'prices:write',
    params: uuidParams,
    responses: { 200: { description: 'The shape', schema: views.shape } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        await decideShape(tx, call.params.id, SHAPE_VERBS[verb].status, call.key.id);
        return showShape(tx, call.params.id);
      }),
  });

const repairs = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: REPAIRS,
    tag,
    summary: 'List repairs',
    description: 'Places where prices known from before stand on the pages of a site that was built anew.',
    scope: 'prices:read',
    query: views.repairQuery,
    responses: { 200: { description: 'A page, newest first', schema: views.repairList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await listRepairs(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderRepair) };
    },
  });

async function showRepair(db: Executor, id: string): Promise<Answer> {
  const row = await findRepair(db, id);
  if (!row) throw notFound('extraction_repair', id);
  return { status: 200, body: views.renderRepair(row) };
}

const readRepair = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${REPAIRS}/{id}`,
    tag,
    summary: 'Read a repair with before and after of each page',
    scope: 'prices:read',
    params: uuidParams,
    responses: { 200: { description: 'The repair', schema: views.repair } },
    handle: ({ params: { id } }) => showRepair(db, id),
  });

const REPAIR_VERBS = {
  accept: {
    act: acceptRepair,
    to: 'accepted',
    summary: 'Accept a repair',
    description: 'The site reads the value there from now on, and is looked at again.',
  },
  refuse: {
    act: refuseRepair,
    to: 'refused',
    summary: 'Refuse a repair',
    description: 'This place is not proposed for the site again.',
  },
  undo: {
    act: undoRepair,
    to: 'undone',
    summary: 'Take back an accepted repair',
    description: 'The site has again the selector that it had before, unless somebody has changed it since (409).',
  },
} as const;

const decideOnRepair = ({ db }: Context, verb: keyof typeof REPAIR_VERBS) =>
  defineRoute({
    method: 'post',
    path: `${REPAIRS}/{id}/${verb}`,
    tag,
    summary: REPAIR_VERBS[verb].summary,
    description: REPAIR_VERBS[verb].description,
    scope: 'prices:write',
    params: uuidParams,
    responses: { 200: { description: 'The repair', schema: views.repair } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { act, to } = REPAIR_VERBS[verb];
        assertDone(await act(tx, call.params.id, call.key.id), call.params.id, to);
        return showRepair(tx, call.params.id);
      }),
  });

/** What stands so already is no conflict. */
function assertDone(decided: RepairDecision, id: string, to: string): void {
  if (decided.kind === 'not_found') throw notFound('extraction_repair', id);
  if (decided.kind === 'done' || (decided.kind === 'settled' && decided.repair.status === to)) return;
  const { status, selector } = decided.repair;
  if (decided.kind === 'settled') throw conflict('repair_settled', `The repair is ${status}.`, { status });
  throw conflict('selector_changed', 'The site has another selector by now.', { selector });
}
