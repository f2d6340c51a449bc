/** The floor's provider: reads the request, gives a constant answer, sends the webhook that it is asked for. */
import { Agent, createServer, request } from 'node:http';
import { readEnvironment } from './environment.ts';

const { apiPort, providerPort } = readEnvironment();
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const ANSWER = JSON.stringify({ id: 'obj_1', object: 'object', status: 'succeeded', filler: 'x'.repeat(1_900) });
const EVENT = { id: 'evt_1', object: 'event', type: 'object.succeeded', data: { filler: 'x'.repeat(1_500) } };

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ANSWER) }).end(ANSWER);
    const next = req.headers['x-next'];
    if (typeof next === 'string') tell(next);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(providerPort, '127.0.0.1');

function tell(next: string): void {
  const body = JSON.stringify({ ...EVENT, next: JSON.parse(next) });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const sent = request(
    { port: apiPort, host: '127.0.0.1', path: '/webhook', method: 'POST', agent, headers },
    (response) => {
      response.resume();
    },
  );
  sent.on('error', () => setTimeout(tell, 100, next));
  sent.end(body);
}
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
