/**
 * An S3 for tests: s3rver keeps the objects, and in front of it every request's Signature Version 4 is computed anew, as s3rver
 * would take any. What is not signed as it came (another type, another size, another body) is refused, as S3 does.
 */
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
type S3rverClass = new (options: object) => S3rver;

export const S3_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const REGION = 'eu-central-1';

export async function startS3(bucket: string) {
  const directory = mkdtempSync(join(tmpdir(), 'stockroom-s3-'));
  const require = createRequire(import.meta.url);
  const Server = require('s3rver') as S3rverClass;
  const behind = new Server({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await behind.run();
  const front = createServer((req, res) => void pass(req, res, port)).listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  return {
    endpoint: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    region: REGION,
    async close() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await behind.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function pass(req: IncomingMessage, res: ServerResponse, port: number): Promise<void> {
  const body = await buffer(req).catch(() => undefined);
  if (!body) return void res.destroy();
  const problem = judge(req, body);
  if (problem) return void res.writeHead(403, { 'Content-Type': 'application/xml' }).end(refusal(problem));
  const onward = request(
    { port, host: '127.0.0.1', method: req.method, path: req.url, headers: req.headers },
    (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    },
  );
  onward.end(body);
}

const refusal = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;

/** Undefined when the request is signed by the one key there is. */
function judge(req: IncomingMessage, body: Buffer): string | undefined {
  const url = new URL(req.url!, 'http://s3.test');
  const signed = url.searchParams.has('X-Amz-Signature') ? fromQuery(url) : fromHeader(req);
  if (!signed) return 'AccessDenied';
  if (signed.expires < Date.now()) return 'AccessDenied';
  const lacking = ['host', ...Object.keys(req.headers).filter((name) => name.startsWith('x-amz-'))];
  if (!signed.presigned && lacking.some((name) => !signed.headers.includes(name))) return 'AccessDenied';
  if (/^[0-9a-f]{64}$/.test(signed.payload) && signed.payload !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  return signatureOf(req, url, signed) === signed.signature ? undefined : 'SignatureDoesNotMatch';
}

interface Signed {
  presigned: boolean;
  scope: string;
  date: string;
  headers: string[];
  payload: string;
  signature: string;
  expires: number;
}

function fromQuery({ searchParams: query }: URL): Signed {
  const date = query.get('X-Amz-Date')!;
  return {
    presigned: true,
    scope: query.get('X-Amz-Credential')!,
    date,
    headers: query.get('X-Amz-SignedHeaders')!.split(';'),
    payload: 'UNSIGNED-PAYLOAD',
    signature: query.get('X-Amz-Signature')!,
    expires: timeOf(date) + Number(query.get('X-Amz-Expires')) * 1_000,
  };
}

function fromHeader({ headers }: IncomingMessage): Signed | undefined {
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, scope, names, signature] = form.exec(headers.authorization ?? '') ?? [];
  const date = headers['x-amz-date'];
  const payload = headers['x-amz-content-sha256'];
  if (!scope || !names || !signature || typeof date !== 'string' || typeof payload !== 'string') return undefined;
  const expires = timeOf(date) + 15 * 60_000;
  return { presigned: false, scope, date, headers: names.split(';'), payload, signature, expires };
}

function signatureOf(req: IncomingMessage, url: URL, { scope, date, headers, payload }: Signed): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encode).join('='));
  const canonical = [
    req.method,
    url.pathname,
    query.sort().join('&'),
    ...headers.map((name) => `${name}:${String(req.headers[name] ?? '').trim()}`),
    '',
    headers.join(';'),
    payload,
  ].join('\n');
  const [keyId, day, region, service, end] = scope.split('/');
  if (keyId !== S3_KEYS.accessKeyId || region !== REGION || day !== date.slice(0, 8)) return 'of somebody else';
  const toSign = ['AWS4-HMAC-SHA256', date, [day, region, service, end].join('/'), sha256(canonical)].join('\n');
  const key = [day, region, service, end].reduce<string | Buffer>(
    (by, part) => hmac(by, part!),
    `AWS4${S3_KEYS.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex');
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
/** `20261121T130203Z`. */
const timeOf = (date: string) =>
  Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
