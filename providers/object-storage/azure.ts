/** Azure Blob Storage, by Flystorage's adapter. A presigned upload cannot be held to a size here: who reads it looks first. */
import { BlobServiceClient } from '@azure/storage-blob';
import { AzureStorageBlobStorageAdapter } from '@flystorage/azure-storage-blob';
import { type AzureSettings, type Backend, expiryOf, type PresignedUpload, type UploadWish } from './backend.ts';

export function openAzure({ connectionString, container }: AzureSettings): Backend {
  return new AzureBackend(BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container));
}

class AzureBackend extends AzureStorageBlobStorageAdapter implements Backend {
  signedUrl(key: string, from: Date, seconds: number): Promise<string> {
    return this.temporaryUrl(key, { expiresAt: from.getTime() + seconds * 1_000 });
  }

  async presign(key: string, wish: UploadWish): Promise<PresignedUpload> {
    const expiresAt = expiryOf(wish);
    const { url } = await this.prepareUpload(key, { expiresAt });
    const headers = { 'Content-Type': wish.contentType, 'x-ms-blob-type': 'BlockBlob' };
    return { url, method: 'PUT', headers, expires_at: expiresAt.toISOString() };
  }
}
