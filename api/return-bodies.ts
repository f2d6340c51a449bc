/** What may be asked of a return: the bodies of its requests. */
import { z } from 'zod';
import { RETURN_RESOLUTIONS } from '../domain/returns/terms.ts';
import { returnReason } from './return-schemas.ts';
import { sku, text } from './schemas.ts';

const orderLine = { line_id: z.uuid().optional(), sku: sku.optional() };
export const namesOne = (line: { line_id?: string | undefined; sku?: string | undefined }) =>
  (line.line_id === undefined) !== (line.sku === undefined);
const units = z.int().min(0).max(10_000);

export const newReturn = z
  .strictObject({
    lines: z
      .array(
        z
          .strictObject({ ...orderLine, quantity: units.min(1), reason: returnReason, note: text(500).optional() })
          .refine(namesOne, 'takes a line_id or a sku'),
      )
      .min(1)
      .max(100),
    resolution: z.enum(RETURN_RESOLUTIONS).default('refund'),
    exchange_lines: z
      .array(z.strictObject({ sku, quantity: units.min(1) }))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'What is wanted instead, with `resolution: exchange`' }),
    way: z
      .enum(['label', 'own'])
      .default('label')
      .meta({ description: 'label: we send one · own: the customer sends the goods by a carrier of their choice' }),
    note: text(1_000).optional(),
    override: z
      .boolean()
      .default(false)
      .meta({ description: 'Take the goods although the policy refuses them (secret keys only)' }),
  })
  .refine((body) => (body.resolution === 'exchange') === (body.exchange_lines !== undefined), {
    path: ['exchange_lines'],
    message: 'goes with `resolution: exchange`, which says what is wanted instead',
  })
  .meta({ id: 'NewReturn', example: { lines: [{ sku: 'MUG-STONE-1', quantity: 1, reason: 'does_not_fit' }] } });

export type NewReturnBody = z.output<typeof newReturn>;

export const approval = z
  .strictObject({
    lines: z
      .array(z.strictObject({ ...orderLine, quantity: units }).refine(namesOne, 'takes a line_id or a sku'))
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: 'What may come back, where that is less than was asked for; lines that are not named are refused',
      }),
    way: z.enum(['label', 'own']).optional(),
    send_by: z.iso.datetime({ offset: true }).optional(),
    note: text(500).optional(),
  })
  .meta({ id: 'ReturnApproval', example: {} });

export const refusal = z
  .strictObject({
    reason: text(500).meta({
      description: 'too_late, worn, not_returnable, not_ours, or words for the customer',
      example: 'too_late',
    }),
  })
  .meta({ id: 'ReturnRefusal' });

export const ending = z.strictObject({ reason: text(500).optional() }).meta({ id: 'ReturnEnding' });

export const ownParcel = z
  .strictObject({ carrier: text(100), tracking_number: text(100) })
  .meta({ id: 'NewReturnParcel', example: { carrier: 'DHL', tracking_number: '00340434161094042557' } });

export const receipt = z
  .strictObject({
    parcel: z.int().min(1).max(100).default(1).meta({
      description:
        'Which parcel was counted; counting it again replaces its counts, so a repeated receipt does no harm',
    }),
    lines: z
      .array(
        z
          .strictObject({
            ...orderLine,
            good: units.default(0),
            damaged: units.default(0),
            wrong: units.default(0).meta({ description: 'Something else lay in its place' }),
            missing: units.default(0),
            note: text(500).optional(),
          })
          .refine(namesOne, 'takes a line_id or a sku'),
      )
      .min(1)
      .max(100),
    complete: z.boolean().default(false).meta({ description: 'Nothing more is expected: the rest is missing' }),
    location: text(100).optional().meta({
      description:
        'The place whose stock the goods become; each unit goes to the place that sent it when none is named',
    }),
  })
  .meta({ id: 'ReturnReceipt', example: { lines: [{ sku: 'MUG-STONE-1', good: 1 }] } });

export type ReceiptBody = z.output<typeof receipt>;

export const settlement = z
  .strictObject({
    amount: z.int().min(0).optional().meta({
      description: 'Minor units, instead of what was computed; no more than the goods and the delivery are worth',
    }),
  })
  .meta({ id: 'ReturnSettlement', example: {} });
