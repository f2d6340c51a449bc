/** /v1/images/rebuild: all variants anew, as they are configured now. One rebuild runs at a time, for all pictures. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { cancelRebuild, openRebuild, type RebuildProgress, readRebuildProgress } from '../db/image-rebuilds.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, Problem } from './problem.ts';
import { defineRoute, type Route } from './route.ts';

const PATH = '/v1/images/rebuild';
const TAG = 'Images';

const rebuildView = z
  .object({
    id: z.uuid(),
    status: z.enum(['running', 'done', 'canceled']),
    recipe: z.string().nullable().meta({ description: 'What it leads to; null until it has been taken up' }),
    total: z.number().int().nullable().meta({ description: 'Pictures that were to be rebuilt' }),
    remaining: z.number().int().nullable().meta({ description: 'Those that still are, the failed ones among them' }),
    failed: z.number().int().meta({ description: 'Pictures that could not be rebuilt: they are shown as before' }),
    created_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'ImageRebuild' });

export const imageRebuildRoutes = ({ db }: { db: Database }): Route[] => [start(db), read(db), cancel(db)];

const start = (db: Database) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag: TAG,
    summary: 'Make the variants of all pictures anew',
    description: 'New pictures go first. While one runs, that one is answered: asking again is harmless.',
    scope: 'catalogue:write',
    responses: { 202: { description: 'The rebuild that runs now', schema: rebuildView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        await openRebuild(tx, call.key.id);
        return { status: 202, body: show(await readRebuildProgress(tx)), headers: { Location: PATH } };
      }),
  });

const read = (db: Database) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: 'How the rebuild comes along, or how the last one ended',
    scope: 'catalogue:read',
    responses: { 200: { description: 'The rebuild', schema: rebuildView } },
    handle: async () => ({ status: 200, body: show(await readRebuildProgress(db)) }),
  });

const cancel = (db: Database) =>
  defineRoute({
    method: 'delete',
    path: PATH,
    tag: TAG,
    summary: 'End the rebuild that runs',
    description: 'What is rebuilt stays so.',
    scope: 'catalogue:write',
    responses: { 200: { description: 'The rebuild', schema: rebuildView } },
    async handle() {
      if (!(await cancelRebuild(db))) throw conflict('no_rebuild', 'No rebuild runs.');
      return { status: 200, body: show(await readRebuildProgress(db)) };
    },
  });

function show(rebuild: RebuildProgress | undefined): object {
  if (!rebuild) throw new Problem({ status: 404, code: 'not_found', detail: 'There never was a rebuild.' });
  return {
    ...rebuild,
    created_at: rebuild.created_at.toISOString(),
    finished_at: rebuild.finished_at?.toISOString() ?? null,
  };
}
