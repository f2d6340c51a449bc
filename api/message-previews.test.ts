import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MESSAGE_TEMPLATES } from '../domain/messages/order-view.ts';
import { OPS, startApi, type TestApi } from '../test/support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.close());

const signedIn = `Basic ${Buffer.from(`${OPS.user}:${OPS.password}`).toString('base64')}`;
const ask = (path: string, authorization = signedIn) =>
  fetch(`${api.apiUrl}/ops/messages/templates${path}`, { headers: { authorization } });

describe('the previews of messages', () => {
  it('are for operations alone', async () => {
    for (const path of ['', '/shipped', '/nothing'])
      for (const wrong of ['', `Bearer ${api.secretKey}`]) {
        const answer = await ask(path, wrong);
        expect(answer.status).toBe(401);
        expect(await answer.text()).not.toContain('order-confirmation');
      }
  });

  it('list every template with its subject, in the language that was asked for', async () => {
    const answer = await ask('?locale=de');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    const page = await answer.text();
    for (const template of MESSAGE_TEMPLATES) expect(page).toContain(`/ops/messages/templates/${template}?locale=de"`);
    expect(page).toContain('Ihre Bestellung ORD-100042 ist unterwegs');
  });

  it.each(MESSAGE_TEMPLATES)('show %s as mail, as text and in a few words', async (template) => {
    const page = await (await ask(`/${template}?locale=es`)).text();
    expect(page.match(/<iframe [^>]*sandbox[^>]* srcdoc="&lt;!doctype html&gt;/g)).toHaveLength(4);
    for (const media of ['all', 'not all']) expect(page.split(`@media ${media} { .ground`)).toHaveLength(3);
    expect(page).toMatch(/Text message, \d segment/);
    expect(page).toMatch(/<pre class="mono">Corner &amp; Co\n/);
    expect(page).not.toMatch(/undefined|\[object|NaN/);
  });

  it('take a language that nobody speaks for English, and know no other template', async () => {
    expect(await (await ask('/shipped?locale=tlh"><script>')).text()).toContain('Your order is on its way');
    expect((await ask('/constructor')).status).toBe(404);
  });
});
