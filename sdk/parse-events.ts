/** The event stream format (HTML Living Standard §9.2.6), out of bytes that are cut anywhere. */

export interface ServerEvent {
  id: string;
  /** `message` when the server names none. */
  type: string;
  data: string;
}

export interface StreamPart {
  event?: ServerEvent;
  /** How long the server wants to be left alone before a new connection. */
  retryMs?: number;
}

/** Each chunk gives a part, an empty one when it brought no whole event: the caller sees that the server lives. */
export async function* parseEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<StreamPart, void> {
  const decoder = new TextDecoder();
  let text = '';
  let lastId = '';
  let fields: Record<string, string> = {};
  for await (const chunk of bytes) {
    yield {};
    text += decoder.decode(chunk, { stream: true });
    const { lines, rest } = cut(text);
    text = rest;
    for (const line of lines) {
      if (line !== '') {
        fields = add(fields, line);
        continue;
      }
      lastId = fields.id ?? lastId;
      if (fields.retry !== undefined && /^\d+$/.test(fields.retry)) yield { retryMs: Number(fields.retry) };
      if (fields.data !== undefined)
        yield { event: { id: lastId, type: fields.event || 'message', data: fields.data } };
      fields = {};
    }
  }
}

/** A carriage return at the very end may be half of a line's end. */
function cut(text: string): { lines: string[]; rest: string } {
  const lines = text.split(/\r\n|\n|\r(?!$)/);
  return { rest: lines.pop() ?? '', lines };
}

function add(fields: Record<string, string>, line: string): Record<string, string> {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'data' && fields.data !== undefined) return { ...fields, data: `${fields.data}\n${value}` };
  return name === '' ? fields : { ...fields, [name]: value };
}
