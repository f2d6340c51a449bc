/** Variants are called by their id or by their SKU. */
import { z } from 'zod';
import type { Executor } from '../db/database.ts';
import { findVariantIds } from '../db/variant-identifiers.ts';
import { notFound } from './problem.ts';

export const variantParams = z.object({
  id: z.string().min(1).max(64).meta({ description: 'Of the variant: its id or its SKU' }),
});

/** Throws 404. */
export async function findVariantId(db: Executor, idOrSku: string): Promise<string> {
  const isId = z.uuid().safeParse(idOrSku).success;
  const [found] = await findVariantIds(db, { skus: isId ? [] : [idOrSku], ids: isId ? [idOrSku] : [] });
  if (!found) throw notFound('variant', idOrSku);
  return found.id;
}
