// An HTTP proxy: it passes on requests for http:// addresses and tunnels by CONNECT for the rest.

import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/**
 * @param password {user, password}: without them a request is answered with 407
 * @param routes {'HOST:PORT': 'HOST:PORT'}: where tunnels lead instead
 * @returns {host, seen, close()}: `seen` has a line for each request that was let through, "CONNECT HOST:PORT" or
 *   "POST http://…"
 */
export async function openProxy(password, routes = {}) {
  const seen = [];
  const wanted = password && `Basic ${Buffer.from(`${password.user}:${password.password}`).toString('base64')}`;
  const mayPass = ({ headers }) => !wanted || headers['proxy-authorization'] === wanted;
  const sockets = new Set();

  const server = createServer((request, response) => {
    if (!mayPass(request)) return response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    seen.push(`${request.method} ${request.url}`);
    const upstream = httpRequest(request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    upstream.once('error', () => response.destroy());
    return request.pipe(upstream);
  });
  server.on('connect', (request, socket) => {
    if (!mayPass(request)) {
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="proxy"\r\n\r\n');
    }
    seen.push(`CONNECT ${request.url}`);
    const [host, port] = (routes[request.url] ?? request.url).split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const [end, other] of [[socket, upstream], [upstream, socket]]) {
      sockets.add(end);
      end.on('error', () => other.destroy());
    }
    return undefined;
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    host: `127.0.0.1:${server.address().port}`,
    seen,
    close: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    }),
  };
}
