import type { Request, Response } from 'express';
import { checkApiKey } from './authenticate.ts';
import type { Sandbox } from './context.ts';
import { badParam, noSuch, StripeError } from './errors.ts';
import type { FormValue } from './form.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { type Call, route } from './routes.ts';
import type { StripeObject } from './types.ts';

/** Files: evidence that is uploaded, reports that are made. What is in them is kept beside the object. */

export type File = StripeObject & { url: string; size: number };
interface Content {
  /** The bytes, one character each. */
  content: string;
}

const PURPOSES = [
  'account_requirement',
  'additional_verification',
  'business_icon',
  'business_logo',
  'customer_signature',
  'dispute_evidence',
  'identity_document',
  'pci_document',
  'tax_document_user_upload',
] as const;
const MAX_BYTES = 5_000_000;

export function insertFile(sandbox: Sandbox, given: { purpose: string; filename: string; content: string }): File {
  const id = newId('file');
  const file: File = {
    id,
    object: 'file',
    created: sandbox.now(),
    expires_at: null,
    filename: given.filename,
    links: { object: 'list', data: [], has_more: false, url: `/v1/file_links?file=${id}` },
    purpose: given.purpose,
    size: given.content.length,
    title: null,
    type: given.filename.split('.').at(-1)?.toLowerCase() ?? null,
    url: `${sandbox.baseUrl}/v1/files/${id}/contents`,
  };
  sandbox.objects.insert(file, { content: given.content } satisfies Content);
  return file;
}

interface Upload {
  filename: string;
  content: string;
}

/** A part of a multipart body, as `parseMultipart` leaves it. */
const upload = (value: FormValue, name: string): Upload => {
  const { filename, content } = typeof value === 'object' ? value : {};
  if (typeof filename === 'string' && typeof content === 'string') return { filename, content };
  throw badParam('Invalid file: send it as a part of multipart/form-data with a filename.', name);
};

const createFields = {
  required: { file: upload, purpose: p.oneOf(...PURPOSES) },
  optional: { file_link_data: p.anyHash, ...p.expand },
};

function create({ sandbox, params }: Call<p.Params<typeof createFields.required, typeof createFields.optional>>): File {
  if (params.file.content.length > MAX_BYTES)
    throw new StripeError(400, { message: `The file is larger than ${MAX_BYTES} bytes.`, param: 'file' });
  const file = insertFile(sandbox, { ...params.file, purpose: params.purpose });
  sandbox.emit('file.created', file);
  return file;
}

function getFile(sandbox: Sandbox, id: string): File {
  const file = sandbox.objects.find<File>(id, 'file');
  if (!file) throw noSuch('file upload', id);
  return file;
}

const listFields = { created: p.timestampRange, purpose: p.text(), ...p.listParams };

export const fileRoutes = [
  route('POST', '/v1/files', createFields.required, createFields.optional, create),
  route('GET', '/v1/files', {}, listFields, ({ sandbox, params: { purpose, ...page } }) =>
    listObjects(sandbox.objects, 'file', '/v1/files', page, { purpose }),
  ),
  route('GET', '/v1/files/:id', {}, p.expand, ({ sandbox, ids }) => getFile(sandbox, ids[0]!)),
];

/** What is in a file, for whoever has a key. */
export const serveContents =
  (sandbox: Sandbox) =>
  (req: Request, res: Response): void => {
    try {
      checkApiKey(req.get('authorization'));
      const { id, filename } = getFile(sandbox, String(req.params.id));
      const { content = '' } = sandbox.objects.hidden<Content>(id);
      res.attachment(String(filename)).send(Buffer.from(content, 'latin1'));
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      res.status(error.status).json({ error: error.fields });
    }
  };
