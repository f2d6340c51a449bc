/** The tree of categories: its shape in answers, and where a category may go in it. */
import { z } from 'zod';
import { type CategoryRow, findCategoryHeight, findCategoryPath } from '../db/categories.ts';
import type { Executor } from '../db/database.ts';
import { invalid } from './problem.ts';

/** Deep enough for any shop, shallow enough for any reader of the tree. */
export const MAX_DEPTH = 10;

const members = {
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  parent: z.string().nullable(),
  position: z.int(),
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
};

export const categoryView = z.object(members).meta({ id: 'Category' });

const node = z
  .object({
    ...members,
    get children(): z.ZodArray<z.ZodType> {
      return z.array(node);
    },
  })
  .meta({ id: 'CategoryNode' });

export const treeView = z.object({ data: z.array(node) }).meta({ id: 'CategoryTree' });

export function showCategory({ parent_id: _, ...shown }: CategoryRow) {
  return shown;
}

type Node = ReturnType<typeof showCategory> & { children: Node[] };

/** Rows in their order within the parent → roots with their children. */
export function nest(rows: readonly CategoryRow[]): Node[] {
  const nodes = new Map<string, Node>(rows.map((row) => [row.id, { ...showCategory(row), children: [] }]));
  const roots: Node[] = [];
  for (const row of rows) {
    const siblings = row.parent_id === null ? roots : nodes.get(row.parent_id)?.children;
    siblings?.push(nodes.get(row.id)!);
  }
  return roots;
}

/** With the tree locked. Throws 422 when the category would hang below itself, or the tree become too deep. */
export async function assertFits(tx: Executor, id: string | undefined, parentId: string | null): Promise<void> {
  if (parentId === null) return;
  const path = await findCategoryPath(tx, parentId);
  if (id !== undefined && path.includes(id)) throw misplaced('category_cycle', 'a category cannot hang below itself');
  const height = id === undefined ? 1 : await findCategoryHeight(tx, id);
  if (path.length + height > MAX_DEPTH)
    throw misplaced('category_too_deep', `the tree is at most ${MAX_DEPTH} levels deep`);
}

const misplaced = (code: string, message: string) =>
  invalid([{ pointer: '/parent', code, message: `parent: ${message}` }], 422);
