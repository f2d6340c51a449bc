/** /v1/vendors/{id}/keys: what a vendor's own systems call with. A key of a vendor reaches what is that vendor's and nothing else. */
import { z } from 'zod';
import { insertApiKey, listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import type { Database } from '../db/database.ts';
import { apiKeyView, assertMayGrant, keyRotation, newApiKeyView, rotateOrRefuse, showKeyOnce } from './api-keys.ts';
import { assertOwn, getOwnVendor } from './own-vendor.ts';
import { conflict, notFound } from './problem.ts';
import { defineRoute, type Route } from './route.ts';
import { uuidParams } from './schemas.ts';
import { vendorKeyInput } from './vendor-schemas.ts';

interface Context {
  db: Database;
}

export function vendorKeyRoutes(context: Context): Route[] {
  return [create(context), list(context), rotate(context), revoke(context)];
}

const PATH = '/v1/vendors/{id}/keys';
const tag = 'Vendors';
const keyParams = uuidParams.extend({ key_id: z.uuid() });
const pathOf = (id: string) => PATH.replace('{id}', id);

const create = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Make a key of a vendor',
    description: 'It can be allowed what vendors may do, and no more than the calling key is allowed itself.',
    scope: 'keys:write',
    vendor: true,
    params: uuidParams,
    body: vendorKeyInput,
    responses: { 201: { description: 'The key, shown this once', schema: newApiKeyView } },
    handle(call) {
      assertOwn(call);
      assertMayGrant(call.key, call.body);
      const { id } = call.params;
      const make = async (tx: Parameters<Parameters<typeof showKeyOnce>[2]>[0]) => {
        const { status } = await getOwnVendor(tx, call);
        if (status === 'closed') throw conflict('vendor_closed', 'The vendor is closed.');
        return insertApiKey(tx, { ...call.body, kind: 'secret', vendorId: id });
      };
      return showKeyOnce(db, call, make, pathOf(id));
    },
  });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List the keys of a vendor',
    scope: 'keys:write',
    vendor: true,
    params: uuidParams,
    responses: {
      200: { description: 'All of them, without the keys themselves', schema: z.object({ data: z.array(apiKeyView) }) },
    },
    async handle(call) {
      const { id } = await getOwnVendor(db, call);
      return { status: 200, body: { data: await listApiKeys(db, id) } };
    },
  });

const rotate = ({ db }: Context) =>
  defineRoute({
    method: 'post',
    path: `${PATH}/{key_id}/rotate`,
    tag,
    summary: 'Replace a key of a vendor; both work during the overlap',
    scope: 'keys:write',
    vendor: true,
    params: keyParams,
    body: keyRotation,
    responses: { 201: { description: 'The successor, shown this once', schema: newApiKeyView } },
    handle(call) {
      assertOwn(call);
      const { id, key_id } = call.params;
      const rotation = { key: call.key, body: call.body, params: { id: key_id } };
      return showKeyOnce(db, call, (tx) => rotateOrRefuse(tx, rotation, id), pathOf(id));
    },
  });

const revoke = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: `${PATH}/{key_id}`,
    tag,
    summary: 'End a key of a vendor at once',
    scope: 'keys:write',
    vendor: true,
    params: keyParams,
    responses: { 204: { description: 'Revoked' } },
    async handle(call) {
      assertOwn(call);
      const { id, key_id } = call.params;
      if (!(await revokeApiKey(db, key_id, id))) throw notFound('api_key', key_id);
      return { status: 204 };
    },
  });
