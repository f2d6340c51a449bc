/** How shapes of pages and repairs are shown. */
import { z } from 'zod';
import type { ShapeRow } from '../db/decide-shape.ts';
import type { RepairRow } from '../db/extraction-repairs.ts';
import { listOf, page } from './schemas.ts';

export const SHAPE_STATUSES = ['learned', 'unconfirmed', 'confirmed', 'rejected'] as const;
export const REPAIR_STATUSES = ['proposed', 'accepted', 'refused', 'undone', 'superseded'] as const;

const competitor = z.object({ id: z.string(), name: z.string() });

export const shape = z
  .object({
    id: z.string(),
    competitor,
    shape: z.string().meta({
      description:
        'How pages were understood: layer and path of price, currency and availability; or why, and as far as what, they were not',
    }),
    outcome: z.enum(['observed', 'none']),
    status: z.enum(SHAPE_STATUSES).meta({
      description:
        'learned: known from when the site was new; unconfirmed: what it says is held until a person has decided; confirmed: it counts; rejected: it never counts',
    }),
    seen: z.int(),
    pages: z.int().meta({ description: 'Listings whose last look was understood so' }),
    first_seen_at: z.iso.datetime(),
    last_seen_at: z.iso.datetime(),
    observation_id: z.string().meta({ description: 'Where it was first seen; its evidence shows the page' }),
    change: z
      .object({
        kind: z.enum(['new_shape', 'failures_rising', 'field_vanished']),
        field: z.string().nullable(),
        pages: z.int().meta({ description: 'Pages of the site that were read before' }),
        changed: z.int().meta({ description: 'How many of them are understood otherwise, or not at all' }),
        opened_at: z.iso.datetime(),
      })
      .nullable()
      .meta({ description: 'What waits for a decision' }),
    decided_at: z.iso.datetime().nullable(),
    decided_by: z.string().nullable(),
  })
  .meta({ id: 'ExtractionShape' });
export const shapeList = listOf('ExtractionShapeList', shape);

export const shapeQuery = z.object({
  competitor_id: z.uuid().optional(),
  status: z.enum(SHAPE_STATUSES).optional(),
  ...page,
});

export function renderShape({ competitor_id, competitor_name, change, ...row }: ShapeRow) {
  const opened = change && { ...change, opened_at: new Date(change.opened_at).toISOString() };
  return {
    ...row,
    competitor: { id: competitor_id, name: competitor_name },
    change: opened as z.output<typeof shape>['change'],
  };
}

const money = z.object({ amount: z.int(), currency: z.string() });

export const repair = z
  .object({
    id: z.string(),
    competitor,
    status: z.enum(REPAIR_STATUSES),
    field: z.string(),
    selector: z.string().meta({ description: 'Where the value stands now' }),
    tried: z.int(),
    agreed: z.int().meta({ description: 'Pages on which it reads what was known from before' }),
    pages: z.array(
      z.object({
        listing_id: z.string(),
        observation_id: z.string(),
        url: z.string(),
        before: money,
        after: money.nullable(),
        reason: z.string().nullable().meta({ description: 'Why nothing is read there' }),
        agrees: z.boolean(),
        snippet: z.string().nullable(),
      }),
    ),
    replaced: z.string().nullable().meta({ description: 'The selector that it took the place of' }),
    created_at: z.iso.datetime(),
    decided_at: z.iso.datetime().nullable(),
    decided_by: z.string().nullable(),
  })
  .meta({ id: 'ExtractionRepair' });
export const repairList = listOf('ExtractionRepairList', repair);

export const repairQuery = z.object({
  competitor_id: z.uuid().optional(),
  status: z.enum(REPAIR_STATUSES).optional(),
  ...page,
});

export function renderRepair({ competitor_id, competitor_name, pages, ...row }: RepairRow) {
  return {
    ...row,
    competitor: { id: competitor_id, name: competitor_name },
    pages: pages.map(({ shape: _, ...tried }) => tried),
  };
}
