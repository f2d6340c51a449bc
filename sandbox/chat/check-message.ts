/** What Slack refuses of an incoming webhook's message, by the words that it says it with. */

/** Lengths of https://docs.slack.dev/reference/block-kit/blocks/section-block and of the guide to incoming webhooks. */
const MAX_TEXT = 40_000;
const MAX_BLOCKS = 50;
const MAX_SECTION = 3_000;

export interface ChatMessage {
  text: string;
  /** The sections' texts as they are shown; empty when there are no blocks. */
  sections: { type: 'mrkdwn' | 'plain_text'; text: string }[];
}

/** The message, or Slack's word for what is wrong. */
export function readMessage(body: unknown): ChatMessage | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'invalid_payload';
  const { text = '', blocks = [] } = body as { text?: unknown; blocks?: unknown };
  if (typeof text !== 'string' || text.length > MAX_TEXT) return 'invalid_payload';
  if (!Array.isArray(blocks) || blocks.length > MAX_BLOCKS) return 'invalid_blocks';
  if (text === '' && blocks.length === 0) return 'no_text';
  const sections = blocks.map(readSection);
  return sections.every((section) => section !== undefined) ? { text, sections } : 'invalid_blocks';
}

function readSection(block: unknown): ChatMessage['sections'][number] | undefined {
  const { type, text } = (block ?? {}) as { type?: unknown; text?: { type?: unknown; text?: unknown } };
  if (type !== 'section' || typeof text?.text !== 'string') return undefined;
  if (text.text.length === 0 || text.text.length > MAX_SECTION) return undefined;
  if (text.type !== 'mrkdwn' && text.type !== 'plain_text') return undefined;
  return { type: text.type, text: text.text };
}
