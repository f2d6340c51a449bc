/** Posts signed batches over one kept-alive connection. */
import http from 'node:http';
import https from 'node:https';

export interface Post {
  /** Resolves with the status, or 0 when there was no answer; never rejects. */
  send(url: string, body: Buffer, headers: Record<string, string>): Promise<number>;
  close(): void;
}

export function createPost(timeoutMs: number): Post {
  const agents = [new http.Agent({ keepAlive: true }), new https.Agent({ keepAlive: true })] as const;
  const open = new Set<http.ClientRequest>();
  return {
    send(url, body, signature) {
      const secure = url.startsWith('https:');
      const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, ...signature };
      const options = { method: 'POST', agent: agents[secure ? 1 : 0], headers, timeout: timeoutMs };
      return new Promise((resolve) => {
        const request = (secure ? https : http).request(url, options);
        open.add(request);
        request.on('response', (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        request.on('timeout', () => request.destroy());
        request.on('error', () => resolve(0));
        request.on('close', () => {
          open.delete(request);
          resolve(0);
        });
        request.end(body);
      });
    },
    close() {
      for (const request of open) request.destroy();
      for (const agent of agents) agent.destroy();
    },
  };
}
