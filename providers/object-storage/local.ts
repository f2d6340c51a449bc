/**
 * The local disk. Flystorage's adapter writes in place; here an object is written aside, brought to the disk and renamed, so that a
 * reader sees all of it or none, and what was answered for survives a power cut.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { StatEntry } from '@flystorage/file-storage';
import { type Backend, expiryOf, type LocalSettings, type UploadWish } from './backend.ts';
import { isServed } from './keys.ts';
import { isMissing } from './missing.ts';
import { createUploadAddresses } from './upload-addresses.ts';

/** Beside the folders of keys, which none can begin with. */
const ASIDE = '.aside';
/** What a process that died has left there is older than any write takes. */
const ABANDONED_MS = 3_600_000;

export async function openLocal({ folder, publicUrl, secret }: LocalSettings): Promise<Backend> {
  const aside = join(folder, ASIDE);
  await mkdir(aside, { recursive: true });
  await removeAbandoned(aside);
  const uploads = createUploadAddresses(publicUrl, secret);
  const place = (key: string) => join(folder, key);
  return {
    async write(key, contents, { abortSignal }) {
      const draft = join(aside, randomUUID());
      try {
        // Originals hold what was never meant to be shown; a web server of another user may serve the rest.
        await writeDurably(draft, contents, isServed(key) ? 0o644 : 0o600, abortSignal);
        await moveInto(draft, place(key));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    read: async (key) => openToRead(place(key)),
    async deleteFile(key) {
      await rm(place(key));
      await removeFolderWhenEmpty(dirname(place(key)), folder);
    },
    stat: async (key) => entryOf(key, place(key)),
    list: (key) => walk(key, place(key)),
    signedUrl: async (key) => {
      throw new RangeError(`${key} is served at the media address, unsigned`);
    },
    presign: async (key: string, wish: UploadWish) => uploads.presign(key, wish, expiryOf(wish)),
  };
}

async function writeDurably(path: string, contents: Readable, mode: number, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(contents, { ...(signal ? { signal } : {}) });
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Another process may remove the folder, when it was empty, between the two steps. */
async function moveInto(draft: string, path: string, attempts = 5): Promise<void> {
  const parent = dirname(path);
  try {
    await rename(draft, path);
  } catch (error) {
    if (!isMissing(error) || attempts === 0) throw error;
    const made = await mkdir(parent, { recursive: true });
    if (made) await syncFolder(dirname(made));
    return moveInto(draft, path, attempts - 1);
  }
  await syncFolder(parent);
}

/** A rename is kept by its folder. Where folders cannot be opened (Windows) there is no such thing to be done. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/** Opened first, so that what is missing is told before anybody reads. */
async function openToRead(path: string): Promise<Readable> {
  const file = await open(path, 'r');
  return createReadStream(path, { fd: file });
}

/** A picture's folder goes with its last variant; the folders of all pictures stay. */
async function removeFolderWhenEmpty(folder: string, root: string): Promise<void> {
  if (dirname(folder) === root) return;
  await rmdir(folder).catch(() => {});
}

async function entryOf(key: string, path: string): Promise<StatEntry> {
  const found = await stat(path);
  const common = { path: key, lastModifiedMs: found.mtimeMs };
  if (!found.isFile()) return { ...common, type: 'directory', isFile: false, isDirectory: true };
  return { ...common, type: 'file', isFile: true, isDirectory: false, size: found.size };
}

/** Folder by folder, so that the memory does not grow with their number. What vanishes meanwhile is left out. */
async function* walk(key: string, path: string): AsyncGenerator<StatEntry> {
  const folder = await opendir(path).catch(undefinedWhenMissing);
  if (!folder) return;
  for await (const item of folder) {
    const [itemKey, itemPath] = [`${key}/${item.name}`, join(path, item.name)];
    if (item.isDirectory()) yield* walk(itemKey, itemPath);
    else {
      const entry = await entryOf(itemKey, itemPath).catch(undefinedWhenMissing);
      if (entry) yield entry;
    }
  }
}

function undefinedWhenMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

async function removeAbandoned(aside: string): Promise<void> {
  for await (const { name } of await opendir(aside)) {
    const path = join(aside, name);
    const { mtimeMs = Date.now() } = (await stat(path).catch(undefinedWhenMissing)) ?? {};
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}
