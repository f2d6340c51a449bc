/** Where pictures lie and how they are reached: the part of config.ts that says so. */
import { z } from 'zod';
import type { BackendSettings, ObjectStorageSettings } from './providers/object-storage.ts';

const url = z.url().transform((text) => text.replace(/\/+$/, ''));
const name = z.string().min(1).optional();
const WEEK_SECONDS = 604_800;

export const storageSchema = {
  STOCKROOM_STORAGE: z.enum(['local', 's3', 'azure', 'gcs']).default('local'),
  STOCKROOM_MEDIA_DIR: z.string().min(1).default('.stockroom/media'),
  STOCKROOM_MEDIA_URL: url.optional(),
  // None of the stores signs for longer than a week; what leads to a signed address may be cached for five minutes.
  STOCKROOM_MEDIA_SIGNED_SECONDS: z.coerce.number().int().min(600).max(WEEK_SECONDS).default(86_400),
  STOCKROOM_MEDIA_SECRET: z.string().trim().min(8, 'must be set to a secret of at least 8 characters'),
  STOCKROOM_S3_BUCKET: name,
  STOCKROOM_S3_REGION: z.string().min(1).default('us-east-1'),
  STOCKROOM_S3_ENDPOINT: url.optional(),
  STOCKROOM_S3_PATH_STYLE: z.stringbool().default(false),
  STOCKROOM_S3_ACCESS_KEY_ID: name,
  STOCKROOM_S3_SECRET_ACCESS_KEY: name,
  STOCKROOM_AZURE_CONNECTION_STRING: z
    .string()
    .regex(/AccountKey=|UseDevelopmentStorage=true/, 'must hold an AccountKey, which addresses are signed with')
    .optional(),
  STOCKROOM_AZURE_CONTAINER: name,
  STOCKROOM_GCS_BUCKET: name,
  STOCKROOM_GCS_KEY_FILE: name,
  STOCKROOM_GCS_ENDPOINT: url.optional(),
};

type StorageConfig = Readonly<z.output<z.ZodObject<typeof storageSchema>>>;

const NEEDED = {
  local: [],
  s3: ['STOCKROOM_S3_BUCKET'],
  azure: ['STOCKROOM_AZURE_CONNECTION_STRING', 'STOCKROOM_AZURE_CONTAINER'],
  gcs: ['STOCKROOM_GCS_BUCKET'],
} as const satisfies Record<StorageConfig['STOCKROOM_STORAGE'], readonly (keyof StorageConfig)[]>;

/** What the chosen storage needs, and half a pair of keys, told at the start and not with the first picture. */
export function checkStorage(config: StorageConfig, context: z.core.$RefinementCtx): void {
  const tell = (path: keyof StorageConfig, message: string) =>
    context.issues.push({ code: 'custom', path: [path], message, input: config[path] });
  for (const each of NEEDED[config.STOCKROOM_STORAGE]) if (config[each] === undefined) tell(each, 'is not set');
  const pair = ['STOCKROOM_S3_ACCESS_KEY_ID', 'STOCKROOM_S3_SECRET_ACCESS_KEY'] as const;
  const lacking = pair.filter((each) => config[each] === undefined);
  if (lacking.length === 1) tell(lacking[0]!, 'is not set');
}

/** What createObjectStorage takes. */
export function storageSettingsOf(config: StorageConfig & { STOCKROOM_PUBLIC_URL: string }): ObjectStorageSettings {
  const local = config.STOCKROOM_STORAGE === 'local';
  return {
    backend: backendOf(config),
    mediaUrl: config.STOCKROOM_MEDIA_URL ?? (local ? `${withoutSlash(config.STOCKROOM_PUBLIC_URL)}/media` : undefined),
    signedSeconds: config.STOCKROOM_MEDIA_SIGNED_SECONDS,
  };
}

function backendOf(config: StorageConfig & { STOCKROOM_PUBLIC_URL: string }): BackendSettings {
  switch (config.STOCKROOM_STORAGE) {
    case 'local':
      return {
        kind: 'local',
        folder: config.STOCKROOM_MEDIA_DIR,
        publicUrl: withoutSlash(config.STOCKROOM_PUBLIC_URL),
        secret: config.STOCKROOM_MEDIA_SECRET,
      };
    case 's3':
      return {
        kind: 's3',
        bucket: config.STOCKROOM_S3_BUCKET!,
        region: config.STOCKROOM_S3_REGION,
        endpoint: config.STOCKROOM_S3_ENDPOINT,
        pathStyle: config.STOCKROOM_S3_PATH_STYLE,
        credentials: credentialsOf(config),
      };
    case 'azure':
      return {
        kind: 'azure',
        connectionString: config.STOCKROOM_AZURE_CONNECTION_STRING!,
        container: config.STOCKROOM_AZURE_CONTAINER!,
      };
    case 'gcs':
      return {
        kind: 'gcs',
        bucket: config.STOCKROOM_GCS_BUCKET!,
        endpoint: config.STOCKROOM_GCS_ENDPOINT,
        keyFile: config.STOCKROOM_GCS_KEY_FILE,
      };
  }
}

function credentialsOf({ STOCKROOM_S3_ACCESS_KEY_ID: id, STOCKROOM_S3_SECRET_ACCESS_KEY: key }: StorageConfig) {
  return id && key ? { accessKeyId: id, secretAccessKey: key } : undefined;
}

const withoutSlash = (text: string) => text.replace(/\/+$/, '');
