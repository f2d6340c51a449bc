/** Text as a chat shows it: what is a mention in it, and what a link. */

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string; url: string }
  /** Somebody, or everybody, is called. */
  | { kind: 'mention'; text: string };

/**
 * Slack's own signs stand between < and > (https://docs.slack.dev/messaging/formatting-message-text); the chats that took its
 * webhooks over read Markdown's links and plain @names as well, so both count here.
 */
const SIGNS = /<([^<>]+)>|\[([^\]]*)\]\((https?:[^)\s]+)\)|(?<![\w.])@([\w.-]+)/g;

export function parseMrkdwn(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(SIGNS)) {
    parts.push({ kind: 'text', text: decode(text.slice(end, match.index)) }, readSign(match));
    end = match.index + match[0].length;
  }
  parts.push({ kind: 'text', text: decode(text.slice(end)) });
  return parts.filter((part) => part.text !== '');
}

function readSign([, slack, label, url, name]: RegExpExecArray | RegExpMatchArray): Part {
  if (name !== undefined) return { kind: 'mention', text: `@${name}` };
  if (url !== undefined) return { kind: 'link', text: decode(label ?? ''), url: decode(url) };
  const [target = '', ...labels] = slack!.split('|');
  const words = labels.length > 0 ? labels.join('|') : undefined;
  if (/^[!@#]/.test(target)) return { kind: 'mention', text: `@${words ?? target.slice(1)}` };
  return { kind: 'link', text: decode(words ?? target), url: decode(target) };
}

const decode = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
