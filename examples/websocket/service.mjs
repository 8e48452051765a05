/**
 * A WebSocket server that says everything again (RFC 6455, text frames of less than 126 bytes). Plain JavaScript, any Node runs it.
 *
 *     node service.mjs                        # serve until Ctrl-C
 *     node service.mjs outrigger -c file …    # serve as long as that command runs, and end with its exit code
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const PORT = 9004;
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CLOSE = 8;

const server = createServer((_, response) => response.end('No upgrade, no echo.\n'));
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${MAGIC}`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  let seen = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    seen = Buffer.concat([seen, bytes]);
    while (seen.length >= 6 && seen.length >= 6 + (seen[1] & 127)) {
      const [kind, end] = [seen[0] & 15, 6 + (seen[1] & 127)];
      const mask = seen.subarray(2, 6);
      const text = seen.subarray(6, end).map((byte, i) => byte ^ mask[i % 4]);
      seen = seen.subarray(end);
      socket.write(Buffer.concat([Buffer.from([128 | kind, text.length]), text]));
      if (kind === CLOSE) socket.end();
    }
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => socket.destroy());
});
server.on('error', (error) => {
  console.error(`service: cannot listen on 127.0.0.1:${PORT} (${error.code}); end what listens there`);
  process.exit(1);
});
server.listen(PORT, '127.0.0.1');

const [command, ...args] = process.argv.slice(2);
if (command === undefined) console.log(`service: ws://127.0.0.1:${PORT}/echo; Ctrl-C ends it`);
else {
  const child = spawn(command, args, { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => process.exit(code ?? 1));
}
