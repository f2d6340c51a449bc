import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeMail, startSandbox } from './test-sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;

beforeEach(async () => {
  sandbox = await startSandbox({ keepBodies: 600 });
});
afterEach(() => sandbox.close());

const sendTo = (email: string, more: object = {}) =>
  sandbox.send(makeMail({ personalizations: [{ to: [{ email }] }], ...more }));

async function open(path: string) {
  const answer = await fetch(sandbox.url + path);
  return {
    status: answer.status,
    policy: answer.headers.get('content-security-policy') ?? '',
    html: await answer.text(),
  };
}

describe('the mailbox', () => {
  it('lists the newest first, by pages, and finds by recipient', async () => {
    for (let i = 1; i <= 60; i += 1) await sendTo(`buyer${i}@example.com`, { subject: `Mail ${i}` });
    const first = await open('/mailbox');
    expect(first.html).toContain('60 messages');
    expect(first.html.indexOf('Mail 60')).toBeLessThan(first.html.indexOf('Mail 59'));
    expect(first.html).not.toContain('Mail 10<');
    const next = /href="([^"]+)">Older/.exec(first.html)![1]!;
    expect((await open(next)).html).toContain('Mail 10<');
    expect((await open('/mailbox?to=buyer7%40example.com')).html).toContain('1 message to buyer7@example.com');
    expect((await open('/mailbox?to=buyer6')).html).toContain('2 messages');
    expect((await open('/mailbox?to=100%25')).html).toContain('0 messages');
  });

  it('shows a mail in a frame that cannot run anything', async () => {
    await sendTo('ada@example.com', {
      subject: '<script>alert(1)</script>',
      content: [{ type: 'text/html', value: '<script>alert(2)</script><p>Hi</p>' }],
    });
    const [mail] = (await sandbox.mails()).data;
    const page = await open(`/mailbox/${mail!.seq}`);
    expect(page.html).toContain('sandbox="allow-popups');
    expect(page.html).not.toMatch(/allow-scripts|allow-same-origin|<script/);
    expect(page.policy).toContain("default-src 'none'");
    const frame = await open(`/mailbox/${mail!.seq}/html`);
    expect(frame.html).toContain('<p>Hi</p>');
    expect(frame.policy).toMatch(/^sandbox (?!.*allow-scripts)/);
    expect((await open('/mailbox')).html).not.toContain('<script');
  });

  it('answers 404 for what it does not have', async () => {
    for (const path of ['/mailbox/7', '/mailbox/7/html', '/mailbox/x']) expect((await open(path)).status).toBe(404);
  });

  it('pages the JSON and finds a whole address in any case', async () => {
    for (let i = 0; i < 3; i += 1) await sendTo('Ada@Example.com');
    await sendTo('not-ada@example.com');
    const { data, total, has_more } = await sandbox.mails('?to=ADA@example.com&limit=2');
    expect([data.length, total, has_more]).toEqual([2, 3, true]);
    expect((await sandbox.mails(`?to=ada@example.com&before=${data[1]!.seq}`)).data).toHaveLength(1);
    expect((await sandbox.mails('?to=nobody@example.com')).data).toEqual([]);
  });

  it('forgets old bodies, never old mails', async () => {
    const count = 1_500;
    let sent = 0;
    const worker = async () => {
      while (sent < count) {
        sent += 1;
        expect((await sendTo(`buyer${sent}@example.com`)).status).toBe(202);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect((await sandbox.mails()).total).toBe(count);
    const { data } = await sandbox.mails('?limit=1000&before=400');
    expect(data).toHaveLength(399);
    expect(data.every((mail) => mail.html === null && mail.subject === 'Hello')).toBe(true);
    expect((await sandbox.mails('?limit=500')).data.every((mail) => mail.html !== null)).toBe(true);
  });
});
