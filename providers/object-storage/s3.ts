/** S3, and what speaks like it (MinIO, R2, Spaces, Ceph, …), by Flystorage's adapter. */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { AwsS3StorageAdapter } from '@flystorage/aws-s3';
import { type Backend, expiryOf, type PresignedUpload, type S3Settings, type UploadWish } from './backend.ts';
import { once } from './once.ts';

export function openS3({ bucket, region, endpoint, pathStyle, credentials }: S3Settings): Backend {
  const client = new S3Client({
    region,
    forcePathStyle: pathStyle,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    // Many compatible stores refuse checksums in trailers, and a presigned one would be that of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return new S3Backend(client, bucket);
}

class S3Backend extends AwsS3StorageAdapter implements Backend {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #presigner: S3RequestPresigner;
  readonly #base = once(() => this.#findBase());

  constructor(client: S3Client, bucket: string) {
    super(client, { bucket });
    this.#client = client;
    this.#bucket = bucket;
    this.#presigner = new S3RequestPresigner({ ...client.config });
  }

  /** The SDK is asked once where the bucket is; through all of its layers an address would cost six times as much. */
  async signedUrl(key: string, signingDate: Date, expiresIn: number): Promise<string> {
    const { origin, protocol, hostname, port, host, pathname } = await this.#base();
    const path = pathname + key;
    const place = { protocol, hostname, path, ...(port ? { port: Number(port) } : {}) };
    const request = { method: 'GET', ...place, query: {}, headers: { host } };
    const { query = {} } = await this.#presigner.presign(request, { expiresIn, signingDate });
    return `${origin}${path}?${new URLSearchParams(query as Record<string, string>)}`;
  }

  async #findBase(): Promise<URL> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: 'x' });
    const { origin, pathname } = new URL(await getSignedUrl(this.#client, command));
    return new URL(origin + pathname.slice(0, -1));
  }

  /** Size and type are signed too: the store refuses another body than the one that was agreed. */
  async presign(key: string, wish: UploadWish): Promise<PresignedUpload> {
    const { contentType, bytes, seconds } = wish;
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ContentType: contentType,
      ContentLength: bytes,
    });
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: seconds,
      signableHeaders: new Set(['host', 'content-type', 'content-length']),
    });
    return { url, method: 'PUT', headers: { 'Content-Type': contentType }, expires_at: expiryOf(wish).toISOString() };
  }
}
