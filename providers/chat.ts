/**
 * Messages to a chat by an incoming webhook, as Slack defined it (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks)
 * and others took it over (Mattermost, Rocket.Chat, Discord's /slack). The address of the webhook is its secret: it is never told.
 */
import { cutText } from '../domain/messages/cut-text.ts';
import type { SendResult, ShortChannel, ShortMessage } from './message-channel.ts';
import type { PostAnswer } from './public-post.ts';
import { createStrangerPost, refused, type StrangerPostOptions, textOf } from './stranger-post.ts';

export function createChat(options: StrangerPostOptions): ShortChannel {
  const http = createStrangerPost(options);
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return {
    channel: 'chat',
    provider: 'incoming-webhook',
    send: (message) => http.send({ url: message.to, headers, body: JSON.stringify(toBody(message)) }, judge),
    close: http.close,
  };
}

/** Beyond them Slack refuses the blocks: a link in a title of that length stays below 3,000. */
const MAX_TITLE = 150;
const MAX_BODY = 3_000;
const MAX_URL = 2_048;

/** `text` is for notifications, for screen readers and for chats that know no blocks. */
function toBody({ title, body, url }: ShortMessage) {
  const name = cutText(title.replaceAll(/\s+/g, ' ').trim(), (text) => escapeMrkdwn(text).length <= MAX_TITLE);
  const words = cutText(body, (text) => text.length <= MAX_BODY);
  const link = url === null ? undefined : linkable(url);
  const text = [escapeMrkdwn(name), escapeMrkdwn(words), link];
  const heading = link ? `<${link}|${escapeMrkdwn(name)}>` : escapeMrkdwn(name);
  return {
    text: text.filter(Boolean).join('\n'),
    blocks: [
      // `verbatim`: names of people and channels, and what looks like an address, stay text.
      ...(name ? [{ type: 'section', text: { type: 'mrkdwn', text: `*${heading}*`, verbatim: true } }] : []),
      ...(words ? [{ type: 'section', text: { type: 'plain_text', text: words, emoji: false } }] : []),
    ],
  };
}

const withEntities = (text: string) => text.replaceAll(/[&<>]/g, (character) => ENTITIES[character]!);
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** An e-mail address calls nobody, and stays whole. */
const MENTION = /(?<![\w.+-])@(?=\S)|@(?=(everyone|here|channel|all)\b)/gi;
/** Nothing is seen of it, and what it stands in is no mention and no link any more. */
const WORD_JOINER = '\u2060';

/**
 * What came from strangers (a product's name, a bank's words) calls nobody and links nowhere. `<!channel>` and `<url|text>` are
 * Slack's ways, which its three entities end; `@channel` and `[text](url)` are those of chats that read Markdown.
 */
function escapeMrkdwn(text: string): string {
  return withEntities(text)
    .replaceAll(MENTION, `@${WORD_JOINER}`)
    .replaceAll(/\](?=[([])/g, `]${WORD_JOINER}`);
}

/** The URL as it may stand in Slack's `<url|text>`, which nothing of it ends. */
function linkable(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  const link = withEntities(href).replaceAll('|', '%7C');
  return (protocol === 'https:' || protocol === 'http:') && link.length <= MAX_URL ? link : undefined;
}

/** Slack says `ok`, Rocket.Chat `{"success":true}`, others nothing. Whatever else says 200 (a page to sign in on) is no chat. */
function judge(answer: PostAnswer): SendResult {
  const text = textOf(answer);
  if (text === '' || text === 'ok' || /^\{"success":true\b/.test(text)) return { kind: 'accepted', messageId: null };
  return refused('no_chat', `The answer was ${answer.status} without “ok”: ${text}`);
}
