import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import sendgrid from '@sendgrid/mail';
import { makeMail, startSandbox } from './test-sandbox.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

type Mailer = typeof sendgrid & { client: { setDefaultRequest(key: string, value: string): void } };
const { MailService } = sendgrid as unknown as { MailService: new () => Mailer };

function officialClient(apiKey = 'SG.sandbox'): Mailer {
  const mail = new MailService();
  mail.setApiKey(apiKey);
  mail.client.setDefaultRequest('baseUrl', `${sandbox.url}/`);
  return mail;
}

async function expectErrors(answer: Response, status: number) {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-ratelimit-limit')).toBe('10000');
  const body = (await answer.json()) as { errors: { message: string; field: string | null }[] };
  expect(body.errors.length).toBeGreaterThan(0);
  for (const error of body.errors) expect(error).toEqual({ message: expect.any(String), field: error.field });
  return body.errors;
}

describe('the official client', () => {
  const mail = { to: 'ada@example.com', from: 'shop@shop.example', subject: 'Hi', text: 'Hello', html: '<b>Hello</b>' };

  it('gets 202, no body and an id, and the mail is in the mailbox', async () => {
    const [response] = await officialClient().send({
      ...mail,
      customArgs: { notification_id: 'n-1' },
      categories: ['receipt'],
    });
    expect(response.statusCode).toBe(202);
    expect(response.body).toBe('');
    const headers = response.headers as Record<string, string>;
    expect(headers['x-ratelimit-remaining']).toMatch(/^\d+$/);
    expect(Number(headers['x-ratelimit-reset'])).toBeGreaterThan(1_700_000_000);
    const { data, total } = await sandbox.mails('?to=ada@example.com');
    expect(total).toBe(1);
    expect(data[0]).toMatchObject({
      id: headers['x-message-id'],
      to: 'ada@example.com',
      from: { email: 'shop@shop.example' },
      subject: 'Hi',
      text: 'Hello',
      html: '<b>Hello</b>',
      custom_args: { notification_id: 'n-1' },
      categories: ['receipt'],
    });
  });

  it('gets the errors in the form that it knows', async () => {
    const refused = officialClient().send({ ...mail, categories: ['a', 'a'] });
    await expect(refused).rejects.toMatchObject({
      code: 400,
      response: { body: { errors: [{ field: 'categories' }] } },
    });
    await expect(officialClient('SG.wrong').send(mail)).rejects.toMatchObject({ code: 401 });
  });

  it('gets 200 and leaves nothing behind in sandbox mode', async () => {
    const [response] = await officialClient().send({ ...mail, mailSettings: { sandboxMode: { enable: true } } });
    expect(response.statusCode).toBe(200);
    expect((await sandbox.mails()).total).toBe(0);
  });
});

describe('the API', () => {
  it('refuses other keys, methods, paths, types and bodies as SendGrid does', async () => {
    await expectErrors(await sandbox.send(makeMail(), { authorization: 'Basic SG.sandbox' }), 401);
    await expectErrors(await sandbox.send(makeMail(), { authorization: '' }), 401);
    await expectErrors(await sandbox.send('{"from":', {}), 400);
    await expectErrors(await sandbox.send(makeMail(), { 'content-type': 'text/plain' }), 415);
    const headers = { authorization: 'Bearer SG.sandbox' };
    await expectErrors(await fetch(`${sandbox.url}/v3/mail/send`, { headers }), 405);
    await expectErrors(await fetch(`${sandbox.url}/v3/nothing`, { headers }), 404);
    expect((await sandbox.mails()).total).toBe(0);
  });

  it('refuses more than 30 MB', async () => {
    await expectErrors(await sandbox.send(`"${'x'.repeat(31 * 1_048_576)}"`), 413);
  });

  it('refuses senders that are not verified, when it knows which are', async () => {
    const strict = await startSandbox({ verifiedSenders: ['shop@shop.example'] });
    expect((await strict.send(makeMail())).status).toBe(202);
    const [error] = await expectErrors(await strict.send(makeMail({ from: { email: 'eve@evil.example' } })), 403);
    expect(error!.field).toBe('from');
    await strict.close();
  });

  it('limits by the second and says when it is over', async () => {
    const slow = await startSandbox({ mailsPerSecond: 2, nowMs: () => 1_700_000_000_500 });
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await slow.send(makeMail()));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0']);
    expect(answers[2]!.headers.get('x-ratelimit-reset')).toBe('1700000001');
    expect(answers[2]!.headers.get('retry-after')).toBeNull();
    expect(await answers[2]!.json()).toEqual({ errors: [{ message: 'too many requests', field: null }] });
    await slow.close();
  });

  it('keeps one copy per recipient, with its personalization’s subject and arguments', async () => {
    const personalizations = [
      { to: [{ email: 'A@example.com', name: 'A' }], bcc: [{ email: 'b@example.com' }], custom_args: { n: '1' } },
      { to: [{ email: 'c@example.com' }], subject: 'Own', custom_args: { all: 'mine' } },
    ];
    expect((await sandbox.send(makeMail({ personalizations, custom_args: { all: 'yes' } }))).status).toBe(202);
    const { data } = await sandbox.mails();
    expect(data.map(({ to, subject, custom_args }) => [to, subject, custom_args])).toEqual([
      ['c@example.com', 'Own', { all: 'mine' }],
      ['b@example.com', 'Hello', { all: 'yes', n: '1' }],
      ['a@example.com', 'Hello', { all: 'yes', n: '1' }],
    ]);
    expect(new Set(data.map(({ id }) => id)).size).toBe(1);
  });

  it('fails on request: 429, 500 before and after the work, an answer lost', async () => {
    const { faults } = sandbox;
    faults.add({ provider: 'sendgrid', kind: 'rate_limit', times: 1, match: { path: '/v3/mail/send' } });
    const limited = await sandbox.send(makeMail());
    expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
    await expectErrors(limited, 429);
    faults.add({ provider: 'sendgrid', kind: 'server_error', times: 1 });
    expect((await sandbox.send(makeMail())).status).toBe(500);
    expect((await sandbox.mails()).total).toBe(0);
    faults.add({ provider: 'sendgrid', kind: 'server_error', phase: 'after', times: 1 });
    expect((await sandbox.send(makeMail())).status).toBe(500);
    faults.add({ provider: 'sendgrid', kind: 'answer_lost', times: 1 });
    await expect(sandbox.send(makeMail())).rejects.toThrow();
    expect((await sandbox.mails()).total).toBe(2);
  });
});
