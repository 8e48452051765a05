/** A development server, for the sake of the example: `node service.mjs name` on port 3000, or that of PORT. */
import { createServer } from 'node:http';

const [name = 'service'] = process.argv.slice(2);
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'text/plain');
  response.end(`${name}: ${request.method} ${request.url}\n`);
});
server.listen(Number(process.env.PORT ?? 3000));
process.on('SIGTERM', () => process.exit(0));
