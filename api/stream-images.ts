/**
 * GET /v1/products/{id}/images/events: the images of a product as they come along, as Server-Sent Events. An event's id says what
 * its reader has seen of each image, so that whoever comes back hears exactly what is new; nothing is kept for that.
 */
import type { Response } from 'express';
import type { ProductImage } from '../db/product-images.ts';
import type { ImageFollowers } from './follow-images.ts';
import type { ShownImage } from './image-views.ts';

/** Comments keep proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** What a slow reader may owe before it is cut off; it comes back with what it has seen. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export interface ImageStream {
  followers: ImageFollowers;
  productId: string;
  /** Last-Event-ID. */
  seen: unknown;
  show: (images: ProductImage[]) => Promise<ShownImage[]>;
}

export function streamImages(res: Response, { followers, productId, seen, show }: ImageStream): void {
  res.status(200).set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  res.flushHeaders();
  res.write('retry: 2000\n\n');
  // Who has left already closes no second time, and would be followed for ever.
  if (res.req.method === 'HEAD' || res.closed || res.destroyed) return void res.end();
  const write = (text: string) => {
    if (res.closed || res.destroyed) return;
    if (res.writableLength > MAX_UNREAD_BYTES) res.destroy();
    else res.write(text);
  };
  const known = readSeen(seen);
  // One after the other: what is shown later has been read later.
  let telling = Promise.resolve();
  const onImages = (images: ProductImage[]) => {
    telling = telling.then(() => tell(images)).catch(() => void res.destroy());
  };
  async function tell(images: ProductImage[]): Promise<void> {
    const open = images.filter(({ status }) => status === 'queued' || status === 'awaiting_upload').length;
    const changed = images.filter(({ id, version }) => known.get(shortOf(id)) !== version);
    const there = new Set(images.map(({ id }) => shortOf(id)));
    const gone = [...known.keys()].filter((id) => !there.has(id));
    if (changed.length + gone.length === 0) return;
    const shown = new Map((await show(images)).map((image) => [image.id, image]));
    for (const short of gone) {
      known.delete(short);
      write(format(known, { type: 'removed', id: short.replace(UUID, '$1-$2-$3-$4-$5'), open }));
    }
    for (const { id, version } of changed) {
      known.set(shortOf(id), version);
      write(format(known, { type: 'image', image: shown.get(id), open }));
    }
  }
  const stop = followers.add(productId, { onImages, onEnd: () => res.end() });
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  res.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}

const format = (known: ReadonlyMap<string, number>, data: object) =>
  `id: ${[...known].map(([id, version]) => `${id}.${version}`).join(',')}\ndata: ${JSON.stringify(data)}\n\n`;

const UUID = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;
const shortOf = (id: string) => id.replaceAll('-', '');

/** What a reader has seen, as {@link format} told it; whatever else a client makes up is nothing seen. */
function readSeen(header: unknown): Map<string, number> {
  const parts = String(header ?? '')
    .split(',')
    .slice(0, 200);
  const read = parts.map((part) => /^([0-9a-f]{32})\.(\d{1,9})$/.exec(part));
  return new Map(read.flatMap((match) => (match ? [[match[1]!, Number(match[2])]] : [])));
}
