/** Categories: a tree by parent. Changes of its shape happen one at a time. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface CategoryInput {
  slug: string;
  name: string;
  parent_id: string | null;
  position: number;
}

export interface CategoryRow extends CategoryInput {
  id: string;
  parent: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

// Two moves that each look right alone can make a ring together, so whoever changes the tree's shape waits for the other.
const lockTree = statement(
  'lock_category_tree',
  `select pg_advisory_xact_lock(hashtextextended('stockroom.categories', 0))`,
);

export async function lockCategoryTree(tx: Executor): Promise<void> {
  await tx.rows(lockTree);
}

const SELECT = `select c.id, c.slug, c.name, c.parent_id, p.slug as parent, c.position, c.version, c.created_at, c.updated_at
  from categories c left join categories p on p.id = c.parent_id`;

const all = statement('list_categories', `${SELECT} order by c.position, c.name, c.id`);

export function listCategories(db: Executor): Promise<CategoryRow[]> {
  return db.rows<CategoryRow>(all);
}

const byId = statement('find_category', `${SELECT} where c.id = $1`);
const bySlug = statement('find_category_by_slug', `${SELECT} where c.slug = $1`);

export async function findCategory(db: Executor, id: string): Promise<CategoryRow | undefined> {
  return (await db.rows<CategoryRow>(byId, [id]))[0];
}

export async function findCategoryBySlug(db: Executor, slug: string): Promise<CategoryRow | undefined> {
  return (await db.rows<CategoryRow>(bySlug, [slug]))[0];
}

const known = statement('find_category_slugs', 'select slug from categories where slug = any($1)');

/** Of these slugs, those that are categories. */
export async function findCategorySlugs(db: Executor, slugs: readonly string[]): Promise<Set<string>> {
  if (slugs.length === 0) return new Set();
  return new Set((await db.rows<{ slug: string }>(known, [slugs])).map((row) => row.slug));
}

const path = statement(
  'find_category_path',
  `with recursive path as (
     select id, parent_id, 1 as depth from categories where id = $1
     union all select c.id, c.parent_id, p.depth + 1 from categories c join path p on c.id = p.parent_id where p.depth < 100
   )
   select id from path order by depth`,
);

/** Ids from a category up to its root, itself first. */
export async function findCategoryPath(db: Executor, id: string): Promise<string[]> {
  return (await db.rows<{ id: string }>(path, [id])).map((row) => row.id);
}

const height = statement(
  'find_category_height',
  `with recursive tree as (
     select id, 1 as depth from categories where id = $1
     union all select c.id, t.depth + 1 from categories c join tree t on c.parent_id = t.id where t.depth < 100
   )
   select coalesce(max(depth), 0)::integer as height from tree`,
);

/** Levels of the tree that hangs on a category, itself counted. */
export async function findCategoryHeight(db: Executor, id: string): Promise<number> {
  return (await db.rows<{ height: number }>(height, [id]))[0]?.height ?? 0;
}

const insert = statement(
  'insert_category',
  `insert into categories (id, slug, name, parent_id, position) values ($1, $2, $3, $4, $5) on conflict (slug) do nothing returning id`,
);

/** The new category's id; undefined when the slug is taken. */
export async function insertCategory(tx: Executor, input: CategoryInput): Promise<string | undefined> {
  const { slug, name, parent_id, position } = input;
  return (await tx.rows<{ id: string }>(insert, [uuidv7(), slug, name, parent_id, position]))[0]?.id;
}

const lock = statement('lock_category', 'select id, version from categories where id = $1 for update');

export async function lockCategory(tx: Executor, id: string): Promise<{ id: string; version: number } | undefined> {
  return (await tx.rows<{ id: string; version: number }>(lock, [id]))[0];
}

const update = statement(
  'update_category',
  `update categories set slug = $2, name = $3, parent_id = $4, position = $5, version = version + 1, updated_at = now()
   where id = $1 and (slug, name, parent_id, position) is distinct from ($2, $3, $4::uuid, $5::integer)`,
);

/** Throws PostgreSQL's 23505 (categories_slug_key) when another category has the slug. */
export async function updateCategory(tx: Executor, id: string, input: CategoryInput): Promise<void> {
  const { slug, name, parent_id, position } = input;
  await tx.rows(update, [id, slug, name, parent_id, position]);
}

const usage = statement(
  'count_category_usage',
  `select (select count(*) from categories where parent_id = $1)::integer as children,
     (select count(*) from product_categories where category_id = $1)::integer as products`,
);

export async function countCategoryUsage(tx: Executor, id: string): Promise<{ children: number; products: number }> {
  return (await tx.rows<{ children: number; products: number }>(usage, [id]))[0]!;
}

const remove = statement('delete_category', 'delete from categories where id = $1');

export async function deleteCategory(tx: Executor, id: string): Promise<void> {
  await tx.rows(remove, [id]);
}
