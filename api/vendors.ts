/** /v1/vendors: who sells in the shop besides the shop itself; the same handlers answer /api/vendors. */
import { z } from 'zod';
import { insertApiKey } from '../db/api-keys.ts';
import type { Database, Executor } from '../db/database.ts';
import {
  findVendor,
  findVendorBySlug,
  insertVendor,
  listVendorEvents,
  listVendors,
  updateVendor,
  type VendorRow,
} from '../db/vendors.ts';
import { looksLikeId, slugOf } from '../domain/catalogue-slug.ts';
import { SOLD } from '../domain/vendors/vendor.ts';
import { VENDOR_SCOPES } from '../domain/vendors/verification.ts';
import { idOrSlug } from './catalogue-schemas.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { getOwnVendor, lockOwnVendor, showHistory } from './own-vendor.ts';
import { conflict, invalid, notFound, Problem } from './problem.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { page, toPage, uuidParams } from './schemas.ts';
import * as schemas from './vendor-schemas.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
}

const PATH = '/v1/vendors';
/** The paths under which other shops' systems know vendors. */
const ALIAS = '/api/vendors';
const tag = 'Vendors';

export function vendorRoutes(context: Context): Route[] {
  return [
    register(context, PATH),
    register(context, `${ALIAS}/register`),
    list(context),
    read(context, PATH),
    read(context, ALIAS),
    change(context, PATH),
    change(context, ALIAS),
    history(context),
    storefront(context),
  ];
}

const sameAs = (path: string, own: string) => (path === own ? '' : ` The same as \`${own}\`.`);

const register = ({ db }: Context, path: string) =>
  defineRoute({
    method: 'post',
    path,
    tag,
    summary: 'Register a vendor',
    description: `It sells nothing before the shop has verified it and Stripe pays it out. A publishable key registers too, and gets a key of the new vendor, shown once.${sameAs(path, PATH)}`,
    scope: 'vendors:write',
    publishable: true,
    body: schemas.newVendor,
    responses: { 201: { description: 'Registered', schema: schemas.registeredView } },
    handle: (call) => registerOnce(db, call),
  });

/** The answer kept for the Idempotency-Key lacks the vendor's key. */
async function registerOnce(
  db: Database,
  call: Pick<Call<z.output<typeof schemas.newVendor>>, 'body' | 'key' | 'headers' | 'req'>,
): Promise<Answer> {
  let secret: string | undefined;
  const answer = await once(db, idempotentRequest(call), async (tx) => {
    const vendor = await makeVendor(tx, call.body, call.key.id);
    const made = call.key.kind === 'publishable' ? await firstKey(tx, vendor, call.key.mode) : undefined;
    secret = made?.key;
    const { key: _, ...apiKey } = made ?? { key: undefined };
    const body = { ...schemas.renderVendor(vendor), ...(made ? { api_key: apiKey } : {}) };
    return { status: 201, body, headers: { Location: `${PATH}/${vendor.id}` } };
  });
  if (secret === undefined) return answer;
  const body = answer.body as { api_key: object };
  const headers = { ...answer.headers, 'Cache-Control': 'no-store' };
  return { ...answer, body: { ...body, api_key: { ...body.api_key, key: secret } }, headers };
}

async function makeVendor(tx: Executor, body: z.output<typeof schemas.newVendor>, actor: string): Promise<VendorRow> {
  const slug = body.slug ?? slugOf(body.name);
  if (slug === undefined)
    throw invalid([
      { pointer: '/slug', code: 'required', message: 'slug: is needed, for none can be made from the name' },
    ]);
  const vendor = await insertVendor(tx, { ...body, slug }, actor);
  if (vendor) return vendor;
  if (await findVendorBySlug(tx, slug))
    throw conflict('slug_taken', `There is another vendor with the slug ${slug}.`, { slug });
  throw emailTaken();
}

const emailTaken = () => conflict('email_taken', 'A vendor is registered with this e-mail address.');

const firstKey = (tx: Executor, vendor: VendorRow, mode: 'test' | 'live') =>
  insertApiKey(tx, { name: vendor.name, kind: 'secret', mode, scopes: VENDOR_SCOPES, vendorId: vendor.id });

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List vendors, newest first',
    scope: 'vendors:read',
    query: z.object({ status: schemas.vendorStatus.optional(), ...page }),
    responses: { 200: { description: 'A page of vendors', schema: schemas.vendorList } },
    async handle({ query: { limit, cursor, status } }) {
      const rows = await listVendors(db, status, { before: idCursor(cursor), limit: limit + 1 });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, schemas.renderVendor) };
    },
  });

const show = (vendor: VendorRow): Answer => ({
  status: 200,
  body: schemas.renderVendor(vendor),
  headers: { ETag: etagOf(vendor.version) },
});

const read = ({ db }: Context, path: string) =>
  defineRoute({
    method: 'get',
    path: `${path}/{id}`,
    tag,
    summary: 'Read a vendor',
    description: `A vendor's key reads its own.${sameAs(path, PATH)}`,
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'The vendor', schema: schemas.vendorView } },
    handle: async (call) => show(await getOwnVendor(db, call)),
  });

const change = ({ db }: Context, path: string) =>
  defineRoute({
    method: 'put',
    path: `${path}/{id}`,
    tag,
    summary: "Change a vendor's profile and settings",
    description: `What the body leaves out stays; profile and settings are replaced whole. Commission, contacts and approval are the shop's to say: 403 for a vendor's key.${sameAs(path, PATH)}`,
    scope: 'vendors:write',
    vendor: true,
    params: uuidParams,
    body: schemas.vendorChange,
    requestHeaders: z.object({ 'If-Match': z.string().optional() }),
    responses: { 200: { description: 'The vendor as it is now', schema: schemas.vendorView } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { id, version, status } = await lockOwnVendor(tx, call);
        refuseShopsOwn(call);
        assertVersion(expectedVersion(call), version);
        if (status === 'closed') throw conflict('vendor_closed', 'The vendor is closed.');
        return show((await updateOrRefuse(tx, id, call.body, call.key.id))!);
      }),
  });

function refuseShopsOwn({ body, key }: Pick<Call<z.output<typeof schemas.vendorChange>>, 'body' | 'key'>): void {
  const wanted = schemas.SHOPS_TO_SAY.filter((member) => body[member] !== undefined);
  if (key.vendor_id === null || wanted.length === 0) return;
  throw new Problem({ status: 403, code: 'forbidden', detail: `${wanted.join(', ')}: only the shop may say that.` });
}

async function updateOrRefuse(...args: Parameters<typeof updateVendor>): ReturnType<typeof updateVendor> {
  try {
    return await updateVendor(...args);
  } catch (error) {
    throw (error as { code?: string }).code === '23505' ? emailTaken() : error;
  }
}

const history = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}/events`,
    tag,
    summary: "Read a vendor's history",
    scope: 'vendors:read',
    vendor: true,
    params: uuidParams,
    responses: { 200: { description: 'All that happened to it, oldest first', schema: schemas.historyView } },
    async handle(call) {
      const { id } = await getOwnVendor(db, call);
      return { status: 200, body: { data: showHistory(await listVendorEvents(db, id)) } };
    },
  });

const storefront = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: `${PATH}/{id}/storefront`,
    tag,
    summary: "Read a vendor's public profile, by id or slug",
    description: 'Of vendors whose products may be ordered; of no other.',
    scope: 'vendors:read',
    publishable: true,
    params: idOrSlug,
    responses: { 200: { description: 'What everybody may see', schema: schemas.storefrontView } },
    async handle({ params: { id } }) {
      const vendor = looksLikeId(id) ? await findVendor(db, id) : await findVendorBySlug(db, id);
      if (!vendor || !SOLD.includes(vendor.status)) throw notFound('vendor', id);
      return { status: 200, body: schemas.renderStorefront(vendor) };
    },
  });
