/**
 * Google Cloud Storage for tests: those calls of its JSON API that are made here, and addresses signed by V4, judged with the public
 * half of the key. Any other call, and any parameter that is not known here, is refused: so nothing passes unseen.
 */
import { createHash, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

interface Kept {
  bytes: Buffer;
  contentType: string;
  cacheControl?: string;
  updated: string;
}
interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}
interface Fake {
  bucket: string;
  objects: Map<string, Kept>;
  publicKey: KeyObject;
}

const EMAIL = 'stockroom@project.iam.gserviceaccount.com';
/** Small, so that a test lists more than a page. */
const PAGE = 2;

export async function startGcs(bucket: string) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const folder = mkdtempSync(join(tmpdir(), 'stockroom-gcs-'));
  const keyFile = join(folder, 'key.json');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(
    keyFile,
    JSON.stringify({ type: 'service_account', project_id: 'p', client_email: EMAIL, private_key: pem }),
  );
  const fake: Fake = { bucket, objects: new Map(), publicKey };
  const server = createServer(async (req, res) => {
    const body = await buffer(req).catch(() => undefined);
    if (!body) return void res.destroy();
    const { status, headers, body: answer } = reply(fake, req, body);
    res.writeHead(status, headers).end(answer);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keyFile,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function reply(fake: Fake, req: IncomingMessage, body: Buffer): Reply {
  const url = new URL(req.url!, 'http://gcs.test');
  if (url.searchParams.has('X-Goog-Signature')) return replySigned(fake, req, url, body);
  const [, upload, bucket, name] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (!bucket) return problem(400, 'not a call of the JSON API');
  if (decodeURIComponent(bucket) !== fake.bucket) return problem(404, 'The specified bucket does not exist.');
  if (upload && req.method === 'POST') return insert(fake, req, url, body);
  if (!name && req.method === 'GET') return list(fake, url);
  const key = decodeURIComponent(name ?? '');
  const kept = fake.objects.get(key);
  if (!kept) return problem(404, `No such object: ${fake.bucket}/${key}`);
  if (req.method === 'DELETE') {
    fake.objects.delete(key);
    return { status: 204 };
  }
  if (req.method !== 'GET') return problem(405, 'method');
  return url.searchParams.get('alt') === 'media' ? media(kept) : json(metadata(fake, key, kept));
}

/** https://cloud.google.com/storage/docs/uploading-objects: metadata and media as two parts of one body. */
function insert(fake: Fake, req: IncomingMessage, { searchParams: query }: URL, body: Buffer): Reply {
  const boundary = /^multipart\/related; ?boundary="?([^"]+)"?$/.exec(req.headers['content-type'] ?? '')?.[1];
  if (query.get('uploadType') !== 'multipart' || !boundary) return problem(400, 'not a multipart upload');
  const parts = body.toString('latin1').split(`--${boundary}`).slice(1, -1).map(readPart);
  const [described, content] = parts;
  if (parts.length !== 2 || !described || !content) return problem(400, 'not two parts');
  const told = JSON.parse(described.content) as { name?: string; contentType?: string; cacheControl?: string };
  const name = query.get('name') ?? told.name;
  if (!name) return problem(400, 'Required');
  const bytes = Buffer.from(content.content, 'latin1');
  const contentType = told.contentType ?? content.type ?? 'application/octet-stream';
  const cacheControl = told.cacheControl ? { cacheControl: told.cacheControl } : {};
  const kept = { bytes, contentType, ...cacheControl, updated: new Date().toISOString() };
  fake.objects.set(name, kept);
  return json(metadata(fake, name, kept));
}

function readPart(text: string) {
  const [, head = '', content = ''] = /^\r\n(.*?)\r\n\r\n(.*)\r\n$/s.exec(text) ?? [];
  return { type: /content-type: ?(.+)/i.exec(head)?.[1]?.trim(), content };
}

function list(fake: Fake, { searchParams: query }: URL): Reply {
  const unknown = [...query.keys()].filter(
    (name) => !['prefix', 'maxResults', 'pageToken', 'prettyPrint'].includes(name),
  );
  if (unknown.length > 0) return problem(400, `unknown: ${unknown.join()}`);
  const names = [...fake.objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? '')).sort();
  const page = names.filter((name) => name > (query.get('pageToken') ?? '')).slice(0, PAGE);
  const more = page.length > 0 && page.at(-1) !== names.at(-1);
  const items = page.map((name) => metadata(fake, name, fake.objects.get(name)!));
  return json({ kind: 'storage#objects', items, ...(more ? { nextPageToken: page.at(-1) } : {}) });
}

function replySigned(fake: Fake, req: IncomingMessage, url: URL, body: Buffer): Reply {
  if (!isSigned(fake, req, url)) return problem(403, 'SignatureDoesNotMatch');
  const key = decodeURIComponent(url.pathname).slice(`/${fake.bucket}/`.length);
  if (req.method === 'PUT') {
    const [least, most] = String(req.headers['x-goog-content-length-range'] ?? '0,5000000')
      .split(',')
      .map(Number);
    if (body.byteLength < least! || body.byteLength > most!) return problem(400, 'EntityTooLarge');
    const contentType = req.headers['content-type'] ?? '';
    fake.objects.set(key, { bytes: body, contentType, updated: new Date().toISOString() });
    return { status: 200 };
  }
  const kept = fake.objects.get(key);
  return kept ? media(kept) : problem(404, 'NoSuchKey');
}

/** https://cloud.google.com/storage/docs/authentication/canonical-requests */
function isSigned({ publicKey }: Fake, req: IncomingMessage, url: URL): boolean {
  const query = url.searchParams;
  const date = query.get('X-Goog-Date')!;
  const from = Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
  if (from + Number(query.get('X-Goog-Expires')) * 1_000 < Date.now()) return false;
  const names = query.get('X-Goog-SignedHeaders')!.split(';');
  if ('x-goog-content-length-range' in req.headers && !names.includes('x-goog-content-length-range')) return false;
  const headers = names.map(
    (name) => `${name}:${name === 'host' ? req.headers.host?.split(':')[0] : req.headers[name]}`,
  );
  const pairs = [...query]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('='));
  const canonical = [
    req.method,
    url.pathname,
    pairs.sort().join('&'),
    ...headers,
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ];
  const [email, ...scope] = query.get('X-Goog-Credential')!.split('/');
  const hash = createHash('sha256').update(canonical.join('\n')).digest('hex');
  const signed = createVerify('RSA-SHA256').update(['GOOG4-RSA-SHA256', date, scope.join('/'), hash].join('\n'));
  return email === EMAIL && signed.verify(publicKey, query.get('X-Goog-Signature')!, 'hex');
}

const metadata = ({ bucket }: Fake, name: string, { bytes, contentType, updated }: Kept) => ({
  kind: 'storage#object',
  bucket,
  name,
  size: String(bytes.byteLength),
  contentType,
  updated,
  crc32c: crc32c(bytes),
});

const media = ({ bytes, contentType, cacheControl }: Kept): Reply => ({
  status: 200,
  headers: {
    'Content-Type': contentType,
    'Content-Length': String(bytes.byteLength),
    'x-goog-hash': `crc32c=${crc32c(bytes)}`,
    ...(cacheControl ? { 'Cache-Control': cacheControl } : {}),
  },
  body: bytes,
});

const json = (value: object): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

const problem = (status: number, message: string): Reply => ({
  ...json({ error: { code: status, message, errors: [{ message, reason: 'refused' }] } }),
  status,
});

/** CRC-32C (Castagnoli), big-endian in base64: the client compares it with what it sent or got. */
function crc32c(bytes: Buffer): string {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  const out = Buffer.alloc(4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return out.toString('base64');
}
