/** The application of a pod: says who it is, and what its proxy told it about the caller. `node app.mjs NAME PORT` */
import { createServer } from 'node:http';

const [name, port] = process.argv.slice(2);

createServer((request, response) => {
  request.resume();
  const certificate = request.headers['x-forwarded-client-cert'];
  const caller = /URI=([^;,]+)/.exec(certificate ?? '')?.[1];
  response.setHeader('content-type', 'text/plain');
  response.end(
    `Hello from ${name}: ${request.method} ${request.url}\n` +
      `Connected to me: ${request.socket.remoteAddress}\n` +
      `Calls me:        ${caller ?? 'somebody without a certificate (plain text)'}\n` +
      (certificate === undefined ? '' : `My proxy says:   ${certificate}\n`),
  );
}).listen(Number(port), '0.0.0.0');
