import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { readEventKey, refuseEvents } from './sendgrid-signature.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const shown = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const key = readEventKey(shown);
const body = Buffer.from('[{"event":"delivered"}]\r\n');
const timestamp = '1700000000';
const now = 1_700_000_000_000;
const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), pair.privateKey).toString('base64');

it('accepts what was signed, to the last line break', () => {
  expect(refuseEvents(key, { signature, timestamp, body }, now)).toBeUndefined();
  const trimmed = body.subarray(0, -2);
  expect(refuseEvents(key, { signature, timestamp, body: trimmed }, now)).toContain('does not match');
});

it('takes the key as PEM too, and no other kind of key', () => {
  const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  expect(refuseEvents(readEventKey(pem), { signature, timestamp, body }, now)).toBeUndefined();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'der' });
  expect(() => readEventKey(rsa.toString('base64'))).toThrow('not an EC key');
});

it('refuses garbage without throwing', () => {
  for (const bad of ['', undefined, 'x', '====', 'MEUCIQ', 'é', signature.slice(0, -8), 'A'.repeat(10_000)]) {
    expect(refuseEvents(key, { signature: bad, timestamp, body }, now)).toEqual(expect.any(String));
  }
  for (const bad of ['', undefined, '-1', '1e9', ' 1700000000', '9'.repeat(400)]) {
    expect(refuseEvents(key, { signature, timestamp: bad, body }, now)).toEqual(expect.any(String));
  }
});

it('lets a caught request not be played again later', () => {
  expect(refuseEvents(key, { signature, timestamp, body }, now + 600_000)).toBeUndefined();
  expect(refuseEvents(key, { signature, timestamp, body }, now + 601_000)).toContain('601 s');
  expect(refuseEvents(key, { signature, timestamp, body }, now - 601_000)).toContain('601 s');
});
