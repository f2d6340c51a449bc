/** An SMTP server that misbehaves at one chosen step of the session, over real sockets. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** `connect` is before the greeting, `content` in the midst of the message, `dot` when all of it has come. */
export type Step =
  | 'connect'
  | 'EHLO'
  | 'HELO'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'content'
  | 'dot'
  | 'RSET'
  | 'QUIT';

/** Closes, resets or is silent, or says something else than it should. */
export type Trouble = 'close' | 'reset' | 'hang' | (string & {});

const USUAL: Record<Step, string> = {
  connect: '220 test ESMTP',
  EHLO: '250 test',
  HELO: '250 test',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  content: '',
  dot: '250 2.0.0 queued as 4711',
  RSET: '250 2.0.0 ok',
  QUIT: '221 2.0.0 bye',
};

export interface ScriptedSmtp {
  url: string;
  port: number;
  /** Messages that came whole, whatever was answered. */
  messages: string[];
  connections: number;
  commands: string[];
  trouble: Partial<Record<Step, Trouble>>;
  extensions: string[];
  /** Closes what is open, as an idle time-out of the server's does. */
  dropAll(): void;
  close(): Promise<void>;
}

export async function startScriptedSmtp(): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    smtp.connections += 1;
    converse(smtp, socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const smtp: ScriptedSmtp = {
    ...{ url: `smtp://127.0.0.1:${port}`, port, messages: [], connections: 0, commands: [], trouble: {} },
    extensions: ['PIPELINING', '8BITMIME'],
    dropAll() {
      for (const socket of sockets) socket.end();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return smtp;
}

function converse(smtp: ScriptedSmtp, socket: Socket): void {
  let text = '';
  let inMessage = false;
  /** Does what the step's trouble says, else the usual; returns whether the session goes on. */
  const answer = (step: Step): boolean => {
    const trouble = smtp.trouble[step];
    if (trouble === 'hang') return socket.pause() && false;
    if (trouble === 'close') return socket.end() && false;
    if (trouble === 'reset') return socket.resetAndDestroy() && false;
    const usual = step === 'EHLO' ? ehlo(smtp.extensions) : USUAL[step];
    const reply = trouble ?? usual;
    if (reply) socket.write(`${reply}\r\n`);
    return reply === usual || !reply.startsWith('421');
  };
  if (!answer('connect')) return;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    while (!socket.destroyed) {
      if (inMessage) {
        if (smtp.trouble.content && text.length > 1_000) return void answer('content');
        const end = text.indexOf('\r\n.\r\n');
        if (end < 0) return;
        smtp.messages.push(text.slice(0, end));
        text = text.slice(end + 5);
        inMessage = false;
        if (!answer('dot')) return;
        continue;
      }
      const end = text.indexOf('\r\n');
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      smtp.commands.push(line);
      const step = line.split(/[ :]/, 1)[0]!.toUpperCase() as Step;
      const refused = /^[45]/.test(smtp.trouble.MAIL ?? '') || /^[45]/.test(smtp.trouble.RCPT ?? '');
      if (step === 'DATA' && refused) socket.write('503 5.5.1 there is no recipient\r\n');
      else if (!(step in USUAL)) socket.write('502 5.5.1 unknown\r\n');
      else if (!answer(step)) return;
      else if (step === 'DATA') inMessage = (smtp.trouble.DATA ?? USUAL.DATA).startsWith('354');
    }
  });
}

function ehlo(extensions: readonly string[]): string {
  const lines = ['test', ...extensions];
  return lines.map((line, index) => `250${index < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n');
}
