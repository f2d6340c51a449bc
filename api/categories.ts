/** /v1/categories: a tree of slugs; products hang on any of its nodes. */
import { z } from 'zod';
import {
  type CategoryRow,
  countCategoryUsage,
  deleteCategory,
  findCategory,
  findCategoryBySlug,
  insertCategory,
  listCategories,
  lockCategory,
  lockCategoryTree,
  updateCategory,
} from '../db/categories.ts';
import type { Database, Executor } from '../db/database.ts';
import { looksLikeId, slugOf } from '../domain/catalogue-slug.ts';
import { idOrSlug, slug } from './catalogue-schemas.ts';
import { assertFits, categoryView, nest, showCategory, treeView } from './category-tree.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, invalid, notFound } from './problem.ts';
import { unlessKnown } from './product-views.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { text } from './schemas.ts';

interface Context {
  db: Database;
}

export function categoryRoutes(context: Context): Route[] {
  return [create(context), list(context), read(context), replace(context), remove(context)];
}

const PATH = '/v1/categories';
const ITEM = '/v1/categories/{id}';
const TAG = 'Catalogue';
const ifMatch = z.object({ 'If-Match': z.string().optional() });

const body = z
  .strictObject({
    name: text(200),
    slug: slug.optional().meta({ description: 'Made from the name when absent' }),
    parent: slug.nullable().default(null).meta({ description: 'Slug of the parent; null for a root' }),
    position: z.int().min(0).max(1_000_000).default(0),
  })
  .meta({ id: 'CategoryInput' });
type Body = z.output<typeof body>;

const answer = (row: CategoryRow, status = 200): Answer => ({
  status,
  body: showCategory(row),
  headers: { ETag: etagOf(row.version), ...(status === 201 ? { Location: `${PATH}/${row.id}` } : {}) },
});

const create = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag: TAG,
    summary: 'Create a category',
    scope: 'catalogue:write',
    body,
    responses: { 201: { description: 'Created', schema: categoryView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        await lockCategoryTree(tx);
        const input = await inputOf(tx, call.body, slugOf(call.body.name));
        await assertFits(tx, undefined, input.parent_id);
        const id = await insertCategory(tx, input);
        if (id === undefined) throw slugTaken(input.slug);
        return answer((await findCategory(tx, id))!, 201);
      }),
  });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag: TAG,
    summary: 'Read the tree of categories',
    scope: 'catalogue:read',
    publishable: true,
    responses: { 200: { description: 'Roots with their descendants', schema: treeView } },
    handle: async () => ({ status: 200, body: { data: nest(await listCategories(db)) } }),
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ITEM,
    tag: TAG,
    summary: 'Read a category by id or slug',
    scope: 'catalogue:read',
    publishable: true,
    params: idOrSlug,
    responses: { 200: { description: 'The category', schema: categoryView }, 304: { description: 'Not modified' } },
    handle: async (call) => unlessKnown(call, answer(await getCategory(db, call.params.id))),
  });

const replace = ({ db }: Context) =>
  defineRoute({
    method: 'put',
    path: ITEM,
    tag: TAG,
    summary: 'Replace or move a category',
    description: 'A category cannot move below itself (422). Without a slug it keeps its own.',
    scope: 'catalogue:write',
    params: idOrSlug,
    body,
    requestHeaders: ifMatch,
    responses: { 200: { description: 'The category as it is now', schema: categoryView } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const current = await lockFor(tx, call);
        const input = await inputOf(tx, call.body, current.slug);
        await assertFits(tx, current.id, input.parent_id);
        await updateCategory(tx, current.id, input).catch((error: { code?: string }) => {
          throw error.code === '23505' ? slugTaken(input.slug) : error;
        });
        return answer((await findCategory(tx, current.id))!);
      }),
  });

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ITEM,
    tag: TAG,
    summary: 'Delete an empty category',
    description: 'One that has children or products stays (409): move them first.',
    scope: 'catalogue:write',
    params: idOrSlug,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Deleted' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id, slug: name } = await lockFor(tx, call);
        const usage = await countCategoryUsage(tx, id);
        if (usage.children + usage.products > 0) {
          const detail = `${name} has ${usage.children} child(ren) and ${usage.products} product(s).`;
          throw conflict('category_in_use', detail, usage);
        }
        await deleteCategory(tx, id);
        return { status: 204 };
      }),
  });

/** Locks the tree and the category. Throws 404, or 412 when If-Match asks for another version. */
async function lockFor(tx: Executor, call: Pick<Call<unknown, unknown, { id: string }>, 'params' | 'headers'>) {
  const expected = expectedVersion(call);
  await lockCategoryTree(tx);
  const found = await getCategory(tx, call.params.id);
  const locked = await lockCategory(tx, found.id);
  if (!locked) throw notFound('category', call.params.id);
  assertVersion(expected, locked.version);
  return found;
}

async function getCategory(db: Executor, id: string): Promise<CategoryRow> {
  const row = looksLikeId(id) ? await findCategory(db, id) : await findCategoryBySlug(db, id);
  if (!row) throw notFound('category', id);
  return row;
}

async function inputOf(tx: Executor, { name, parent, position, slug: given }: Body, fallback: string | undefined) {
  const made = given ?? fallback;
  if (made === undefined) {
    throw invalid([
      { pointer: '/slug', code: 'required', message: 'slug: is needed, for none can be made from the name' },
    ]);
  }
  const above = parent === null ? undefined : await findCategoryBySlug(tx, parent);
  if (parent !== null && !above) {
    throw invalid(
      [{ pointer: '/parent', code: 'category_not_found', message: `parent: there is no category ${parent}` }],
      422,
    );
  }
  return { name, position, slug: made, parent_id: above?.id ?? null };
}

const slugTaken = (taken: string) =>
  conflict('slug_taken', `There is another category with the slug ${taken}.`, { slug: taken });
