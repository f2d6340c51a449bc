import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { makeMail } from './test-sandbox.ts';
import { validateMail } from './validate-mail.ts';

const now = 1_700_000_000_000;
const nowSeconds = now / 1_000;
const envelope = (more: object) => ({ personalizations: [{ to: [{ email: 'ada@example.com' }], ...more }] });
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const address = (index: number) => ({ email: `a${index}@example.com` });
const { subject: _subject, content: _content, ...bare } = makeMail();

const good: Record<string, unknown> = {
  'the usual': makeMail(),
  'html only': makeMail({ content: [{ type: 'text/html', value: '<p>x</p>' }] }),
  'a subject in each personalization': { ...bare, content: makeMail().content, ...envelope({ subject: 'Own' }) },
  'a dynamic template': { ...bare, template_id: 'd-1', ...envelope({ dynamic_template_data: { a: { b: 1 } } }) },
  'a thousand personalizations': makeMail({ personalizations: many(1_000, (i) => ({ to: [address(i)] })) }),
  'ten categories': makeMail({ categories: many(10, String) }),
  'one-click unsubscribe': makeMail({ headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } }),
  'a send in 71 hours': makeMail({ send_at: nowSeconds + 71 * 3_600 }),
  'an attachment': makeMail({ attachments: [{ content: 'aGVsbG8=', filename: 'a.txt', disposition: 'inline' }] }),
  settings: makeMail({ mail_settings: { sandbox_mode: { enable: true } }, asm: { group_id: 1 } }),
};

/** What is wrong, the mail, and the field that must be named. Those marked `prose` are rules that the schema lacks. */
const bad: [string, unknown, string | null, 'schema' | 'prose'][] = [
  ['an array', [], null, 'schema'],
  ['nothing', {}, 'personalizations', 'schema'],
  ['no sender', makeMail({ from: undefined }), 'from', 'schema'],
  ['a sender without an address', makeMail({ from: { name: 'Shop' } }), 'from.email', 'schema'],
  ['a sender that is no address', makeMail({ from: { email: 'shop' } }), 'from.email', 'schema'],
  ['no personalization', makeMail({ personalizations: [] }), 'personalizations', 'prose'],
  [
    '1001 personalizations',
    makeMail({ personalizations: many(1_001, (i) => ({ to: [address(i)] })) }),
    'personalizations',
    'schema',
  ],
  ['no recipient', makeMail({ personalizations: [{}] }), 'personalizations.0.to', 'schema'],
  ['an empty list of recipients', makeMail({ personalizations: [{ to: [] }] }), 'personalizations.0.to', 'prose'],
  [
    'a recipient that is no address',
    makeMail({ personalizations: [{ to: [{ email: 'a b@c' }] }] }),
    'personalizations.0.to.0.email',
    'schema',
  ],
  [
    '1001 recipients',
    makeMail({ personalizations: [{ to: [address(0)], cc: many(1_001, address) }] }),
    'personalizations.0.cc',
    'schema',
  ],
  ['an address twice', makeMail(envelope({ cc: [{ email: 'ADA@example.com' }] })), 'personalizations.0', 'prose'],
  ['no subject', { ...bare, content: makeMail().content }, 'subject', 'prose'],
  ['an empty subject', makeMail({ subject: '' }), 'subject', 'schema'],
  ['a subject that is a number', makeMail({ subject: 7 }), 'subject', 'schema'],
  ['no content', makeMail({ content: undefined }), 'content', 'prose'],
  ['an empty part', makeMail({ content: [{ type: 'text/plain', value: '' }] }), 'content.0.value', 'schema'],
  ['html before text', makeMail({ content: makeMail().content.toReversed() }), 'content', 'prose'],
  ['eleven categories', makeMail({ categories: many(11, String) }), 'categories', 'schema'],
  ['a category twice', makeMail({ categories: ['a', 'a'] }), 'categories', 'schema'],
  ['a long category', makeMail({ categories: ['x'.repeat(256)] }), 'categories.0', 'schema'],
  [
    'large custom args',
    makeMail(envelope({ custom_args: { a: 'x'.repeat(10_000) } })),
    'personalizations.0.custom_args',
    'prose',
  ],
  [
    'a custom arg that is a number',
    makeMail(envelope({ custom_args: { a: 1 } })),
    'personalizations.0.custom_args',
    'prose',
  ],
  ['custom args as a list', makeMail(envelope({ custom_args: ['a'] })), 'personalizations.0.custom_args', 'schema'],
  ['a reserved header', makeMail({ headers: { 'X-SG-EID': 'x' } }), 'headers.X-SG-EID', 'prose'],
  [
    'a reserved header of one personalization',
    makeMail(envelope({ headers: { BCC: 'x' } })),
    'personalizations.0.headers.BCC',
    'prose',
  ],
  ['a send in 73 hours', makeMail({ send_at: nowSeconds + 73 * 3_600 }), 'send_at', 'prose'],
  ['a send at no time', makeMail({ send_at: 'tomorrow' }), 'send_at', 'schema'],
  [
    'template data without a dynamic template',
    makeMail(envelope({ dynamic_template_data: { a: 1 } })),
    'personalizations.0.dynamic_template_data',
    'prose',
  ],
  [
    'substitutions that are no strings',
    makeMail(envelope({ substitutions: { a: 1 } })),
    'personalizations.0.substitutions',
    'schema',
  ],
  ['two kinds of reply-to', makeMail({ reply_to: address(1), reply_to_list: [address(2)] }), 'reply_to_list', 'prose'],
  [
    'an attachment without a name',
    makeMail({ attachments: [{ content: 'aGVsbG8=' }] }),
    'attachments.0.filename',
    'schema',
  ],
  [
    'an attachment that is not Base64',
    makeMail({ attachments: [{ content: '<<>>', filename: 'a' }] }),
    'attachments.0.content',
    'prose',
  ],
  ['an unsubscribe group without an id', makeMail({ asm: {} }), 'asm.group_id', 'schema'],
  ['a short pool name', makeMail({ ip_pool_name: 'x' }), 'ip_pool_name', 'schema'],
  [
    'a setting that is no switch',
    makeMail({ mail_settings: { sandbox_mode: { enable: 'yes' } } }),
    'mail_settings.sandbox_mode.enable',
    'schema',
  ],
];

/** As it arrives: without what JSON leaves out. */
const wire = (mail: unknown): unknown => JSON.parse(JSON.stringify(mail));

describe('what the sandbox takes for a mail', () => {
  it.each(Object.keys(good))('accepts %s', (name) => {
    expect(validateMail(wire(good[name]), now)).toEqual([]);
  });

  it.each(bad)('refuses %s', (_name, mail, field) => {
    const errors = validateMail(wire(mail), now);
    expect(errors.map((error) => error.field)).toContain(field);
    for (const { message } of errors) expect(message).toMatch(/\S/);
  });

  it.each([null, 7, 'x', [[]], { personalizations: [null] }, { personalizations: { to: 1 }, content: [null], asm: 1 }])(
    'survives %j',
    (body) => {
      expect(validateMail(body, now).length).toBeGreaterThan(0);
    },
  );

  it('tells everything that is wrong at once', () => {
    const errors = validateMail({ from: { email: 'x' }, personalizations: [{ to: [{}] }] }, now);
    expect(errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['from.email', 'personalizations.0.to.0.email', 'subject', 'content']),
    );
  });
});

const contract = fileURLToPath(new URL('../../../shared/contracts/sendgrid/tsg_mail_v3.json', import.meta.url));
if (!existsSync(contract))
  process.stderr.write(`SKIPPED: the comparison with SendGrid's OpenAPI, there is no ${contract}\n`);

(existsSync(contract) ? describe : describe.skip)('beside SendGrid’s own OpenAPI', () => {
  const validate = existsSync(contract) ? compile() : undefined;

  it.each(Object.keys(good))('agrees to accept %s', (name) => {
    expect(validate!(wire(good[name])) || validate!.errors).toBe(true);
  });

  it.each(bad)('agrees to refuse %s, or is the looser one', (_name, mail, _field, source) => {
    expect(validate!(wire(mail))).toBe(source === 'prose');
  });
});

function compile(): ValidateFunction {
  const document = JSON.parse(readFileSync(contract, 'utf8'));
  const schema = document.components.requestBodies.PostMailSend.content['application/json'].schema;
  // The document calls it a string, its own client sends an object.
  schema.properties.custom_args = { type: 'object' };
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.compile({ ...schema, components: document.components });
}
