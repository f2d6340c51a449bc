/** Takes an upload for the local disk at a presigned address, as a bucket would: no key, but exactly what was signed. */
import { z } from 'zod';
import { stagedKey } from '../domain/picture-keys.ts';
import type { UploadAddresses } from '../providers/object-storage/upload-addresses.ts';
import type { ObjectStorage } from '../providers/object-storage.ts';
import { notFound, Problem } from './problem.ts';
import { type Call, defineRoute, type Route } from './route.ts';

const uploadQuery = z.object({
  expires: z.string().regex(/^\d{1,12}$/),
  bytes: z.string().regex(/^\d{1,12}$/),
  type: z.string().max(100),
  signature: z.string().max(100),
});

export interface UploadContext {
  storage: Pick<ObjectStorage, 'put'>;
  /** Undefined: uploads are presigned by the bucket, and come to it. */
  uploads: Pick<UploadAddresses, 'judge'> | undefined;
}

export function uploadRoute({ media }: { media: UploadContext }): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/uploads/{id}',
    tag: 'Images',
    summary: 'Upload a picture at a presigned address',
    description:
      'Where POST /v1/products/{id}/images/uploads says so, which is when the storage is a local disk. Send the file with the Content-Type and the size that were announced; then tell POST /v1/images/{id}/uploaded.',
    scope: 'open',
    params: z.object({ id: z.uuid() }),
    query: uploadQuery,
    rawBody: ['image/*'],
    responses: { 204: { description: 'It is kept' } },
    async handle({ params: { id }, query, req }) {
      if (!media.uploads) throw notFound('upload', id);
      assertSigned(media.uploads.judge(id, query));
      assertAnnounced(req, query);
      try {
        await media.storage.put(stagedKey(id), req, { contentType: query.type });
      } catch (error) {
        throw req.complete ? error : aborted();
      }
      return { status: 204 };
    },
  });
}

function assertSigned(verdict: 'fine' | 'forged' | 'expired'): void {
  if (verdict === 'forged')
    throw new Problem({ status: 403, code: 'signature_invalid', detail: 'The address is not signed by this shop.' });
  if (verdict === 'expired')
    throw new Problem({ status: 403, code: 'upload_expired', detail: 'The address has expired: ask for a new one.' });
}

function assertAnnounced({ headers }: Call['req'], { bytes, type }: z.output<typeof uploadQuery>): void {
  if (headers['content-type'] !== type)
    throw new Problem({ status: 415, code: 'media_type_unsupported', detail: `Send the file as ${type}.` });
  const length = headers['content-length'];
  if (length === undefined) throw new Problem({ status: 411, code: 'length_required', detail: 'Send Content-Length.' });
  if (length === bytes) return;
  const status = Number(length) > Number(bytes) ? 413 : 400;
  throw new Problem({ status, code: 'size_not_as_announced', detail: `${bytes} bytes were announced, not ${length}.` });
}

const aborted = () =>
  new Problem({ status: 400, code: 'request_aborted', detail: 'The request ended before its body did.' });
