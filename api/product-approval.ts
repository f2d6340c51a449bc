/** The shop's word on what its vendors would sell. */
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { decideApproval, findProduct } from '../db/products.ts';
import { idOrSlug, productView } from './catalogue-schemas.ts';
import type { ImageOptions } from './image-options.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { invalid } from './problem.ts';
import { lockFor } from './product-lookup.ts';
import { productAnswer } from './product-views.ts';
import { defineRoute } from './route.ts';
import { text } from './schemas.ts';

interface Context {
  db: Database;
  images: ImageOptions;
}

const approval = z
  .strictObject({ approval: z.enum(['approved', 'refused']), reason: text(500).optional() })
  .refine((given) => given.approval === 'approved' || given.reason !== undefined, {
    path: ['reason'],
    message: 'is needed to refuse',
  })
  .meta({ id: 'ProductApproval' });

export const approveRoute = ({ db, images }: Context) =>
  defineRoute({
    method: 'post',
    path: '/v1/products/{id}/approval',
    tag: 'Catalogue',
    summary: "Approve or refuse a vendor's product",
    description: '422 for a product of the shop itself.',
    scope: 'catalogue:write',
    params: idOrSlug,
    body: approval,
    responses: { 200: { description: 'The product as it is now', schema: productView } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { id, vendor_id } = await lockFor(tx, call);
        if (vendor_id === null) throw notOfVendor();
        await decideApproval(tx, id, call.body.approval, call.body.reason);
        return productAnswer((await findProduct(tx, id))!, images, call);
      }),
  });

const notOfVendor = () =>
  invalid([{ pointer: 'id', code: 'product_not_of_vendor', message: "The product is the shop's own." }], 422);
