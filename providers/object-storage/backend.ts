/** What a backend has to bring: Flystorage's adapter contract, as far as it is used here, and uploads by strangers. */
import type { StorageAdapter } from '@flystorage/file-storage';

export interface LocalSettings {
  kind: 'local';
  folder: string;
  /** Of the API, which takes the uploads that were presigned for this disk. */
  publicUrl: string;
  /** Signs them. */
  secret: string;
}

export interface S3Settings {
  kind: 's3';
  bucket: string;
  region: string;
  /** Undefined: Amazon's own. */
  endpoint: string | undefined;
  /** The bucket stands in the path, not in the host's name: most of what is compatible wants it so. */
  pathStyle: boolean;
  /** Undefined: the SDK looks where it always does (environment, profile, role of the machine). */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

export interface AzureSettings {
  kind: 'azure';
  /** With an account key, which addresses are signed with. */
  connectionString: string;
  container: string;
}

export interface GcsSettings {
  kind: 'gcs';
  bucket: string;
  /** Undefined: Google's own. */
  endpoint: string | undefined;
  /** Of a service account; undefined: the application's default credentials. */
  keyFile: string | undefined;
}

export type BackendSettings = LocalSettings | S3Settings | AzureSettings | GcsSettings;

export interface UploadWish {
  contentType: string;
  bytes: number;
  seconds: number;
}

export interface PresignedUpload {
  url: string;
  method: 'PUT';
  /** To be sent as they are. */
  headers: Record<string, string>;
  expires_at: string;
}

export type Backend = Pick<StorageAdapter, 'write' | 'read' | 'deleteFile' | 'stat' | 'list'> & {
  /** The same for the same time: so every process, and a page that is read again, names the same address. */
  signedUrl(key: string, from: Date, seconds: number): Promise<string>;
  presign(key: string, wish: UploadWish): Promise<PresignedUpload>;
};

export const expiryOf = ({ seconds }: Pick<UploadWish, 'seconds'>, now = Date.now()): Date =>
  new Date(now + seconds * 1_000);
