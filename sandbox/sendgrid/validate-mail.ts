/**
 * What SendGrid's OpenAPI and its prose ask of a mail: limits, required fields, and which fields exclude each other.
 * Collects everything that is wrong; an empty list means that the mail is accepted.
 */
import { Checks, type Fields, isOf } from './checks.ts';
import type { SendgridError } from './mail-request.ts';

const RESERVED_HEADERS = new Set([
  'x-sg-id',
  'x-sg-eid',
  'received',
  'dkim-signature',
  'content-type',
  'content-transfer-encoding',
  'to',
  'from',
  'subject',
  'reply-to',
  'cc',
  'bcc',
]);
const MAX_CUSTOM_ARGS_BYTES = 10_000;
const MAX_SCHEDULE_SECONDS = 72 * 3_600;

export function validateMail(body: unknown, nowMs: number): SendgridError[] {
  const checks = new Checks();
  if (!isOf(body, 'object')) return [{ message: 'The body must be a JSON object.', field: null }];
  const mail = body as Fields;
  checkEnvelopes(checks, mail, nowMs);
  checks.address(mail.from, 'from');
  checkReplyTo(checks, mail);
  checkContent(checks, mail);
  checkAttachments(checks, mail.attachments);
  checkHeaders(checks, mail.headers, 'headers');
  checkCategories(checks, mail.categories);
  checkSendAt(checks, mail.send_at, 'send_at', nowMs);
  checkSettings(checks, mail);
  checks.optional(mail.template_id, 'string', 'template_id');
  checks.optional(mail.batch_id, 'string', 'batch_id');
  checks.length(mail.ip_pool_name, 2, 64, 'ip_pool_name');
  return checks.errors;
}

function checkEnvelopes(checks: Checks, mail: Fields, nowMs: number): void {
  const list = mail.personalizations;
  if (!checks.need(Array.isArray(list) && list.length > 0, 'personalizations', 'At least one is required.')) return;
  const envelopes = list as unknown[];
  checks.need(envelopes.length <= 1_000, 'personalizations', 'At most 1000 are allowed.');
  for (const [index, each] of envelopes.entries()) {
    const field = `personalizations.${index}`;
    if (checks.need(isOf(each, 'object'), field, 'An object is required.')) {
      checkEnvelope(checks, each as Fields, mail, field, nowMs);
    }
  }
}

function checkEnvelope(checks: Checks, envelope: Fields, mail: Fields, field: string, nowMs: number): void {
  const recipients = [
    ...checks.addresses(envelope.to, `${field}.to`, 1),
    ...checks.addresses(envelope.cc, `${field}.cc`),
    ...checks.addresses(envelope.bcc, `${field}.bcc`),
  ].map(({ email }) => String(email).toLowerCase());
  checks.need(new Set(recipients).size === recipients.length, field, 'An address may stand in to, cc and bcc once.');
  checks.need(recipients.length <= 1_000, field, 'At most 1000 recipients are allowed.');
  if (envelope.from !== undefined) checks.address(envelope.from, `${field}.from`);
  if (checks.optional(envelope.subject, 'string', `${field}.subject`)) {
    checks.need(envelope.subject !== '', `${field}.subject`, 'The subject must not be empty.');
  }
  checkHeaders(checks, envelope.headers, `${field}.headers`);
  checkSendAt(checks, envelope.send_at, `${field}.send_at`, nowMs);
  checkCustomArgs(checks, mail.custom_args, envelope.custom_args, field);
  checkTemplateData(checks, envelope, mail.template_id, field);
}

/** The OpenAPI calls the top-level custom_args a string; the service and its own client use an object there. */
function checkCustomArgs(checks: Checks, global: unknown, own: unknown, field: string): void {
  const parts: [unknown, string][] = [
    [global, 'custom_args'],
    [own, `${field}.custom_args`],
  ];
  for (const [args, name] of parts) {
    if (!isOf(args, 'string') && checks.optional(args, 'object', name)) {
      const strings = Object.values(args as Fields).every((value) => typeof value === 'string');
      checks.need(strings, name, 'Every value must be a string.');
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(global ?? '')) + Buffer.byteLength(JSON.stringify(own ?? ''));
  checks.need(bytes <= MAX_CUSTOM_ARGS_BYTES, `${field}.custom_args`, 'The total must not exceed 10000 bytes.');
}

function checkTemplateData(checks: Checks, envelope: Fields, templateId: unknown, field: string): void {
  const dynamic = typeof templateId === 'string' && templateId.startsWith('d-');
  if (checks.optional(envelope.dynamic_template_data, 'object', `${field}.dynamic_template_data`)) {
    checks.need(dynamic, `${field}.dynamic_template_data`, 'Only with a template_id that starts with d-.');
  }
  if (checks.optional(envelope.substitutions, 'object', `${field}.substitutions`)) {
    const values = Object.values(envelope.substitutions as Fields);
    const fine = !dynamic && values.every((value) => typeof value === 'string');
    checks.need(fine, `${field}.substitutions`, 'Strings only, and not with a dynamic template.');
  }
}

function checkReplyTo(checks: Checks, mail: Fields): void {
  if (mail.reply_to !== undefined) checks.address(mail.reply_to, 'reply_to');
  checks.addresses(mail.reply_to_list, 'reply_to_list');
  const both = mail.reply_to !== undefined && mail.reply_to_list !== undefined;
  checks.need(!both, 'reply_to_list', 'Use either reply_to or reply_to_list.');
}

function checkContent(checks: Checks, mail: Fields): void {
  if (checks.optional(mail.subject, 'string', 'subject')) {
    checks.need(mail.subject !== '', 'subject', 'The subject must not be empty.');
  }
  if (mail.template_id === undefined) {
    const envelopes = Array.isArray(mail.personalizations) ? (mail.personalizations as Fields[]) : [];
    const named = envelopes.length > 0 && envelopes.every((each) => typeof each?.subject === 'string');
    checks.need(mail.subject !== undefined || named, 'subject', 'The subject is required.');
    checks.need(Array.isArray(mail.content) && mail.content.length > 0, 'content', 'The content is required.');
  }
  if (!checks.optional(mail.content, 'array', 'content')) return;
  const parts = mail.content as Fields[];
  for (const [index, part] of parts.entries()) {
    for (const name of ['type', 'value']) {
      const value = isOf(part, 'object') ? part[name] : undefined;
      checks.need(typeof value === 'string' && value !== '', `content.${index}.${name}`, 'A text is required.');
    }
  }
  const types = parts.map((part) => part?.type);
  const plain = types.indexOf('text/plain');
  const html = types.indexOf('text/html');
  const ordered = plain <= 0 && (html < 0 || html === plain + 1);
  checks.need(ordered, 'content', 'text/plain comes first, text/html next, then others.');
}

function checkAttachments(checks: Checks, value: unknown): void {
  if (!checks.optional(value, 'array', 'attachments')) return;
  for (const [index, each] of (value as Fields[]).entries()) {
    const { content, filename, disposition } = isOf(each, 'object') ? each : {};
    const field = `attachments.${index}`;
    const encoded = typeof content === 'string' && /^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(content);
    checks.need(encoded, `${field}.content`, 'Must be Base64.');
    checks.need(typeof filename === 'string', `${field}.filename`, 'The filename is required.');
    const known = disposition === undefined || disposition === 'inline' || disposition === 'attachment';
    checks.need(known, `${field}.disposition`, 'Must be inline or attachment.');
  }
}

function checkHeaders(checks: Checks, headers: unknown, field: string): void {
  if (!checks.optional(headers, 'object', field)) return;
  for (const [name, value] of Object.entries(headers as Fields)) {
    checks.need(!RESERVED_HEADERS.has(name.toLowerCase()), `${field}.${name}`, 'This header may not be set.');
    checks.need(typeof value === 'string', `${field}.${name}`, 'The value must be a string.');
  }
}

function checkCategories(checks: Checks, value: unknown): void {
  if (!checks.optional(value, 'array', 'categories')) return;
  const list = value as unknown[];
  checks.need(list.length <= 10, 'categories', 'At most 10 categories are allowed.');
  checks.need(new Set(list).size === list.length, 'categories', 'The categories must be unique.');
  for (const [index, each] of list.entries()) {
    const fits = typeof each === 'string' && each.length <= 255;
    checks.need(fits, `categories.${index}`, 'Must be a string of at most 255 characters.');
  }
}

function checkSendAt(checks: Checks, value: unknown, field: string, nowMs: number): void {
  if (!checks.optional(value, 'integer', field)) return;
  const latest = nowMs / 1_000 + MAX_SCHEDULE_SECONDS;
  checks.need((value as number) <= latest, field, 'Must not be more than 72 hours from now.');
}

function checkSettings(checks: Checks, mail: Fields): void {
  if (checks.optional(mail.asm, 'object', 'asm')) {
    const { group_id, groups_to_display } = mail.asm as Fields;
    checks.need(Number.isInteger(group_id), 'asm.group_id', 'The group is required.');
    if (checks.optional(groups_to_display, 'array', 'asm.groups_to_display')) {
      checks.need((groups_to_display as unknown[]).length <= 25, 'asm.groups_to_display', 'At most 25 are allowed.');
    }
  }
  for (const kind of ['mail_settings', 'tracking_settings']) {
    if (!checks.optional(mail[kind], 'object', kind)) continue;
    for (const [name, setting] of Object.entries(mail[kind] as Fields)) {
      if (!checks.optional(setting, 'object', `${kind}.${name}`)) continue;
      checks.optional((setting as Fields).enable, 'boolean', `${kind}.${name}.enable`);
    }
  }
}
