/** /v1/recipients: people of the shop by audience, and customers who are to be told more or otherwise than an order says. */
import { z } from 'zod';
import type { Database, Executor } from '../db/database.ts';
import * as recipients from '../db/recipients.ts';
import type { Audience } from '../domain/messages/channels.ts';
import { assertVersion, etagOf, expectedVersion } from './etag.ts';
import { idempotentRequest, once } from './middleware/idempotency.ts';
import { conflict, type FieldError, invalid, notFound } from './problem.ts';
import * as views from './recipient-schemas.ts';
import { type Answer, type Call, defineRoute, type Route } from './route.ts';
import { toPage, uuidParams } from './schemas.ts';
import type { WebhookSettings } from './webhook-address.ts';
import { idCursor } from './webhook-endpoint.ts';

interface Context {
  db: Database;
  /** Which addresses a chat's webhook may have. */
  addresses: WebhookSettings;
}

export function recipientRoutes(context: Context): Route[] {
  return [add(context), list(context), read(context), change(context), remove(context)];
}

const tag = 'Recipients';
const PATH = '/v1/recipients';
const ONE = `${PATH}/{id}`;
const ifMatch = z.object({ 'If-Match': z.string().optional() });

const add = ({ db, addresses }: Context) =>
  defineRoute({
    method: 'post',
    path: PATH,
    tag,
    summary: 'Add a recipient',
    description:
      'Of the shop: they are told what is routed to their audience, instead of the address in the configuration. Of customers: they are told of all orders of their e-mail address on the channels that they want as well.',
    scope: 'notifications:write',
    body: views.newRecipient,
    responses: { 201: { description: 'The recipient', schema: views.recipient } },
    handle: (call) =>
      once(db, idempotentRequest(call), async (tx) => {
        const { audience, ...changes } = call.body;
        const contact = views.withChanges(views.NOBODY, changes);
        refuse([...views.changeProblems(audience, changes, addresses), ...reachProblems(audience, contact)]);
        const id = await recipients.insertRecipient(tx, audience, contact);
        if (!id) throw await known(tx, audience, contact.email!);
        await recipients.replacePreferences(tx, id, views.wishesOf(changes) ?? []);
        return show(await recipients.findRecipient(tx, id), id, 201);
      }),
  });

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw invalid(errors, 422);
}

/** A customer is known by their e-mail address, people of the shop by any. */
function reachProblems(audience: Audience, { email, phone, chat_url }: recipients.Contact): FieldError[] {
  if (audience === 'customer')
    return email ? [] : [{ pointer: '/email', code: 'email_needed', message: 'email: is what a customer is known by' }];
  return email || phone || chat_url
    ? []
    : [{ pointer: '', code: 'address_needed', message: 'one of email, phone and chat_url is needed' }];
}

async function known(tx: Executor, audience: Audience, email: string) {
  const row = await recipients.findRecipientByEmail(tx, audience, email);
  return taken(audience, row?.id);
}

const taken = (audience: Audience, id?: string) =>
  conflict('recipient_exists', `${audience} has a recipient of this e-mail address.`, id ? { id } : {});

function show(row: recipients.RecipientRow | undefined, id: string, status = 200): Answer {
  if (!row) throw notFound('recipient', id);
  const headers = { ETag: etagOf(row.version), ...(status === 201 ? { Location: `${PATH}/${id}` } : {}) };
  return { status, body: views.renderRecipient(row), headers };
}

const list = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: PATH,
    tag,
    summary: 'List recipients',
    scope: 'notifications:read',
    query: views.recipientQuery,
    responses: { 200: { description: 'A page, oldest first', schema: views.recipientList } },
    async handle({ query: { limit, cursor, ...filter } }) {
      const rows = await recipients.listRecipients(db, filter, { after: idCursor(cursor), limit });
      return { status: 200, body: toPage(rows, limit, (row) => row.id, views.renderRecipient) };
    },
  });

const read = ({ db }: Context) =>
  defineRoute({
    method: 'get',
    path: ONE,
    tag,
    summary: 'Read a recipient',
    scope: 'notifications:read',
    params: uuidParams,
    responses: { 200: { description: 'The recipient', schema: views.recipient } },
    handle: async ({ params: { id } }) => show(await recipients.findRecipient(db, id), id),
  });

const change = ({ db, addresses }: Context) =>
  defineRoute({
    method: 'patch',
    path: ONE,
    tag,
    summary: 'Change a recipient',
    description: 'What is not named stays. `preferences` replaces all that were there.',
    scope: 'notifications:write',
    params: uuidParams,
    body: views.recipientChanges,
    requestHeaders: ifMatch,
    responses: { 200: { description: 'The recipient', schema: views.recipient } },
    handle: (call) =>
      db.transaction(async (tx) => {
        const { params, body } = call;
        const row = await lock(tx, call);
        const contact = views.withChanges(row, body);
        refuse([...views.changeProblems(row.audience, body, addresses), ...reachProblems(row.audience, contact)]);
        await assertAddressFree(tx, row, contact.email);
        if (!(await recipients.updateRecipient(tx, params.id, contact))) throw taken(row.audience);
        const wishes = views.wishesOf(body);
        if (wishes) await recipients.replacePreferences(tx, params.id, wishes);
        return show(await recipients.findRecipient(tx, params.id), params.id);
      }),
  });

/** Throws 404, and 412 when the caller knew another version. */
async function lock(tx: Executor, call: Call<unknown, unknown, { id: string }>): Promise<recipients.RecipientRow> {
  const row = await recipients.lockRecipient(tx, call.params.id);
  if (!row) throw notFound('recipient', call.params.id);
  assertVersion(expectedVersion(call), row.version);
  return row;
}

async function assertAddressFree(tx: Executor, { id, audience }: recipients.RecipientRow, email: string | null) {
  const other = email ? await recipients.findRecipientByEmail(tx, audience, email) : undefined;
  if (other && other.id !== id) throw await known(tx, audience, email!);
}

const remove = ({ db }: Context) =>
  defineRoute({
    method: 'delete',
    path: ONE,
    tag,
    summary: 'Remove a recipient',
    description: 'With preferences and push subscriptions. Messages that they were sent stay in the timeline.',
    scope: 'notifications:write',
    params: uuidParams,
    requestHeaders: ifMatch,
    responses: { 204: { description: 'Removed' } },
    handle: (call) =>
      db.transaction(async (tx) => {
        await lock(tx, call);
        await recipients.deleteRecipient(tx, call.params.id);
        return { status: 204 };
      }),
  });
