import { describe, expect, it } from '@jest/globals';
import { decryptPush } from './decrypt.ts';

/** RFC 8291, section 5 and appendix A. */
const KEYS = {
  privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};
const BODY = Buffer.from(
  [
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml',
    'mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT',
    'pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  ].join(''),
  'base64url',
);

describe('a push as its browser reads it', () => {
  it('is the example of RFC 8291', () => {
    expect(decryptPush(BODY, KEYS)).toBe('When I grow up, I want to be a watermelon');
  });

  it.each([
    ['another browser’s secret', BODY, { ...KEYS, auth: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a changed byte', Buffer.from(BODY).fill(1, 100, 101), KEYS],
    ['a body that was cut', BODY.subarray(0, -1), KEYS],
    ['nothing', Buffer.alloc(0), KEYS],
  ])('is refused with %s', (_, body, keys) => {
    expect(() => decryptPush(body, keys)).toThrow();
  });
});
