/** Forms that no honest client sends: each is a 4xx problem, nothing of it stays, and the API goes on. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { createFakeStorage, type FakeStorage, imageSettings } from '../test/support/fake-storage.ts';
import { filesOf, formOf, pngLike } from '../test/support/forms.ts';
import { waitFor } from '../test/support/wait-for.ts';

let api: TestApi;
let storage: FakeStorage;
let path: string;
beforeAll(async () => {
  storage = createFakeStorage();
  api = await startApi({ images: imageSettings(storage) });
  const response = await fetch(`${api.apiUrl}/v1/products`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api.secretKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'P' }),
  });
  path = `/v1/products/${((await response.json()) as { id: string }).id}/images`;
});
afterAll(() => api?.close());

const isOurs = (name: string) => name.includes('stockroom-upload-');

/** Temporary files: by name, and (where the system tells) those that are open and have no name any more. */
function temporary(): string[] {
  const open = existsSync('/proc/self/fd')
    ? readdirSync('/proc/self/fd').flatMap((fd) => attempt(() => readlinkSync(`/proc/self/fd/${fd}`)) ?? [])
    : [];
  return [...readdirSync(tmpdir()), ...open].filter(isOurs);
}

/** Tests of other files have some too, with a name for a moment. */
const nothingLeft = () => waitFor(() => temporary().length === 0);

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

async function post(body: string | FormData, contentType?: string) {
  const response = await fetch(api.apiUrl + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api.secretKey}`, ...(contentType ? { 'Content-Type': contentType } : {}) },
    body,
  });
  expect(response.headers.get('content-type')).toMatch(/json/);
  const answer = (await response.json()) as { code: string; detail: string; status: number };
  return { status: response.status, code: answer.code, detail: answer.detail };
}

const FORM = 'multipart/form-data; boundary=b';
const part = (headers: string, body = 'x') => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const file = (filename: string, body = 'x') =>
  part(`Content-Disposition: form-data; name="files"; filename="${filename}"`, body);

it.each<[string, string, string, number, string]>([
  ['no boundary', '--b--', 'multipart/form-data', 400, 'form_malformed'],
  ['an empty boundary', '--b--', 'multipart/form-data; boundary=', 400, 'form_malformed'],
  ['nothing at all', '', FORM, 400, 'form_malformed'],
  ['no parts', '--b--\r\n', FORM, 400, 'files_missing'],
  ['no end', file('a.png'), FORM, 400, 'form_malformed'],
  [
    'an end within a part',
    `--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx`,
    FORM,
    400,
    'form_malformed',
  ],
  ['another form', 'files=x', 'application/x-www-form-urlencoded', 415, 'media_type_unsupported'],
  ['other parts', '--b--', 'multipart/mixed; boundary=b', 415, 'media_type_unsupported'],
  ['a thousand files', `${file('a.png').repeat(1_000)}--b--\r\n`, FORM, 400, 'too_many_parts'],
  [
    'a thousand fields',
    `${part('Content-Disposition: form-data; name="alt"').repeat(1_000)}--b--\r\n`,
    FORM,
    400,
    'validation_failed',
  ],
  ['parts without a name', `${part('Content-Type: text/plain').repeat(500)}--b--\r\n`, FORM, 400, 'too_many_parts'],
  [
    'huge part headers',
    `${part(`Content-Disposition: form-data; name="files"; filename="a"\r\nX-A: ${'a'.repeat(100_000)}`)}--b--\r\n`,
    FORM,
    400,
    'form_malformed',
  ],
  ['headers that are none', `${part('\u0000\u0001: x')}--b--\r\n`, FORM, 400, 'form_malformed'],
  [
    'a part of another name',
    `${part('Content-Disposition: form-data; name="__proto__"; filename="a.png"')}--b--\r\n`,
    FORM,
    400,
    'validation_failed',
  ],
  [
    'a field of another name',
    `${part('Content-Disposition: form-data; name="constructor"')}${file('a.png')}--b--\r\n`,
    FORM,
    400,
    'validation_failed',
  ],
  [
    'a text that is too long',
    `${part('Content-Disposition: form-data; name="alt"', 'a'.repeat(5_000))}${file('a.png')}--b--\r\n`,
    FORM,
    400,
    'validation_failed',
  ],
  [
    'a position that is none',
    `${part('Content-Disposition: form-data; name="position"', '-1')}${file('a.png')}--b--\r\n`,
    FORM,
    400,
    'validation_failed',
  ],
  ['a name with a path', `${file('../../etc/passwd')}--b--\r\n`, FORM, 400, 'validation_failed'],
  ['a name with a Windows path', `${file('C:\\a.png')}--b--\r\n`, FORM, 400, 'validation_failed'],
  ['a name that goes on for ever', `${file('a'.repeat(300))}--b--\r\n`, FORM, 400, 'validation_failed'],
])('%s', async (_, body, type, status, code) => {
  expect(await post(body, type)).toMatchObject({ status, code });
  await nothingLeft();
});

it('a name with control characters, in the encoding that allows them', async () => {
  const body = part(`Content-Disposition: form-data; name="files"; filename*=utf-8''a%00b.png`);
  expect(await post(`${body}--b--\r\n`, FORM)).toMatchObject({ status: 400, code: 'validation_failed' });
});

it('fields behind the last of several files, which could belong to any', async () => {
  const form = formOf(['files', pngLike('1'), '1.png'], ['files', pngLike('2'), '2.png'], ['alt', 'whose?']);
  expect(await post(form)).toMatchObject({ status: 400, code: 'validation_failed' });
  expect(await post(formOf(['file', pngLike('1'), '1.png'], ['alt', 'the only one']))).toMatchObject({ status: 202 });
});

it('a part that never ends is cut off, and not kept', async () => {
  const before = process.memoryUsage().rss;
  const socket = connect(api.port, '127.0.0.1');
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  const begin = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n';
  socket.write(`${requestHead('Transfer-Encoding: chunked')}${chunked(Buffer.from(begin))}`);
  const chunk = chunked(Buffer.alloc(64 * 1024, 'a'));
  let sent = 0;
  while (!socket.destroyed && heard === '') {
    sent += chunk.length;
    if (!socket.write(chunk)) await Promise.race([ended, new Promise((resolve) => socket.once('drain', resolve))]);
  }
  await ended;
  // Who never stops sending may see the connection end before reading why.
  if (heard) expect(heard).toMatch(/^HTTP\/1\.1 413 [\s\S]*body_too_large/);
  expect(sent).toBeLessThan(32 * 1024 * 1024);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  await nothingLeft();
});

const chunked = (bytes: Buffer) => `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`;

const requestHead = (length: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.secretKey}\r\nContent-Type: ${FORM}\r\n${length}\r\n\r\n`;

it('a length beyond all files together is refused before it is sent', async () => {
  const socket = connect(api.port, '127.0.0.1');
  socket.write(requestHead('Content-Length: 1000000000'));
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  await waitFor(() => heard.includes('body_too_large'));
  expect(heard).toMatch(/^HTTP\/1\.1 413 [\s\S]*Connection: close/i);
  socket.destroy();
});

it('an upload that is broken off leaves nothing behind', async () => {
  const puts = storage.puts;
  const socket = connect(api.port, '127.0.0.1');
  socket.write(`${requestHead('Content-Length: 90000')}${file('a.png', pngLike('cut off').toString('latin1'))}`);
  await waitFor(() => temporary().length === 1);
  socket.destroy();
  await nothingLeft();
  expect(storage.puts).toBe(puts);
});

it('twenty uploads of ten files at once are taken in bounded memory', async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const response = await fetch(`${api.apiUrl}/v1/products`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${api.secretKey}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: `Parallel ${at}` }),
      });
      return ((await response.json()) as { id: string }).id;
    }),
  );
  const forms = ids.map((_, at) =>
    filesOf(...Array.from({ length: 10 }, (__, n): [Buffer, string] => [pngLike(`${at} ${n}`, 100_000), `${n}.png`])),
  );
  const answers = await Promise.all(
    ids.map((id, at) =>
      fetch(`${api.apiUrl}/v1/products/${id}/images`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${api.secretKey}` },
        body: forms[at]!,
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
  await nothingLeft();
}, 30_000);
