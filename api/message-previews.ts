/**
 * /ops/messages/templates: every message with made-up data, as mailboxes show it on a phone and on a desk, light and dark, with its
 * text part and its short form. The frames hold the mail itself, may do nothing, and ask nobody for anything.
 */
import { type Request, Router } from 'express';
import { findLocale, LANGUAGES } from '../domain/messages/locales.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../domain/messages/order-view.ts';
import { type MessageView, type RenderedEmail, renderEmail, renderShort } from '../domain/messages/render.ts';
import { SAMPLES } from '../domain/messages/samples.ts';
import { composeTextMessage, segmentsOf } from '../domain/messages/text-message.ts';
import { topicOf } from '../domain/messages/topics.ts';
import { Html, html, opsFacts, opsPage, opsTable } from './ops-page.ts';
import { type OpsCredentials, opsSignIn } from './ops-sign-in.ts';
import { notFound } from './problem.ts';

const PATH = '/ops/messages/templates';
/** Languages by their names in themselves, and some countries that write amounts in their own way. */
const OFFERED = [...LANGUAGES, 'en-GB', 'de-AT', 'de-CH', 'es-MX'];
/** As many as SMS are sent with at most (providers/sms-twilio.ts). */
const MAX_SEGMENTS = 4;

export function createMessagePreviews(credentials: OpsCredentials): Router {
  const router = Router();
  router.use(PATH, opsSignIn(credentials));
  router.get(PATH, (req, res) => {
    const locale = localeOf(req);
    res.type('html').send(opsPage('Templates', html`${locales('', locale)}${list(locale)}`));
  });
  router.get(`${PATH}/:template`, (req, res) => {
    const template = MESSAGE_TEMPLATES.find((each) => each === req.params.template);
    if (!template) throw notFound('template', req.params.template);
    res.type('html').send(opsPage(template, preview(template, localeOf(req))));
  });
  return router;
}

const localeOf = ({ query: { locale } }: Request) =>
  typeof locale === 'string' && findLocale(locale) ? locale : LANGUAGES[0];

const sampleOf = (template: MessageTemplate): MessageView => SAMPLES[template];

function list(locale: string): Html {
  const rows = MESSAGE_TEMPLATES.map((template) => {
    const { subject, preheader, version } = renderEmail(template, sampleOf(template), locale);
    const name = html`<a href="${linkTo(template, locale)}">${template}</a>`;
    return [name, html`${subject}<br><span class="faint">${preheader}</span>`, topicOf(template), version];
  });
  return opsTable(['Template', 'Subject and first words', 'Topic', 'Version'], rows);
}

const linkTo = (template: string, locale: string) =>
  `${PATH}${template && `/${template}`}?locale=${encodeURIComponent(locale)}`;

function locales(template: string, current: string): Html {
  const links = OFFERED.map((each) => {
    const name = new Intl.DisplayNames(each, { type: 'language' }).of(each);
    return each === current
      ? html`<b lang="${each}">${name}</b>`
      : html`<a lang="${each}" href="${linkTo(template, each)}">${name}</a>`;
  });
  return html`<nav aria-label="Language">${links}</nav>`;
}

function preview(template: MessageTemplate, locale: string): Html {
  const mail = renderEmail(template, sampleOf(template), locale);
  const bytes = Buffer.byteLength(mail.html);
  const facts = opsFacts([
    ['Subject', mail.subject],
    ['First words', mail.preheader],
    ['Topic', topicOf(template)],
    ['Version', mail.version],
    ['Size', `${(bytes / 1000).toFixed(1)} kB of HTML`],
  ]);
  return html`${new Html(STYLE)}${locales(template, locale)}${facts}
<h2>As mail</h2><div class="frames">${frames(mail)}</div>
${shortForm(template, locale)}<h2>Text part</h2><pre class="mono">${mail.text}</pre>`;
}

/** What a mailbox's scheme decides is decided here: frames take the reader's own, whatever is around them. */
const SCHEMES = [
  ['light', 'not all'],
  ['dark', 'all'],
] as const;

function frames({ html: mail }: RenderedEmail): Html[] {
  return SCHEMES.flatMap(([scheme, media]) => {
    const shown = mail.replace('@media (prefers-color-scheme: dark)', `@media ${media}`);
    return (['phone', 'desk'] as const).map(
      (size) => html`<figure><figcaption>${size}, ${scheme}</figcaption>
<iframe class="${size}" title="${size}, ${scheme}" sandbox loading="lazy" srcdoc="${shown}"></iframe></figure>`,
    );
  });
}

function shortForm(template: MessageTemplate, locale: string): Html {
  const { title, body, url } = renderShort(template, sampleOf(template), locale);
  const sms = composeTextMessage(body, url, MAX_SEGMENTS);
  const segments = segmentsOf(sms);
  return html`<h2>In a few words</h2><div class="frames">
<figure><figcaption>Text message, ${segments} ${segments === 1 ? 'segment' : 'segments'} (${segmentsOf(body)} without the address)</figcaption><p class="bubble">${sms}</p></figure>
<figure><figcaption>Push and chat</figcaption><p class="card"><b>${title}</b><br>${body}${url && html`<br><span class="faint">${url}</span>`}</p></figure></div>`;
}

const STYLE = `<style>.frames{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}figure{margin:0;max-width:100%}figcaption{color:var(--faint);font-size:13px;margin-bottom:6px}
iframe{display:block;height:720px;border:1px solid var(--line);border-radius:12px;max-width:100%}.phone{width:390px}.desk{width:700px}
.mono{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}.bubble,.card{margin:0;padding:12px 16px;width:340px;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere;border-radius:16px;background:var(--card);border:1px solid var(--line)}.card{white-space:normal;border-radius:12px}</style>`;
