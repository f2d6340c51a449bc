import http from 'node:http';
import https from 'node:https';

export interface Post {
  /** Posts a signed event; `done` gets the status, 0 when none came in time, or null and why nobody could be reached. */
  send(url: string, body: string, signature: string, done: (status: number | null, error: string | null) => void): void;
  close(): void;
}

/** Posts over kept-alive connections, with node:http itself: lighter than fetch for thousands of small requests. */
export function createPost(timeoutMs: number, maxSockets: number): Post {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets }),
    'https:': new https.Agent({ keepAlive: true, maxSockets }),
  };
  const send: Post['send'] = (url, body, signature, done) => {
    let finished = false;
    const finish = (status: number | null, error: string | null) => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      done(status, error);
    };
    const secure = url.startsWith('https:');
    const request = (secure ? https : http).request(url, {
      agent: secure ? agents['https:'] : agents['http:'],
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'Stripe-Signature': signature,
        'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
    });
    const timer = setTimeout(() => {
      finish(0, `no answer within ${timeoutMs} ms`);
      request.destroy();
    }, timeoutMs);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => finish(response.statusCode ?? 0, null));
      response.on('close', () => finish(response.statusCode ?? 0, null));
    });
    request.on('error', (error) => finish(null, error.message));
    request.end(body);
  };
  return {
    send,
    close: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
